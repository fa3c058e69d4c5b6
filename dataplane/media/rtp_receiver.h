// rtp_receiver.h — the receiving state of one RTP stream: validity, wraps, loss, jitter (RFC 3550 §A.1, §A.3, §A.8).
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/time.h"
#include "dataplane/media/quality.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtp.h"
#include "dataplane/wire/seq.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>

namespace rb::media {

/// Owner: whoever holds the leg.
class RtpReceiver {
public:
    /// A packet of the stream, accepted.
    struct Accepted {
        std::uint32_t sequence = 0;  ///< extended by the count of wraps
        bool restarted = false;      ///< first of a new stream: another SSRC, or the sequence began anew
    };

    /// Takes one packet of the locked source into account.
    ///
    /// clock_rate   of the stream's timestamps, in Hz; nothing where this one does not tell when the packet was
    ///              made: all those of a telephone-event have the timestamp of its beginning
    ///              (RFC 4733 §2.2.1)
    /// returns      its place in the stream, or Drop::OutOfOrder (far outside what was reached; two in a row in order
    ///              restart the stream) or Drop::Probation (first packet of another SSRC)
    [[nodiscard]] tl::expected<Accepted, Drop> accept(const wire::RtpHeader& header,
                                                      std::optional<std::uint32_t> clock_rate, Nanos now) noexcept;

    [[nodiscard]] bool started() const noexcept { return started_; }
    [[nodiscard]] std::uint32_t ssrc() const noexcept { return ssrc_; }
    /// How many streams have begun here: tells apart those of one SSRC whose sequence began anew.
    [[nodiscard]] std::uint32_t streams() const noexcept { return streams_; }
    [[nodiscard]] Nanos last_at() const noexcept { return last_at_; }
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    /// Packets expected and not received so far; 0 where duplicates outweigh losses.
    [[nodiscard]] std::uint64_t lost() const noexcept;
    /// Packets that ought to have come so far.
    [[nodiscard]] std::uint64_t expected() const noexcept;
    /// How losses follow one another; a packet that is overtaken counts as one.
    [[nodiscard]] const LossPattern& losses() const noexcept { return losses_; }
    /// Interarrival jitter (RFC 3550 §6.4.1).
    [[nodiscard]] Nanos jitter() const noexcept;

    /// The block about this stream for our next report; begins a new interval for fraction_lost. The fields about the
    /// last sender report stay 0: they are the reporter's.
    [[nodiscard]] wire::ReportBlock report() noexcept;

private:
    static constexpr std::int32_t kDropoutMax = 3000;  // RFC 3550 §A.1
    static constexpr std::int32_t kMisorderMax = 100;

    [[nodiscard]] bool second_of_new_stream(const wire::RtpHeader& header) noexcept;
    void restart(const wire::RtpHeader& header) noexcept;
    void note_losses(std::int32_t step) noexcept;
    void update_jitter(std::uint32_t timestamp, std::uint32_t clock_rate, Nanos now) noexcept;

    bool started_ = false;
    std::uint32_t ssrc_ = 0;
    std::uint32_t streams_ = 0;
    wire::ExtendedSeq sequence_{0};
    std::uint32_t base_sequence_ = 0;
    std::uint64_t packets_ = 0;      // of all streams
    std::uint64_t lost_before_ = 0;  // in streams before the present one
    std::uint64_t expected_before_ = 0;
    LossPattern losses_;
    std::uint32_t received_ = 0;  // of the present stream
    std::uint32_t expected_prior_ = 0;
    std::uint32_t received_prior_ = 0;
    std::uint32_t suspect_ssrc_ = 0;
    std::uint16_t suspect_next_ = 0;
    bool suspected_ = false;
    bool timed_ = false;  // the stream has shown a timestamp that tells when …
    std::uint32_t last_timestamp_ = 0;
    Nanos timed_at_ = 0ns;  // … and this is when it came
    std::uint32_t clock_rate_ = 8000;
    double jitter_ticks_ = 0;
    Nanos last_at_ = 0ns;
};

}  // namespace rb::media
