// source_lock.h — strict RTP: whose packets a leg hears, and where it sends (AST-2017-005, AST-2017-008).
//
// Signalling names an address. When it is credible (the peer signalled from that very host) nobody else is ever heard.
// Behind NAT it is not; then the first source that shows `probation` packets in order of one SSRC is taken, the
// signalled address taking precedence until then. A locked source stays until new SDP names another address, or until
// it has been silent and another shows the same SSRC going on in order (a NAT that rebound), or, after new SDP, any
// SSRC: a phone that comes back from hold may have begun a new stream behind a NAT that forgot it.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/drop.h"
#include "dataplane/base/time.h"

#include <tl/expected.hpp>

#include <cstdint>

namespace rb::media {

/// What signalling allows.
struct SourcePolicy {
    enum class Learn : std::uint8_t {
        Nobody,    ///< the signalled address is credible
        SameHost,  ///< another port of the signalled host: a NAT that maps ports
        Anyone,    ///< the signalled address is private or wrong
    };

    bool strict = true;           ///< strictrtp; false = anybody is heard
    Learn learn = Learn::Nobody;  ///< who besides the signalled address may be taken
    bool send_to_source = true;   ///< rtp_symmetric: send to where packets come from
    unsigned probation = 4;       ///< packets in order before a stranger is taken
    bool or_loopback = false;     ///< SameHost: the peer is this very host, so a loopback address is its too
    Address signalling;           ///< where the peer's SIP comes from; none = unknown
};

/// Owner: whoever holds the leg.
class SourceLock {
public:
    /// A locked source silent for this long may be replaced by the continuation of its own stream.
    static constexpr Nanos kRebindAfter = 200ms;

    SourceLock(const SourcePolicy& policy, const Address& signalled) noexcept;

    /// What is known of a packet before it may be heard.
    struct Sight {
        Address source;
        std::uint32_t ssrc = 0;
        std::uint16_t sequence = 0;
    };

    /// Whether the packet may be heard: nothing, or Drop::WrongSource, or Drop::Probation.
    [[nodiscard]] tl::expected<void, Drop> accept(const Sight& sight, Nanos now) noexcept;

    /// New SDP with another address: learn anew.
    void signal(const SourcePolicy& policy, const Address& signalled) noexcept;

    /// New SDP with the same address: another stream may follow the one heard so far.
    void renew() noexcept { renewed_ = true; }

    /// Whether a handshake may begin at this address: the signalled one, the locked one, or, while a source is still
    /// to be learned, a host that signalling names or comes from. Who has no key yet cannot show probation.
    [[nodiscard]] bool credible(const Address& source) const noexcept;

    [[nodiscard]] bool locked() const noexcept { return static_cast<bool>(source_); }
    /// Whether another source could be taken at this moment, so that the socket must hear everybody.
    [[nodiscard]] bool open(Nanos now) const noexcept;
    /// Where to send: the signalled address, or the locked source when the policy says so.
    [[nodiscard]] const Address& destination() const noexcept;
    /// The locked source, or none.
    [[nodiscard]] const Address& source() const noexcept { return source_; }

private:
    [[nodiscard]] tl::expected<void, Drop> try_candidate(const Sight& sight, Nanos now) noexcept;
    void lock(const Sight& sight, Nanos now) noexcept;
    [[nodiscard]] bool on_signalled_host(const Address& source) const noexcept;

    SourcePolicy policy_;
    Address signalled_;
    Address source_;
    std::uint32_t ssrc_ = 0;
    std::uint16_t sequence_ = 0;
    Nanos heard_at_ = 0ns;
    Sight candidate_;
    unsigned in_order_ = 0;
    bool renewed_ = false;  // since a packet was last accepted
};

}  // namespace rb::media
