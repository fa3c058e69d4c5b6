// limiter_state.h — what a limiter remembers of its stream from frame to frame.
#pragma once

#include <cstdint>

namespace rb::media {

struct LimiterState {
    float gain = 1.0F;      ///< in force
    float held = 1.0F;      ///< the gain does not rise above this, the least that was needed lately …
    std::uint8_t hold = 0;  ///< … for so many frames more
};

}  // namespace rb::media
