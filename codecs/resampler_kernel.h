// resampler_kernel.h — the loop of the resampler, private to resampler.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rb::codecs::kernel {

inline constexpr std::size_t kFirTaps = 6;        // taps added in one pass over the outputs
inline constexpr std::size_t kFirCountMax = 480;  // outputs of one phase: 10 ms at the highest rate

/// One phase of a polyphase filter: where each tap reads, and what it weighs.
struct FirPhase {
    const float* weights;          // `taps` of them
    const std::uint32_t* offsets;  // of each tap's first sample
    std::size_t taps;              // a multiple of kFirTaps
};

/// Where the outputs of one phase go.
struct FirOutput {
    std::int16_t* first;
    std::size_t stride;
    std::size_t count;  // at most kFirCountMax
};

/// first[n * stride] = round(Σ weights[k] · in[offsets[k] + n]) for each n below count.
void fir(const FirPhase& phase, const float* in, const FirOutput& out) noexcept;

}  // namespace rb::codecs::kernel
