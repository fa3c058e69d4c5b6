#include "codecs/resampler_kernel.h"

#include "dataplane/base/kernel.h"

#include <array>

namespace rb::codecs::kernel {

RB_KERNEL void fir(const FirPhase& phase, const float* in, const FirOutput& out) noexcept
{
    std::array<float, kFirCountMax> sums;  // NOLINT(cppcoreguidelines-pro-type-member-init): set below
    for (std::size_t n = 0; n < out.count; ++n) {
        sums[n] = 0.0F;
    }
    // Six taps to a pass: the sums are read and written a sixth as often, and still fit the registers.
    for (std::size_t k = 0; k < phase.taps; k += kFirTaps) {
        const float* __restrict const weights = phase.weights + k;
        const std::uint32_t* const offsets = phase.offsets + k;
        const float* __restrict const a = in + offsets[0];
        const float* __restrict const b = in + offsets[1];
        const float* __restrict const c = in + offsets[2];
        const float* __restrict const d = in + offsets[3];
        const float* __restrict const e = in + offsets[4];
        const float* __restrict const f = in + offsets[5];
        const float wa = weights[0];
        const float wb = weights[1];
        const float wc = weights[2];
        const float wd = weights[3];
        const float we = weights[4];
        const float wf = weights[5];
        for (std::size_t n = 0; n < out.count; ++n) {
            sums[n] += wa * a[n] + wb * b[n] + wc * c[n] + wd * d[n] + we * e[n] + wf * f[n];
        }
    }
    std::array<std::int16_t, kFirCountMax> rounded;  // NOLINT(cppcoreguidelines-pro-type-member-init): likewise
    for (std::size_t n = 0; n < out.count; ++n) {
        float value = sums[n] + (sums[n] < 0.0F ? -0.5F : 0.5F);
        value = value > 32767.0F ? 32767.0F : value;
        value = value < -32768.0F ? -32768.0F : value;
        rounded[n] = static_cast<std::int16_t>(static_cast<std::int32_t>(value));
    }
    for (std::size_t n = 0; n < out.count; ++n) {
        out.first[n * out.stride] = rounded[n];
    }
}

}  // namespace rb::codecs::kernel
