// resampler.h — from one sample rate to another, whole frames in, whole frames out, always of the same length.
#pragma once

#include "codecs/pcm.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::codecs {

/// Converts one stream by a polyphase filter: at least 60 dB of rejection, flat to 85 % of the lower rate's band.
/// The constructor allocates; nothing else does.
class Resampler {
public:
    /// from, to   of kSampleRates (asserted); equal rates copy
    Resampler(std::uint32_t from, std::uint32_t to);

    /// Converts a piece.
    ///
    /// in    a multiple of 10 ms, at most kPacket_ms_max (asserted)
    /// out   exactly as long at the other rate (asserted)
    void process(std::span<const Sample> in, std::span<Sample> out) noexcept;

    /// Forgets the stream so far.
    void reset() noexcept;

    /// How much later audio comes out than it went in: 0 to 1.5 ms.
    [[nodiscard]] double delay_ms() const noexcept;

private:
    struct Filter;
    struct FilterBank;
    static const Filter& filter_for(std::uint32_t from, std::uint32_t to);

    std::uint32_t from_;
    std::uint32_t to_;
    const Filter* filter_;  // shared by all of one ratio, never changed
    std::unique_ptr<float[]> history_;
};

}  // namespace rb::codecs
