// resampler.h — from one sample rate to another, whole frames in, whole frames out, always of the same length.
#pragma once

#include "codecs/pcm.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb::codecs {

struct ResamplerFilter;

/// Converts one stream by a polyphase filter: 80 dB of rejection, flat to 86 % of the lower rate's band.
/// The constructor allocates, the first in the process also computes every filter; nothing else does.
class Resampler {
public:
    /// from, to   of kSampleRates (asserted); equal rates copy
    Resampler(std::uint32_t from, std::uint32_t to);

    /// Converts a piece.
    ///
    /// in    a multiple of 10 ms (asserted)
    /// out   exactly as long at the other rate (asserted)
    void process(std::span<const Sample> in, std::span<Sample> out) noexcept;

    /// Forgets the stream so far.
    void reset() noexcept;

    [[nodiscard]] std::uint32_t from() const noexcept { return from_; }
    [[nodiscard]] std::uint32_t to() const noexcept { return to_; }

    /// How much later audio comes out than it went in: 18 samples of the lower rate, 0 for equal rates.
    [[nodiscard]] double delay_ms() const noexcept;

private:
    void process_piece(std::span<const Sample> in, Sample* out) noexcept;

    std::uint32_t from_;
    std::uint32_t to_;
    const ResamplerFilter* filter_;  // shared by all of one pair of rates, never changed; null for equal rates
    std::vector<Sample> history_;    // the newest input, oldest first
};

}  // namespace rb::codecs
