#include "codecs/goertzel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rb::codecs {

double tone_amplitude(std::span<const Sample> samples, double frequency_hz, std::uint32_t rate) noexcept
{
    if (samples.empty()) {
        return 0.0;
    }
    const double omega = 2.0 * std::numbers::pi * frequency_hz / rate;
    const double coefficient = 2.0 * std::cos(omega);
    double previous = 0.0;
    double before = 0.0;
    for (const Sample sample : samples) {
        const double next = sample + coefficient * previous - before;
        before = previous;
        previous = next;
    }
    const double power = previous * previous + before * before - coefficient * previous * before;
    return 2.0 * std::sqrt(std::max(power, 0.0)) / static_cast<double>(samples.size());
}

double tone_level_dbov(std::span<const Sample> samples, double frequency_hz, std::uint32_t rate) noexcept
{
    constexpr double full_scale = 32768.0;
    constexpr double floor_dbov = -127.0;
    const double rms = tone_amplitude(samples, frequency_hz, rate) / std::numbers::sqrt2;
    return rms > 0.0 ? std::max(20.0 * std::log10(rms / full_scale), floor_dbov) : floor_dbov;
}

}  // namespace rb::codecs
