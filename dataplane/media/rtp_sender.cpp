#include "dataplane/media/rtp_sender.h"

#include "dataplane/wire/seq.h"

namespace rb::media {
namespace {

/// A frame due later than this after its predecessor's end follows a pause, not jitter of our own slots.
constexpr Nanos kPause = 60ms;

std::uint32_t ticks_in(Nanos span, std::uint32_t clock_rate) noexcept
{
    // Whole milliseconds first: 64 bits would overflow after 53 hours at 48 kHz otherwise.
    const auto ms = to_ms(span);
    const auto rest = span - std::chrono::milliseconds{ms};
    return static_cast<std::uint32_t>(ms * (clock_rate / 1000) + rest.count() * (clock_rate / 1000) / 1'000'000);
}

}  // namespace

// The first number lies in the lower half: a receiver of SRTP that misses the first packets must not take the wrap for
// the beginning (RFC 3711 §3.3.1).
RtpSender::RtpSender(Rng& rng) noexcept
    : ssrc_{rng.u32()}, next_sequence_{static_cast<std::uint32_t>(rng.u16()) >> 1U}, timestamp_{rng.u32()}
{
}

wire::RtpHeader RtpSender::next(const Format& format, std::uint32_t ticks, Nanos at) noexcept
{
    const bool anew = origin_ != Origin::Made || at - made_due_ > kPause || made_due_ - at > kPause;
    clock_rate_ = format.clock_rate;
    if (anew) {
        made_timestamp_ = resume_at(at);
        made_due_ = at;
        origin_ = Origin::Made;
    }
    const wire::RtpHeader header{.payload_type = format.payload_type,
                                 .marker = anew,
                                 .sequence = static_cast<std::uint16_t>(next_sequence_++),
                                 .timestamp = made_timestamp_,
                                 .ssrc = ssrc_};
    reached(made_timestamp_, made_due_);
    made_timestamp_ += ticks;
    made_due_ += Nanos{std::chrono::seconds{1}} * ticks / format.clock_rate;
    return header;
}

wire::RtpHeader RtpSender::next_of_noise(const Format& format, Nanos at) noexcept
{
    wire::RtpHeader header = next(format, 0, at);
    header.marker = false;
    origin_ = Origin::Nothing;
    return header;
}

tl::expected<wire::RtpHeader, Drop> RtpSender::forward(const Passing& packet, const Format& format, Nanos now) noexcept
{
    const bool anew = origin_ != Origin::Passing || packet.source != source_ || packet.stream != stream_;
    clock_rate_ = format.clock_rate;
    if (anew) {
        origin_ = Origin::Passing;
        source_ = packet.source;
        stream_ = packet.stream;
        first_sequence_ = next_sequence_;
        sequence_offset_ = next_sequence_ - packet.sequence;
        timestamp_offset_ = resume_at(now) - packet.header.timestamp;
    }
    const std::uint32_t sequence = packet.sequence + sequence_offset_;
    if (static_cast<std::int32_t>(sequence - first_sequence_) < 0) {
        return tl::unexpected(Drop::Late);
    }
    if (static_cast<std::int32_t>(sequence - next_sequence_) >= 0) {
        next_sequence_ = sequence + 1;
    }
    const std::uint32_t timestamp = packet.header.timestamp + timestamp_offset_;
    reached(timestamp, now);
    return wire::RtpHeader{.payload_type = format.payload_type,
                           .marker = anew || packet.header.marker,
                           .sequence = static_cast<std::uint16_t>(sequence),
                           .timestamp = timestamp,
                           .ssrc = ssrc_};
}

void RtpSender::begin_event(const Format& format, Nanos at) noexcept
{
    clock_rate_ = format.clock_rate;
    event_timestamp_ = timestamp_at(at);
    reached(event_timestamp_, at);
    origin_ = Origin::Event;  // audio after the event re-anchors, so its numbers cannot collide with the event's
}

wire::RtpHeader RtpSender::next_of_event(std::uint8_t payload_type, bool first, std::uint32_t segment_at) noexcept
{
    return {.payload_type = payload_type,
            .marker = first,
            .sequence = static_cast<std::uint16_t>(next_sequence_++),
            .timestamp = event_timestamp_ + segment_at,
            .ssrc = ssrc_};
}

wire::SenderInfo RtpSender::report(Nanos now, std::uint64_t ntp) const noexcept
{
    return {.ntp = ntp, .rtp_timestamp = timestamp_at(now), .packets = packets_, .octets = octets_};
}

/// What the stream's clock shows: the newest timestamp and the time since it was due.
std::uint32_t RtpSender::timestamp_at(Nanos at) const noexcept
{
    return begun_ && at > timestamp_due_ ? timestamp_ + ticks_in(at - timestamp_due_, clock_rate_) : timestamp_;
}

/// Where another source takes the stream over: its clock, but a frame after what was sent at the least.
std::uint32_t RtpSender::resume_at(Nanos at) const noexcept
{
    const std::uint32_t running = timestamp_at(at);
    const std::uint32_t after = timestamp_ + ticks_in(kFrame, clock_rate_);
    return begun_ && wire::timestamp_newer(after, running) ? after : running;
}

void RtpSender::reached(std::uint32_t timestamp, Nanos at) noexcept
{
    if (!begun_ || wire::timestamp_newer(timestamp, timestamp_)) {
        timestamp_ = timestamp;
        timestamp_due_ = at;
        begun_ = true;
    }
}

}  // namespace rb::media
