// ice_lite.h — the answering half of ICE (RFC 8445 §2.5, §7.3): whom a leg hears and where it sends, by checks that
// prove knowledge of a password which travelled with SIP.
//
// The peer checks each of our addresses from each of its own and nominates one pair; its end of that is where we send.
// A peer as RFC 5245 made them may nominate every pair it checks; then the best of them counts (RFC 8445 §8.1.1).
// It goes on checking (RFC 7675): when it stops, it no longer wants what we send, or is gone. It may nominate another
// pair at any time, which is how a phone that changes networks takes its call along.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/drop.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/wire/hmac_sha1.h"
#include "dataplane/wire/stun.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rb::media {

/// Our login, under which a peer checks. Secret.
class IceCredentials {
public:
    static constexpr std::size_t kUfragBytesMax = 32;

    /// ufrag   4 to kUfragBytesMax characters (asserted)
    /// pwd     at least 22 characters (asserted); only the state it leaves in HMAC-SHA1 is kept
    IceCredentials(std::string_view ufrag, std::string_view pwd) noexcept;

    /// Whether a check's USERNAME, "ours:theirs", begins with our part (RFC 8445 §7.2.2).
    [[nodiscard]] bool are_meant_by(std::string_view username) const noexcept;
    [[nodiscard]] bool same_as(const IceCredentials& other) const noexcept { return ufrag() == other.ufrag(); }
    [[nodiscard]] wire::HmacSha1& key() noexcept { return key_; }

private:
    [[nodiscard]] std::string_view ufrag() const noexcept { return {ufrag_.data(), ufrag_bytes_}; }

    std::array<char, kUfragBytesMax> ufrag_{};
    std::size_t ufrag_bytes_ = 0;
    wire::HmacSha1 key_;
};

/// Owner: whoever holds the leg.
class IceLite {
public:
    /// Without a check for so long, media cease (RFC 7675 §5.1).
    static constexpr Nanos kConsent = 30s;
    /// Addresses of a peer that are kept; the one checked longest ago makes room.
    static constexpr std::size_t kPeersMax = 8;

    /// A peer checks under this login.
    explicit IceLite(const IceCredentials& credentials) noexcept : current_{credentials} {}

    /// From now on checks may come. Again, it changes nothing.
    void begin(Nanos now) noexcept;
    /// Begins where the same leg's earlier one was. Another login than its is a restart (RFC 8445 §9), during which all
    /// goes on as it was until a pair is nominated under the new one.
    void succeed(const IceLite& earlier, Nanos now) noexcept;

    struct Received {
        std::span<const std::uint8_t> bytes;
        Address source;
        Socket socket = Socket::Rtp;
    };
    /// What has come of a STUN message.
    struct Outcome {
        /// Nothing where it was a check that succeeded or a sign of life. Else parse_stun()'s reason, or
        /// Drop::StunStranger (without our login, or with a wrong password), Drop::StunRefused (the peer's check, but
        /// nothing we do: the wrong role, an attribute unknown here), or Drop::Unsupported (a response).
        std::optional<Drop> refused;
        std::size_t answer = 0;  ///< bytes to send back; 0 = none
        bool moved = false;      ///< destination(Socket::Rtp) is another than before
    };
    /// Takes a message that came by one of the leg's sockets. The caller decides whether strangers are answered.
    ///
    /// out   for the answer, at least wire::kStunAnswerBytesMax bytes
    [[nodiscard]] Outcome receive(const Received& received, std::span<std::uint8_t> out, Nanos now) noexcept;

    /// Whether the peer has shown that this address is its own, and consents still.
    [[nodiscard]] bool validated(const Address& source, Socket socket, Nanos now) const noexcept;
    /// Media have come from a validated address. Of a peer as RFC 5245 made them, which checks no more once it has
    /// nominated, they are the sign that it is there.
    void heard(const Address& source, Socket socket, Nanos now) noexcept;
    /// Where to send; none before a pair has been nominated, or while there is no consent.
    [[nodiscard]] Address destination(Socket socket) const noexcept;

    /// Ends the consent when it is due. True once, when that happens.
    [[nodiscard]] bool lapse(Nanos now) noexcept;

private:
    struct Peer {
        Address address;
        Socket socket = Socket::Rtp;
        Nanos checked_at = 0ns;
    };
    /// The peer's end of the pair in use.
    struct Selected {
        Address address;
        std::uint32_t priority = 0;  ///< by the check that nominated it
    };

    [[nodiscard]] IceCredentials* meant_by(std::string_view username) noexcept;
    [[nodiscard]] const Peer* find(const Address& source, Socket socket) const noexcept;
    [[nodiscard]] Outcome accept(const Received& received, const wire::StunMessage& check, IceCredentials& under,
                                 std::span<std::uint8_t> out, Nanos now) noexcept;
    void note_check(const Address& source, Socket socket, Nanos now) noexcept;
    void nominate(const Received& received, std::uint32_t priority, Nanos now) noexcept;
    void note_life(Nanos now) noexcept;

    IceCredentials current_;
    std::optional<IceCredentials> before_;  ///< until a pair is nominated under the current ones
    std::array<Peer, kPeersMax> peers_{};
    std::array<Selected, kSocketsPerLeg> selected_{};
    Nanos consent_at_ = kNever;  ///< newest proof of it
    Nanos nominated_at_ = 0ns;   ///< first nomination of the session
    bool renews_ = false;        ///< the peer goes on checking after it has nominated
    bool lapsed_ = false;
};

}  // namespace rb::media
