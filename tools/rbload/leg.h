// leg.h — one leg as the generator sees it: its sockets, what it sends, what it hears.
#pragma once

#include "dataplane/base/time.h"
#include "tools/rbload/reception.h"
#include "tools/rbload/udp_socket.h"
#include "tools/rbload/voice.h"

#include <cstdint>
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
        Law law = Law::Ulaw;
        unsigned ptime_ms = 20;
        const Voice* voice = nullptr;  ///< what it says; nullptr = stamps
        bool any_byte = false;         ///< stamps may hold every byte value
        bool rtcp = true;
        std::size_t tones = 0;  ///< of the tone plan it listens for
    };

    /// Opens its sockets: RTP on the local address, RTCP on the port above.
    [[nodiscard]] static Result<Leg> open(const Setup& setup, const Address& local, MediaHistograms& histograms);

    /// Connects both sockets; from now on send_due() sends. A new peer replaces the old.
    void start(const Address& peer);
    void stop() noexcept { sending_ = false; }
    /// Hears, but does not speak.
    void mute() noexcept { muted_ = true; }

    /// Sends the next packet; `now` goes into its stamp.
    /// returns   false when the kernel did not take it
    bool send_due(Nanos now);
    /// Reads RTCP that has come.
    void drain_rtcp();

    [[nodiscard]] const Setup& setup() const noexcept { return setup_; }
    [[nodiscard]] const Address& local() const noexcept { return local_; }
    [[nodiscard]] const UdpSocket& rtp() const noexcept { return rtp_; }
    [[nodiscard]] bool started() const noexcept { return sending_; }
    [[nodiscard]] bool speaks() const noexcept { return sending_ && !muted_; }
    /// Number of the packet that is sent next, which is how many have been sent.
    [[nodiscard]] std::uint32_t next_number() const noexcept { return number_; }
    [[nodiscard]] const RtcpCounts& rtcp_counts() const noexcept { return rtcp_counts_; }

    Reception reception;

private:
    Leg(const Setup& setup, UdpSocket rtp, UdpSocket rtcp, MediaHistograms& histograms);
    void send_rtcp();

    Setup setup_;
    UdpSocket rtp_;
    UdpSocket rtcp_;
    Address local_;
    bool sending_ = false;
    bool muted_ = false;
    std::uint32_t ssrc_;
    std::uint16_t first_sequence_;
    std::uint32_t first_timestamp_;
    std::uint32_t number_ = 0;
    std::vector<std::uint8_t> packet_;
    RtcpCounts rtcp_counts_;
};

}  // namespace rb::load
