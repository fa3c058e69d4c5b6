// jitter_options.h — how the jitter buffer of one leg behaves; the words are those of Asterisk's JITTERBUFFER().
#pragma once

#include "dataplane/base/time.h"

#include <cstdint>

namespace rb::media {

enum class JitterMode : std::uint8_t {
    Adaptive,  ///< as much delay as the packets' jitter asks for
    Fixed,     ///< always the same
    Disabled,  ///< none: what has come is played, in order
};

struct JitterOptions {
    JitterMode mode = JitterMode::Adaptive;
    Nanos max_size = 200ms;       ///< never more than this is held; of a fixed buffer the delay
    Nanos resync_threshold = 1s;  ///< timestamps that jump further than this begin anew
    Nanos target_extra = 0ms;     ///< adaptive: more delay than jitter asks for

    /// What max_size may be: below, a single packet of 60 ms would not fit.
    static constexpr Nanos kMaxSizeMin = 60ms;
    static constexpr Nanos kMaxSizeMax = 500ms;

    friend constexpr bool operator==(const JitterOptions&, const JitterOptions&) = default;
};

}  // namespace rb::media
