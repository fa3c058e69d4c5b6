// narrow_band.h — frames of any rate at 8 kHz, for what listens for tones of the telephone network.
#pragma once

#include "codecs/resampler.h"

#include <array>
#include <cstdint>
#include <span>

namespace rb::codecs {

/// One stream, whose rate may change. The constructor allocates; nothing else does.
class NarrowBand {
public:
    static constexpr std::uint32_t kRate = 8'000;
    using Frame = std::array<Sample, frame_samples(kRate)>;

    NarrowBand();

    /// frame   20 ms at any of kSampleRates (asserted); empty = silence
    [[nodiscard]] Frame take(std::span<const Sample> frame) noexcept;

private:
    std::array<Resampler, kSampleRates.size()> from_;  // each rate
};

}  // namespace rb::codecs
