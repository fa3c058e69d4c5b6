// rtp_sender.h — the sending state of one RTP stream: one SSRC, sequence numbers used once, timestamps that never go
// back.
//
// What is sent comes from several places in turn: forwarded packets, mixed frames, prompts, telephone-events. Each
// change is re-anchored to the stream's own time, so the peer sees one stream. Within one source losses and reordering
// are passed on as they are, for the peer to conceal.
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/rng.h"
#include "dataplane/base/time.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtp.h"

#include <tl/expected.hpp>

#include <cstdint>

namespace rb::media {

/// Owner: whoever holds the leg.
class RtpSender {
public:
    /// Draws SSRC, first sequence number and first timestamp (RFC 3550 §5.1).
    explicit RtpSender(Rng& rng) noexcept;

    /// How audio is clocked on this leg.
    struct Format {
        std::uint8_t payload_type = 0;
        std::uint32_t clock_rate = 8000;
    };

    /// The header of the next frame made here.
    ///
    /// ticks   timestamp length of the frame
    /// at      when it is due; frames that follow one another without a pause get timestamps that do, too
    [[nodiscard]] wire::RtpHeader next(const Format& format, std::uint32_t ticks, Nanos at) noexcept;

    /// The header of comfort noise that begins or goes on here (RFC 3389 §4): never marked, for what is made after it
    /// is what begins a talk spurt.
    [[nodiscard]] wire::RtpHeader next_of_noise(const Format& format, Nanos at) noexcept;

    /// A packet that passes through unchanged but for its header.
    struct Passing {
        std::uint64_t source = 0;    ///< who sends it: another value is another sender
        std::uint32_t stream = 0;    ///< which of the sender's streams
        std::uint32_t sequence = 0;  ///< extended
        wire::RtpHeader header;
    };

    /// The header under which a packet of another stream goes on, or Drop::Late when it is older than the moment this
    /// stream took it over (its number has been used).
    [[nodiscard]] tl::expected<wire::RtpHeader, Drop> forward(const Passing& packet, const Format& format,
                                                              Nanos now) noexcept;

    /// What is being forwarded pauses: when it goes on it is re-anchored, lest the pause look like a loss.
    void interrupt() noexcept
    {
        if (origin_ == Origin::Passing) {
            origin_ = Origin::Nothing;
        }
    }

    /// The header of a telephone-event packet: begin_event() fixes the timestamp the whole train shares.
    void begin_event(const Format& format, Nanos at) noexcept;
    /// Whether the newest thing begun is an event, so that its train can go on.
    [[nodiscard]] bool in_event() const noexcept { return origin_ == Origin::Event; }
    /// segment_at   where the segment it tells of begins, in ticks from the beginning of the train
    [[nodiscard]] wire::RtpHeader next_of_event(std::uint8_t payload_type, bool first,
                                                std::uint32_t segment_at = 0) noexcept;

    /// Counts what was sent, for sender reports.
    void sent(std::size_t payload_bytes) noexcept
    {
        ++packets_;
        octets_ += static_cast<std::uint32_t>(payload_bytes);
    }

    [[nodiscard]] std::uint32_t ssrc() const noexcept { return ssrc_; }
    [[nodiscard]] std::uint32_t packets() const noexcept { return packets_; }
    /// The sender's half of a report: what the stream's clock shows at `now`.
    [[nodiscard]] wire::SenderInfo report(Nanos now, std::uint64_t ntp) const noexcept;

private:
    enum class Origin : std::uint8_t {
        Nothing,
        Made,
        Passing,
        Event
    };

    [[nodiscard]] std::uint32_t timestamp_at(Nanos at) const noexcept;
    [[nodiscard]] std::uint32_t resume_at(Nanos at) const noexcept;
    void reached(std::uint32_t timestamp, Nanos at) noexcept;

    std::uint32_t ssrc_;
    std::uint32_t next_sequence_;  // extended; below it every number has been used or given up
    std::uint32_t timestamp_;      // newest sent, and when it was due
    Nanos timestamp_due_ = 0ns;
    bool begun_ = false;
    std::uint32_t clock_rate_ = 8000;
    Origin origin_ = Origin::Nothing;
    std::uint32_t made_timestamp_ = 0;  // of the next frame made here
    Nanos made_due_ = 0ns;
    std::uint64_t source_ = 0;  // being forwarded
    std::uint32_t stream_ = 0;
    std::uint32_t sequence_offset_ = 0;
    std::uint32_t timestamp_offset_ = 0;
    std::uint32_t first_sequence_ = 0;  // of the numbers that belong to it
    std::uint32_t packets_ = 0;
    std::uint32_t octets_ = 0;
    std::uint32_t event_timestamp_ = 0;
};

}  // namespace rb::media
