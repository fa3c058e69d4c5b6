// limiter.h — brings a mix of any loudness into 16 bits without clipping: the gain falls at once and recovers slowly.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <span>

namespace rb::bridges {

/// One per output stream; as long as nothing is too loud it passes samples through unchanged, to the bit.
class Limiter {
public:
    /// gain   where an earlier one of the same stream left off
    explicit Limiter(float gain = 1.0F) noexcept : gain_{gain} {}

    /// in, out   20 ms at any rate, of one length, a multiple of four samples
    void process(std::span<const std::int32_t> in, std::span<codecs::Sample> out) noexcept;

    [[nodiscard]] float gain() const noexcept { return gain_; }

private:
    float gain_;
};

}  // namespace rb::bridges
