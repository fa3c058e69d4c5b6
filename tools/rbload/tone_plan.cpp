#include "tools/rbload/tone_plan.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <array>

namespace rb::load {
namespace {

// Primes near 360 + 89 k in bit-reversed order of k, so that the first few lie far apart.
constexpr std::array<std::uint32_t, kTonesMax> kTones{367,  1787, 1087, 2503, 719,  2141, 1429, 2857, 541,  1973, 1259,
                                                      2677, 907,  2333, 1607, 3037, 449,  1873, 1163, 2591, 809,  2237,
                                                      1523, 2953, 631,  2053, 1361, 2767, 983,  2411, 1697, 3119};

}  // namespace

std::uint32_t tone_hz(std::size_t index) noexcept
{
    RB_ASSERT(index < kTonesMax);
    return kTones[index];
}

double tone_amplitude_for(std::size_t talkers) noexcept
{
    constexpr double kAlone = 3276.7;  // −20 dB of full scale
    constexpr double kTogether = 16383.5;
    return std::min(kAlone, kTogether / static_cast<double>(std::max<std::size_t>(talkers, 1)));
}

}  // namespace rb::load
