#include "bridges/limiter.h"

#include "bridges/mix_kernel.h"

#include <algorithm>
#include <array>

namespace rb::bridges {
namespace {

constexpr std::size_t kPieces = 4;    // of a frame, 5 ms each
constexpr float kCeiling = 32700.0F;  // a little below full scale: float rounding must not wrap
constexpr float kRecovery = 0.0125F;  // gain regained per piece: from half to full in 200 ms

}  // namespace

void Limiter::process(std::span<const std::int32_t> in, std::span<codecs::Sample> out) noexcept
{
    if (gain_ >= 1.0F && static_cast<float>(mix_peak(in)) <= kCeiling) {
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
    float begin = std::min(gain_, allowed[0]);
    for (std::size_t i = 0; i < kPieces; ++i) {
        const float following = i + 1 < kPieces ? allowed[i + 1] : 1.0F;
        const float end = std::min({begin + kRecovery, allowed[i], following, 1.0F});
        mix_scale(in.subspan(i * length, length), out.subspan(i * length, length), begin, end);
        begin = end;
    }
    gain_ = begin;
}

}  // namespace rb::bridges
