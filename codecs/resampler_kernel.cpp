#include "codecs/resampler_kernel.h"

#include "dataplane/base/kernel.h"

namespace rb::codecs::kernel {

RB_KERNEL void fir(const FirPhase& phase, const float* in, const FirOutput& out) noexcept
{
    for (std::size_t n = 0; n < out.count; n += kFirBlock) {
        float sums[kFirBlock] = {};
        for (std::size_t k = 0; k < phase.taps; ++k) {
            const float weight = phase.weights[k];
            const float* __restrict const samples = in + phase.offsets[k] + n;
            for (std::size_t i = 0; i < kFirBlock; ++i) {
                sums[i] += weight * samples[i];
            }
        }
        std::int16_t rounded[kFirBlock];
        for (std::size_t i = 0; i < kFirBlock; ++i) {
            float value = sums[i] + (sums[i] < 0.0F ? -0.5F : 0.5F);
            value = value > 32767.0F ? 32767.0F : value;
            value = value < -32768.0F ? -32768.0F : value;
            rounded[i] = static_cast<std::int16_t>(static_cast<std::int32_t>(value));
        }
        for (std::size_t i = 0; i < kFirBlock; ++i) {
            out.first[(n + i) * out.stride] = rounded[i];
        }
    }
}

}  // namespace rb::codecs::kernel
