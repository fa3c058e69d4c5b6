// pcm.h — linear audio as the codecs, bridges and recorders share it: mono, 16 bits, 20 ms at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::codecs {

using Sample = std::int16_t;

// NOLINTBEGIN(readability-identifier-naming): the unit comes last, as it does in variables
inline constexpr std::uint32_t kFrame_ms = 20;
inline constexpr std::uint32_t kPacket_ms_max = 60;       ///< the longest ptime we send and decode in one piece
inline constexpr std::uint32_t kOpusPacket_ms_max = 120;  ///< the longest packet of Opus (RFC 6716 §3.2.5)
// NOLINTEND(readability-identifier-naming)

inline constexpr std::uint32_t kSampleRateMax = 48'000;

/// Sample rates everything here speaks; each is a whole number of samples per millisecond.
inline constexpr std::array<std::uint32_t, 5> kSampleRates{8'000, 16'000, 24'000, 32'000, 48'000};

[[nodiscard]] constexpr bool is_sample_rate(std::uint32_t rate) noexcept
{
    return std::find(kSampleRates.begin(), kSampleRates.end(), rate) != kSampleRates.end();
}

[[nodiscard]] constexpr std::size_t samples_per_ms(std::uint32_t rate) noexcept
{
    return rate / 1000;
}

/// Samples of one 20 ms frame.
[[nodiscard]] constexpr std::size_t frame_samples(std::uint32_t rate) noexcept
{
    return samples_per_ms(rate) * kFrame_ms;
}

inline constexpr std::size_t kFrameSamplesMax = frame_samples(kSampleRateMax);
inline constexpr std::size_t kPacketSamplesMax = samples_per_ms(kSampleRateMax) * kOpusPacket_ms_max;
static_assert(kFrameSamplesMax == 960);

/// 20 ms of audio, never partial. The array is as long as the highest rate needs; the rate says how much of it counts.
struct PcmFrame {
    std::uint32_t rate = 8'000;
    std::array<Sample, kFrameSamplesMax> storage{};

    [[nodiscard]] std::span<Sample> samples() noexcept { return std::span{storage}.first(frame_samples(rate)); }
    [[nodiscard]] std::span<const Sample> samples() const noexcept
    {
        return std::span{storage}.first(frame_samples(rate));
    }
};

}  // namespace rb::codecs
