#include "control/node/watchdog.h"

#include <algorithm>

namespace rb::node {
namespace {

/// Control turns several times a second; after a longer pause the machine has stood still, and not one thread.
constexpr Nanos kPause = 1s;

}  // namespace

std::vector<Watchdog::Change> Watchdog::judge(std::span<const Beat> beats, Nanos now)
{
    if (now - judged_at_ > kPause) {
        fair_since_ = now;
    }
    judged_at_ = now;
    std::vector<Change> changes;
    for (const Beat& beat : beats) {
        const Nanos silent = now - std::max(beat.at, fair_since_);
        const bool stuck = silent > beat.silence_max;
        const bool known = stuck_.contains(beat.thread);
        // What was stuck before a pause still is until it beats.
        if (stuck && !known) {
            stuck_.insert(beat.thread);
            changes.push_back({beat.thread, true, silent});
        } else if (known && now - beat.at <= beat.silence_max) {
            stuck_.erase(beat.thread);
            changes.push_back({beat.thread, false, now - beat.at});
        }
    }
    return changes;
}

}  // namespace rb::node
