// rtcp_reporter.h — one leg's RTCP: when reports are due, what they say, and what the peer's say of us (RFC 3550 §6).
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/rng.h"
#include "dataplane/base/time.h"
#include "dataplane/media/rtp_receiver.h"
#include "dataplane/media/rtp_sender.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <span>

namespace rb::media {

/// What the peer has told about the stream we send, and what RTCP has told about the path.
struct RemoteQuality {
    Nanos round_trip = 0ns;          ///< 0 = not known yet
    std::uint8_t fraction_lost = 0;  ///< of what we sent, in 1/256, in the peer's last interval
    std::uint32_t jitter_ticks = 0;
    /// From its VoIP metrics (RFC 3611 §4.7): how it judges our stream, in tenths, and what its jitter buffer throws
    /// away of it, in 1/256.
    std::uint8_t mos_tenths = 0;  ///< 0 = not known
    std::uint8_t discarded = 0;
    bool bye = false;  ///< the peer's BYE for its stream has come
};

/// Owner: whoever holds the leg.
class RtcpReporter {
public:
    struct Options {
        Nanos interval = 5s;     ///< between reports; each is drawn from 0.5 to 1.5 of it (RFC 3550 §6.2)
        Nanos wall_offset = 0s;  ///< what turns `now` into time since 1970
    };

    /// rng   spreads the reports
    RtcpReporter(Rng& rng, const Options& options) noexcept : rng_{rng.next()}, options_{options} {}

    /// The largest report written here.
    static constexpr std::size_t kReportBytesMax = 128;

    /// When the next report is due; kNever before start().
    [[nodiscard]] Nanos due() const noexcept { return due_; }
    /// Begins to report.
    void start(Nanos now) noexcept;

    /// Writes SR (or RR when nothing was sent since the last), SDES with a CNAME, and BYE when asked; the next is due
    /// an interval later. Returns the bytes written; out holds at least kReportBytesMax.
    [[nodiscard]] std::size_t write(std::span<std::uint8_t> out, RtpReceiver& receiver, const RtpSender& sender,
                                    Nanos now, bool bye) noexcept;

    /// What a compound held that is counted and no more.
    struct Read {
        unsigned feedback = 0;  ///< messages of RFC 4585
    };
    /// Reads a compound from the peer; nothing but its quality and times is kept. Returns the parser's Drop when
    /// broken.
    [[nodiscard]] tl::expected<Read, Drop> receive(std::span<const std::uint8_t> bytes, std::uint32_t own_ssrc,
                                                   Nanos now) noexcept;

    [[nodiscard]] const RemoteQuality& remote() const noexcept { return remote_; }

private:
    void note(const wire::OtherRtcp& packet, std::uint32_t own_ssrc) noexcept;
    void note(const wire::ReportBlock& block, Nanos now) noexcept;
    [[nodiscard]] std::uint64_t ntp_at(Nanos now) const noexcept;
    void schedule(Nanos now) noexcept;

    Rng rng_;
    Options options_;
    Nanos due_ = kNever;
    std::uint32_t last_sr_ = 0;  // middle 32 bits of the peer's last sender report
    Nanos last_sr_at_ = 0ns;
    std::uint32_t packets_reported_ = 0;
    RemoteQuality remote_;
};

}  // namespace rb::media
