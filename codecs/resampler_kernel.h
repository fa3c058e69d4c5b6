// resampler_kernel.h — the loop of the resampler, private to resampler.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rb::codecs::kernel {

inline constexpr std::size_t kFirBlock = 16;  // outputs computed side by side, in registers

/// One phase of a polyphase filter: where each tap reads, and what it weighs.
struct FirPhase {
    const float* weights;          // `taps` of them
    const std::uint32_t* offsets;  // of each tap's first sample
    std::size_t taps;
};

/// out[n * stride] = round(Σ weights[k] · in[offsets[k] + n]) for n below `count`, a multiple of kFirBlock.
struct FirOutput {
    std::int16_t* first;
    std::size_t stride;
    std::size_t count;
};
void fir(const FirPhase& phase, const float* in, const FirOutput& out) noexcept;

}  // namespace rb::codecs::kernel
