// storm_filter.h — lets the first lines of a storm through and counts the rest (MET-07): a warning a packet fills no
// disk.
#pragma once

#include "dataplane/base/time.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rb::logging {

/// Lines that differ in digits alone are the same line: addresses, ports and ids vary within a storm.
/// Owner: control.
class StormFilter {
public:
    /// So many of a kind are written in a window; how many more there were is said at its end.
    static constexpr unsigned kFree = 5;
    static constexpr Nanos kWindow = 10s;
    /// Kinds kept; one beyond is not filtered.
    static constexpr std::size_t kKindsMax = 512;

    /// Whether this line is to be written.
    [[nodiscard]] bool pass(int level, std::string_view line, Nanos now);

    struct Summary {
        int level = 0;
        std::string line;  ///< "the newest of them (seen 17 times more)"
    };
    /// What windows that have ended have to say.
    [[nodiscard]] std::vector<Summary> ended(Nanos now);

private:
    struct Kind {
        int level = 0;
        Nanos since = 0ns;
        std::uint64_t seen = 0;
        std::string newest;
    };
    std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace rb::logging
