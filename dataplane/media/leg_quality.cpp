#include "dataplane/media/leg_quality.h"

#include <algorithm>
#include <cmath>

namespace rb::media {
namespace {

std::uint8_t to_256th(double share) noexcept
{
    return static_cast<std::uint8_t>(std::clamp(share * 256, 0.0, 255.0));
}

std::uint16_t to_word(double value) noexcept
{
    return static_cast<std::uint16_t>(std::clamp(value, 0.0, 65535.0));
}

std::uint16_t to_word_ms(Nanos span) noexcept
{
    return to_word(static_cast<double>(to_ms(span)));
}

/// RFC 3611 §4.7.6: standard concealment, and the kind of jitter buffer.
std::uint8_t receiver_config(JitterMode mode) noexcept
{
    constexpr std::uint8_t standard_concealment = 3U << 6U;
    constexpr std::uint8_t adaptive = 3U << 4U;
    constexpr std::uint8_t not_adaptive = 2U << 4U;
    return standard_concealment | (mode == JitterMode::Adaptive ? adaptive : not_adaptive);
}

}  // namespace

HearingFigures hearing_figures(const Leg& leg) noexcept
{
    if (leg.plan->in == nullptr) {
        return {.cap = leg.plan->jitter.max_size};
    }
    const JitterBuffer& buffer = leg.plan->in->jitter_buffer();
    return {.counters = buffer.counters(),
            .concealed = leg.plan->in->concealed(),
            .delay = buffer.delay(),
            .target = buffer.target(),
            .cap = buffer.cap(),
            .packet_duration = buffer.packet_duration()};
}

Reception reception_of(const Leg& leg) noexcept
{
    const HearingFigures hearing = hearing_figures(leg);
    return {.codec = leg.plan->codec,
            .expected = leg.receiver.expected(),
            .lost = leg.receiver.lost(),
            .discarded = hearing.counters.late + hearing.counters.overflow,
            .runs = leg.receiver.losses().runs(),
            .one_way = leg.rtcp.remote().round_trip / 2 + hearing.delay + hearing.packet_duration,
            .jitter = leg.receiver.jitter()};
}

wire::VoipMetrics voip_metrics_of(const Leg& leg) noexcept
{
    const HearingFigures hearing = hearing_figures(leg);
    const Reception so_far = reception_of(leg);
    const auto expected = static_cast<double>(std::max<std::uint64_t>(so_far.expected, 1));
    const LossPattern::Figures pattern = leg.receiver.losses().figures();
    const auto packet_ms = static_cast<double>(to_ms(hearing.packet_duration));
    const auto mos_tenths = static_cast<std::uint8_t>(std::lround(leg.quality.now() * 10));
    return {.ssrc = leg.receiver.ssrc(),
            .loss_rate = to_256th(static_cast<double>(so_far.lost) / expected),
            .discard_rate = to_256th(static_cast<double>(so_far.discarded) / expected),
            .burst_density = to_256th(pattern.burst_density),
            .gap_density = to_256th(pattern.gap_density),
            .burst_ms = to_word(pattern.burst_packets * packet_ms),
            .gap_ms = to_word(pattern.gap_packets * packet_ms),
            .round_trip_ms = to_word_ms(leg.rtcp.remote().round_trip),
            .end_system_ms = to_word_ms(hearing.delay + hearing.packet_duration),
            .gap_min = LossPattern::kGapMin,
            .rating = static_cast<std::uint8_t>(std::lround(leg.quality.rating())),
            .mos_listening = mos_tenths,
            .mos_conversation = mos_tenths,
            .receiver_config = receiver_config(leg.plan->jitter.mode),
            .buffer_ms = to_word_ms(hearing.delay),
            .buffer_ms_max = to_word_ms(std::max(hearing.delay, hearing.target)),
            .buffer_ms_cap = to_word_ms(hearing.cap)};
}

}  // namespace rb::media
