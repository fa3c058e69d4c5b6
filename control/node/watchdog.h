// watchdog.h — which threads have stopped turning: judged from their heartbeats, told once when it begins and ends.
#pragma once

#include "dataplane/base/time.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace rb::node {

/// A thread's newest sign of life.
struct Beat {
    std::string thread;
    Nanos at = 0ns;  ///< monotonic; 0 = none yet
    Nanos silence_max = 0ns;
};

/// Owner: control, whose own silence the service manager notices.
class Watchdog {
public:
    explicit Watchdog(Nanos now) : judged_at_{now}, fair_since_{now} {}

    struct Change {
        std::string thread;
        bool stuck = false;  ///< false = it turns again
        Nanos silent = 0ns;
    };
    /// What has changed since the last time. When control itself was away for a second (a suspended machine), the
    /// others are given their full time again.
    [[nodiscard]] std::vector<Change> judge(std::span<const Beat> beats, Nanos now);

    [[nodiscard]] const std::set<std::string>& stuck() const { return stuck_; }

private:
    Nanos judged_at_;
    Nanos fair_since_;
    std::set<std::string> stuck_;
};

}  // namespace rb::node
