#include "codecs/gain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace rb::codecs {
namespace {

constexpr int kOne = 1024;  // the largest gain times the largest sample still fits 32 bits

std::array<std::int32_t, 2 * kGainMax_db + 1> make_factors() noexcept
{
    std::array<std::int32_t, 2 * kGainMax_db + 1> factors{};
    for (int db = -kGainMax_db; db <= kGainMax_db; ++db) {
        factors[static_cast<std::size_t>(db + kGainMax_db)] =
            static_cast<std::int32_t>(std::lround(kOne * std::pow(10.0, db / 20.0)));
    }
    return factors;
}

const auto kFactors = make_factors();

}  // namespace

void apply_gain(std::span<Sample> samples, int gain_db) noexcept
{
    if (gain_db == 0) {
        return;
    }
    constexpr std::int32_t kLow = std::numeric_limits<Sample>::min();
    constexpr std::int32_t kHigh = std::numeric_limits<Sample>::max();
    const std::int32_t factor =
        kFactors[static_cast<std::size_t>(std::clamp(gain_db, -kGainMax_db, kGainMax_db) + kGainMax_db)];
    for (Sample& sample : samples) {
        sample = static_cast<Sample>(std::clamp(sample * factor / kOne, kLow, kHigh));
    }
}

}  // namespace rb::codecs
