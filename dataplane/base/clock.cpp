#include "dataplane/base/clock.h"

#include <ctime>

namespace rb {
namespace {

Nanos read(clockid_t id) noexcept
{
    timespec at{};
    static_cast<void>(clock_gettime(id, &at));  // cannot fail for the two clocks below
    return std::chrono::seconds{at.tv_sec} + Nanos{at.tv_nsec};
}

}  // namespace

Nanos SteadyClock::now() noexcept
{
    return read(CLOCK_MONOTONIC);
}

Nanos WallClock::now() noexcept
{
    return read(CLOCK_REALTIME);
}

}  // namespace rb
