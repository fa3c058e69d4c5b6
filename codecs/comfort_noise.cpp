#include "codecs/comfort_noise.h"

#include <algorithm>
#include <cmath>

namespace rb::codecs {
namespace {

constexpr float kFullScale = 32768.0F;
/// Of the level byte; its highest bit is reserved (RFC 3389 §3.1).
constexpr std::uint8_t kLevelMask = 0x7f;
/// Noise whose filter gains more than 30 dB of power is a tone, and near the edge of what rounding keeps stable:
/// further coefficients are left out.
constexpr float kKeptMin = 1e-3F;

/// RFC 3389 §3.2: 0 to 254 stand for −1 to 1 in even steps; 255 is not used.
float reflection(std::uint8_t quantised) noexcept
{
    constexpr float kStep = 258.0F / 32768.0F;
    return static_cast<float>(std::min<int>(quantised, 254) - 127) * kStep;
}

}  // namespace

bool ComfortNoise::describe(std::span<const std::uint8_t> payload) noexcept
{
    if (payload.empty()) {
        return false;
    }
    const float rms = kFullScale * std::pow(10.0F, -static_cast<float>(payload[0] & kLevelMask) / 20.0F);
    const std::size_t described = std::min(payload.size() - 1, kNoiseOrderMax);
    // Levinson's step-up from reflection coefficients to the filter's; its power gain is undone in the excitation.
    float kept = 1;
    order_ = 0;
    for (std::size_t m = 0; m < described; ++m) {
        const float k = reflection(payload[m + 1]);
        if (kept * (1 - k * k) < kKeptMin) {
            break;
        }
        const auto before = coefficients_;
        for (std::size_t i = 0; i < m; ++i) {
            coefficients_[i] = before[i] + k * before[m - 1 - i];
        }
        coefficients_[m] = k;
        kept *= 1 - k * k;
        order_ = m + 1;
    }
    // Uniform noise of amplitude a has the RMS a/√3; the mean |x| of Gaussian noise, which filtered noise is close to,
    // is √(2/π) of its RMS.
    amplitude_ = rms * std::sqrt(3.0F * kept);
    magnitude_ = static_cast<std::uint32_t>(rms * 0.8F);
    return true;
}

float ComfortNoise::excitation() noexcept
{
    random_ = random_ * 1'664'525U + 1'013'904'223U;
    return static_cast<float>(static_cast<std::int32_t>(random_)) * 0x1.0p-31F * amplitude_;
}

void ComfortNoise::fill(std::span<Sample> samples) noexcept
{
    for (Sample& sample : samples) {
        float value = excitation();
        for (std::size_t i = 0; i < order_; ++i) {
            value -= coefficients_[i] * past_[i];
        }
        for (std::size_t i = order_; i > 1; --i) {
            past_[i - 1] = past_[i - 2];
        }
        past_[0] = std::clamp(value, -kFullScale, kFullScale);
        sample = static_cast<Sample>(std::lrint(std::clamp(value, -kFullScale, kFullScale - 1)));
    }
}

}  // namespace rb::codecs
