// clock.h — where time comes from. Held by the loops of threads and by main; never by what they call.
#pragma once

#include "dataplane/base/time.h"

namespace rb {

/// CLOCK_MONOTONIC, which the worker also sleeps by.
struct SteadyClock {
    static Nanos now() noexcept;
};

/// Seconds since 1970 as Nanos, for NTP timestamps, file names and logs.
struct WallClock {
    static Nanos now() noexcept;
};

}  // namespace rb
