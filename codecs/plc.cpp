#include "codecs/plc.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace rb::codecs {
namespace {

// G.711 Appendix I: pitch between 66 and 200 Hz, looked for in the last 20 ms; full level for 10 ms, silence at 60 ms.
constexpr std::size_t kPitchMinMs = 5;
constexpr std::size_t kPitchMaxMs = 15;
constexpr std::size_t kWindowMs = 20;
constexpr std::size_t kFullLevelMs = 10;
constexpr std::size_t kSilentAfterMs = 60;
// §I.2.7: the cross-fade at the end of a loss grows by 4 ms for each 10 ms lost, up to 10 ms.
constexpr std::size_t kFadeInMaxMs = 10;

constexpr std::size_t kSearchSamplesPerMs = 8;  // the search looks at 8 kHz, whatever the rate

float fade(std::size_t index, std::size_t length) noexcept
{
    return static_cast<float>(index + 1) / static_cast<float>(length + 1);
}

Sample to_sample(float value) noexcept
{
    return static_cast<Sample>(std::lrint(std::clamp(value, -32768.0F, 32767.0F)));
}

/// `from` fades out while `to` fades in; weight 0 to 1 of `to`.
float blend(float from, float to, float weight) noexcept
{
    return from + (to - from) * weight;
}

float level_after(std::size_t lost, std::size_t per_ms) noexcept
{
    const std::size_t full = kFullLevelMs * per_ms;
    const std::size_t silent = kSilentAfterMs * per_ms;
    if (lost < full) {
        return 1.0F;
    }
    return lost < silent ? static_cast<float>(silent - lost) / static_cast<float>(silent - full) : 0.0F;
}

/// Cross-correlation over the energy of the earlier stretch; both of `count` samples of 12 bits.
float similarity(const Sample* later, const Sample* earlier, std::size_t count) noexcept
{
    std::int32_t product = 0;
    std::int32_t energy = 1;  // of silence too
    for (std::size_t i = 0; i < count; ++i) {
        product += later[i] * earlier[i];
        energy += earlier[i] * earlier[i];
    }
    return static_cast<float>(product) / std::sqrt(static_cast<float>(energy));
}

}  // namespace

Plc::Plc(std::uint32_t sample_rate)
    : per_ms_{samples_per_ms(sample_rate)},
      history_length_{(kWindowMs + kPitchMaxMs) * per_ms_},
      history_(history_length_),
      period_(kPitchMaxMs * per_ms_)
{
    RB_ASSERT(is_sample_rate(sample_rate));
}

void Plc::reset() noexcept
{
    std::fill_n(history_.data(), history_length_, Sample{0});
    lost_ = 0;
}

void Plc::remember(std::span<const Sample> samples) noexcept
{
    const auto newest = samples.last(std::min(samples.size(), history_length_));
    const std::size_t kept = history_length_ - newest.size();
    std::memmove(history_.data(), history_.data() + newest.size(), kept * sizeof(Sample));
    std::copy(newest.begin(), newest.end(), history_.data() + kept);
}

void Plc::receive(std::span<Sample> samples) noexcept
{
    if (lost_ > 0) {
        const std::size_t wanted = pitch_ / 4 + lost_ * 4 / 10;
        const std::size_t length = std::min({wanted, kFadeInMaxMs * per_ms_, samples.size()});
        for (std::size_t i = 0; i < length; ++i) {
            const float repeated = next_repeated() * level_after(lost_ + i, per_ms_);
            samples[i] = to_sample(blend(repeated, samples[i], fade(i, length)));
        }
        lost_ = 0;
    }
    remember(samples);
}

void Plc::conceal(std::span<Sample> samples) noexcept
{
    if (samples.empty()) {
        return;
    }
    const bool first = lost_ == 0;
    if (first) {
        begin_loss();
    }
    for (Sample& sample : samples) {
        sample = to_sample(next_repeated() * level_after(lost_, per_ms_));
        ++lost_;
    }
    if (first) {
        // The audio played so far ends anywhere in its period: its mirror image, which continues it without a step,
        // fades out under the repetition.
        const std::size_t length = std::min(pitch_ / 4, samples.size());
        for (std::size_t i = 0; i < length; ++i) {
            const float mirrored = history_[history_length_ - 1 - i];
            samples[i] = to_sample(blend(mirrored, samples[i], fade(i, length)));
        }
    }
    remember(samples);
}

void Plc::begin_loss() noexcept
{
    pitch_ = find_pitch();
    position_ = 0;
    const Sample* const begin = history_.data() + history_length_ - pitch_;
    std::copy_n(begin, pitch_, period_.data());
    // The last quarter turns into what came before the period, so that the end leads into the beginning.
    const std::size_t quarter = pitch_ / 4;
    for (std::size_t i = 0; i < quarter; ++i) {
        const std::size_t at = pitch_ - quarter + i;
        const Sample before = *(begin - quarter + i);
        period_[at] = to_sample(blend(period_[at], before, fade(i, quarter)));
    }
}

float Plc::next_repeated() noexcept
{
    const float sample = period_[position_];
    position_ = position_ + 1 < pitch_ ? position_ + 1 : 0;
    return sample;
}

std::size_t Plc::find_pitch() const noexcept
{
    // The search sees every sixth sample at 48 kHz, and 12 bits of each, so that the sums fit 32 bits.
    constexpr std::size_t history = (kWindowMs + kPitchMaxMs) * kSearchSamplesPerMs;
    constexpr std::size_t window_length = kWindowMs * kSearchSamplesPerMs;
    const std::size_t stride = per_ms_ / kSearchSamplesPerMs;
    std::array<Sample, history> thinned{};
    for (std::size_t i = 0; i < history; ++i) {
        thinned[i] = static_cast<Sample>(history_[i * stride + stride - 1] >> 4);
    }
    const auto window = std::span{thinned}.last<window_length>();
    std::size_t best = kPitchMinMs * kSearchSamplesPerMs;
    float best_similarity = -std::numeric_limits<float>::infinity();
    for (std::size_t lag = best; lag <= kPitchMaxMs * kSearchSamplesPerMs; ++lag) {
        const float similar = similarity(window.data(), window.data() - lag, window_length);
        if (similar > best_similarity) {
            best_similarity = similar;
            best = lag;
        }
    }
    return best * stride;
}

}  // namespace rb::codecs
