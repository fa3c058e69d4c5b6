#include "control/engine/timeouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace rb::engine {
namespace {

std::string in_seconds(Nanos span)
{
    return fmt::format("{:.3f}", std::chrono::duration<double>{span}.count());
}

/// Up to a year; more would not end either.
Nanos read_seconds(std::string_view text)
{
    constexpr double kLongest_s = 365.0 * 24 * 3600;
    const double seconds = std::strtod(std::string{text}.c_str(), nullptr);
    return seconds > 0 ? std::chrono::duration_cast<Nanos>(std::chrono::duration<double>{std::min(seconds, kLongest_s)})
                       : 0ns;
}

}  // namespace

std::optional<std::string> read_timeout(const Timeouts& timeouts, std::string_view which, Nanos now)
{
    switch (which.empty() ? '\0' : which.front()) {
        case 'a':
        case 'A':
            return timeouts.over_at == kNever ? "0" : in_seconds(std::max<Nanos>(timeouts.over_at - now, 0ns));
        case 'd':
        case 'D':
            return in_seconds(timeouts.digit);
        case 'r':
        case 'R':
            return in_seconds(timeouts.response);
        default:
            return std::nullopt;
    }
}

bool write_timeout(Timeouts& timeouts, std::string_view which, std::string_view value, Nanos now)
{
    const Nanos span = read_seconds(value);
    switch (which.empty() ? '\0' : which.front()) {
        case 'a':
        case 'A':
            timeouts.over_at = span > 0ns ? now + span : kNever;
            timeouts.changed = true;
            return true;
        case 'd':
        case 'D':
            timeouts.digit = span;
            return true;
        case 'r':
        case 'R':
            timeouts.response = span;
            return true;
        default:
            return false;
    }
}

}  // namespace rb::engine
