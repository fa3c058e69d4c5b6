// leg.h — one leg as the generator sees it: its sockets, what it sends, what it hears.
#pragma once

#include "dataplane/base/srtp_suite.h"
#include "dataplane/base/time.h"
#include "dataplane/media/protection.h"
#include "tools/rbload/reception.h"
#include "tools/rbload/session_description.h"
#include "tools/rbload/udp_socket.h"
#include "tools/rbload/voice.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rb::load {

/// Reports its RTCP receiver saw of the server, counted when the call is over.
struct RtcpCounts {
    std::uint64_t reports = 0;
    std::uint64_t malformed = 0;
    std::int64_t lost_by_server = 0;  ///< of our packets, as its last report said
};

/// Owner: the generator's one thread.
class Leg {
public:
    struct Setup {
        std::uint32_t index = 0;
        codecs::CodecId codec = codecs::CodecId::Pcmu;
        unsigned ptime_ms = 20;
        const Voice* voice = nullptr;  ///< what it says; nullptr = stamps
        bool any_byte = false;         ///< stamps may hold every byte value
        bool rtcp = true;
        std::size_t tones = 0;        ///< of the tone plan it listens for
        std::optional<SrtpKey> srtp;  ///< the key it sends with; none = in the clear
    };

    /// Opens its sockets: RTP on the local address, RTCP on the port above.
    [[nodiscard]] static Result<Leg> open(const Setup& setup, const Address& local, MediaHistograms& histograms);

    /// Connects both sockets; from now on send_due() sends, by the number its codec has there. A new peer replaces the
    /// old. With SRTP it must have a key
    /// of the leg's suite, or nothing is sent nor heard.
    void start(const MediaDescription& peer);
    void stop() noexcept { sending_ = false; }
    /// Hears, but does not speak.
    void mute() noexcept { muted_ = true; }

    /// Sends the next packet; `now` goes into its stamp.
    /// returns   false when the kernel did not take it
    bool send_due(Nanos now);
    /// Takes a datagram that has come for RTP, and judges it.
    void receive(std::span<std::uint8_t> datagram, Nanos at);
    /// Reads RTCP that has come.
    void drain_rtcp();

    [[nodiscard]] const Setup& setup() const noexcept { return setup_; }
    [[nodiscard]] const Address& local() const noexcept { return local_; }
    [[nodiscard]] const UdpSocket& rtp() const noexcept { return rtp_; }
    [[nodiscard]] bool started() const noexcept { return sending_; }
    [[nodiscard]] bool speaks() const noexcept { return sending_ && !muted_; }
    /// Number of the packet that is sent next, which is how many have been sent.
    [[nodiscard]] std::uint32_t next_number() const noexcept { return number_; }
    /// Datagrams, RTCP too, that were not made with the peer's key, or came twice; none that came before that key.
    [[nodiscard]] std::uint64_t not_genuine() const noexcept { return not_genuine_; }
    [[nodiscard]] const RtcpCounts& rtcp_counts() const noexcept { return rtcp_counts_; }

    Reception reception;

private:
    Leg(const Setup& setup, UdpSocket rtp, UdpSocket rtcp, MediaHistograms& histograms);
    void send_rtcp();
    [[nodiscard]] std::span<std::uint8_t> stamp() noexcept;
    [[nodiscard]] std::size_t write_payload(Nanos now) noexcept;
    void use_keys(const MediaDescription& peer);
    [[nodiscard]] bool awaits_key() const noexcept { return setup_.srtp && !peer_key_; }
    void refuse(Nanos at) noexcept;

    Setup setup_;
    media::Protection protection_;
    std::optional<SrtpKey> peer_key_;
    Nanos keyed_at_{};
    std::uint64_t not_genuine_ = 0;
    UdpSocket rtp_;
    UdpSocket rtcp_;
    Address local_;
    bool sending_ = false;
    bool muted_ = false;
    std::uint32_t ssrc_;
    std::uint16_t first_sequence_;
    std::uint32_t first_timestamp_;
    std::uint32_t number_ = 0;
    std::uint32_t octets_ = 0;  ///< of all payloads, as RTCP counts them
    std::uint8_t payload_type_;
    std::size_t stamp_bytes_;              ///< of a payload that is a stamp
    std::vector<std::uint8_t> packet_;     ///< in the clear, with room for what SRTP adds
    std::vector<std::uint8_t> protected_;  ///< as it is sent with SRTP
    RtcpCounts rtcp_counts_;
};

}  // namespace rb::load
