// limiter.h — brings a mix of any loudness into 16 bits without clipping: the gain falls at once, stays for half a
// second, and recovers slowly.
//
// The window makes it a volume control rather than a distortion: a gain that followed each peak would change with the
// beats between the voices (docs/decisions/0009-limiter.md).
#pragma once

#include "codecs/pcm.h"
#include "dataplane/media/limiter_state.h"

#include <cstdint>
#include <span>

namespace rb::bridges {

/// One per output stream; as long as nothing is too loud it passes samples through unchanged, to the bit.
class Limiter {
public:
    /// state   where an earlier one of the same stream left off
    explicit Limiter(const media::LimiterState& state = {}) noexcept : state_{state} {}

    /// in, out   20 ms at any rate, of one length, a multiple of four samples
    void process(std::span<const std::int32_t> in, std::span<codecs::Sample> out) noexcept;

    [[nodiscard]] const media::LimiterState& state() const noexcept { return state_; }

private:
    void hold(float needed) noexcept;

    media::LimiterState state_;
};

}  // namespace rb::bridges
