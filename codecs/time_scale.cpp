#include "codecs/time_scale.h"

#include "codecs/level.h"
#include "dataplane/base/assert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace rb::codecs {
namespace {

// The search looks at 8 kHz, whatever the rate, and at 12 bits of each sample, so that the sums fit 32 bits.
constexpr std::size_t kSearchPerMs = 8;
constexpr std::size_t kSearchShift = 4;
constexpr std::size_t kLagMin = 20;  // 2.5 ms, 400 Hz
constexpr std::size_t kLagMax = kTimeScaleLag_ms_max * kSearchPerMs;
/// Where the mean |x| is below −50 dBov nobody hears what was laid over what.
constexpr std::uint32_t kBackgroundMagnitude = 80;

constexpr std::size_t kSizeMinMs = 10;

struct Lag {
    std::size_t samples = 0;  ///< 0 = none
    float similarity = 0;
};

/// Correlation of the first `count` samples with those `lag` later, over the root of their energies.
float similarity(const Sample* samples, std::size_t lag, std::size_t count) noexcept
{
    std::int32_t product = 0;
    std::int32_t earlier = 1;  // of silence too
    std::int32_t later = 1;
    for (std::size_t i = 0; i < count; ++i) {
        product += samples[i] * samples[i + lag];
        earlier += samples[i] * samples[i];
        later += samples[i + lag] * samples[i + lag];
    }
    return static_cast<float>(product) / std::sqrt(static_cast<float>(earlier) * static_cast<float>(later));
}

/// The lag at which the beginning of the samples is most like itself; at most half of them.
Lag find_lag(std::span<const Sample> samples, std::size_t per_ms) noexcept
{
    constexpr std::size_t window_max = 2 * kLagMax;
    const std::size_t stride = per_ms / kSearchPerMs;
    const std::size_t count = std::min(samples.size() / stride, window_max);
    std::array<Sample, window_max> thinned{};
    for (std::size_t i = 0; i < count; ++i) {
        thinned[i] = static_cast<Sample>(samples[i * stride] >> kSearchShift);
    }
    const std::size_t longest = std::min(kLagMax, count / 2);
    Lag best{.similarity = -2};
    for (std::size_t lag = kLagMin; lag <= longest; ++lag) {
        const float similar = similarity(thinned.data(), lag, count - longest);
        if (similar > best.similarity) {
            best = {.samples = lag * stride, .similarity = similar};
        }
    }
    return best;
}

/// The lag to lay over, 0 where nothing is alike enough.
std::size_t usable_lag(std::span<const Sample> samples, std::uint32_t rate, float similarity_min) noexcept
{
    RB_ASSERT(is_sample_rate(rate));
    RB_ASSERT(samples.size() >= kSizeMinMs * samples_per_ms(rate));
    const Lag lag = find_lag(samples, samples_per_ms(rate));
    const bool usable = lag.similarity >= similarity_min || mean_magnitude(samples) < kBackgroundMagnitude;
    return usable ? lag.samples : 0;
}

/// Fades over from `from` to `to`, both of `count` samples, into `out`, which may be either.
void cross_fade(const Sample* from, const Sample* to, Sample* out, std::size_t count) noexcept
{
    const float step = 1.0F / static_cast<float>(count + 1);
    for (std::size_t i = 0; i < count; ++i) {
        const float weight = step * static_cast<float>(i + 1);
        const auto start = static_cast<float>(from[i]);
        out[i] = static_cast<Sample>(std::lrint(start + (static_cast<float>(to[i]) - start) * weight));
    }
}

}  // namespace

std::size_t shorten(std::span<Sample> samples, std::uint32_t rate, float similarity_min) noexcept
{
    const std::size_t lag = usable_lag(samples, rate, similarity_min);
    if (lag == 0) {
        return samples.size();
    }
    cross_fade(samples.data(), samples.data() + lag, samples.data(), lag);
    const std::size_t rest = samples.size() - 2 * lag;
    std::memmove(samples.data() + lag, samples.data() + 2 * lag, rest * sizeof(Sample));
    return lag + rest;
}

std::size_t lengthen(std::span<Sample> buffer, std::size_t size, std::uint32_t rate, float similarity_min) noexcept
{
    RB_ASSERT(buffer.size() >= size + kTimeScaleLag_ms_max * samples_per_ms(rate));
    const std::size_t lag = usable_lag(buffer.first(size), rate, similarity_min);
    if (lag == 0) {
        return size;
    }
    // First period, then the second turning into the first again, then the second and all that follows.
    Sample* const second = buffer.data() + lag;
    std::memmove(second + lag, second, (size - lag) * sizeof(Sample));
    cross_fade(second + lag, buffer.data(), second, lag);
    return size + lag;
}

}  // namespace rb::codecs
