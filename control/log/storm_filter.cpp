#include "control/log/storm_filter.h"

namespace rb::logging {
namespace {

std::string without_digits(std::string_view line)
{
    std::string kind;
    for (const char c : line) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit || kind.empty() || kind.back() != '#') {
            kind += digit ? '#' : c;
        }
    }
    return kind;
}

}  // namespace

bool StormFilter::pass(int level, std::string_view line, Nanos now)
{
    const auto found = kinds_.find(without_digits(line));
    if (found == kinds_.end()) {
        if (kinds_.size() < kKindsMax) {
            kinds_[without_digits(line)] = {.level = level, .since = now, .seen = 1, .newest = {}};
        }
        return true;
    }
    Kind& kind = found->second;
    if (now - kind.since >= kWindow && kind.seen <= kFree) {
        kind = {.level = level, .since = now, .seen = 0, .newest = {}};
    }
    if (++kind.seen <= kFree) {
        return true;
    }
    kind.newest = line;
    return false;
}

std::vector<StormFilter::Summary> StormFilter::ended(Nanos now)
{
    std::vector<Summary> summaries;
    for (auto it = kinds_.begin(); it != kinds_.end();) {
        const Kind& kind = it->second;
        if (now - kind.since < kWindow) {
            ++it;
            continue;
        }
        if (kind.seen > kFree) {
            summaries.push_back(
                {kind.level, kind.newest + " (seen " + std::to_string(kind.seen - kFree) + " times more)"});
        }
        it = kinds_.erase(it);
    }
    return summaries;
}

}  // namespace rb::logging
