#include "bridges/limiter.h"

#include "bridges/mix_kernel.h"

#include <algorithm>
#include <array>

namespace rb::bridges {
namespace {

constexpr std::size_t kPieces = 4;    // of a frame, 5 ms each
constexpr float kCeiling = 32700.0F;  // a little below full scale: float rounding must not wrap
constexpr float kRecovery = 0.005F;   // gain regained per piece: from half to full in 500 ms
constexpr std::uint8_t kHold = 25;    // frames: longer than any beat that is heard as roughness

}  // namespace

void Limiter::process(std::span<const std::int32_t> in, std::span<codecs::Sample> out) noexcept
{
    if (state_.gain >= 1.0F && static_cast<float>(mix_peak(in)) <= kCeiling) {
        mix_narrow(in, out);
        return;
    }
    const std::size_t length = in.size() / kPieces;
    std::array<float, kPieces> allowed{};
    for (std::size_t i = 0; i < kPieces; ++i) {
        const auto peak = static_cast<float>(mix_peak(in.subspan(i * length, length)));
        allowed[i] = peak > kCeiling ? kCeiling / peak : 1.0F;
    }
    // The gain at a border fits the pieces on both sides, so between two borders no sample exceeds the ceiling.
    hold(*std::ranges::min_element(allowed));
    float begin = std::min(state_.gain, allowed[0]);
    for (std::size_t i = 0; i < kPieces; ++i) {
        const float following = i + 1 < kPieces ? allowed[i + 1] : 1.0F;
        const float end = std::min({begin + kRecovery, std::max(begin, state_.held), allowed[i], following});
        mix_scale(in.subspan(i * length, length), out.subspan(i * length, length), begin, end);
        begin = end;
    }
    state_.gain = begin;
}

/// Keeps the least gain that was needed in the last half second.
void Limiter::hold(float needed) noexcept
{
    if (needed <= state_.held) {
        state_.held = needed;
        state_.hold = kHold;
    } else if (state_.hold > 0) {
        --state_.hold;
    } else {
        state_.held = needed;
    }
}

}  // namespace rb::bridges
