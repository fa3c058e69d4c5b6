// show.h — a snapshot as text: what is in force and why, as files again, and what a reload would change.
#pragma once

#include "control/config/objects.h"
#include "control/config/option.h"
#include "control/config/source.h"

#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

/// Every option of every object with its value and its origin (file:line, template or default).
/// wanted    name of a section, or "file section"; empty: all
[[nodiscard]] std::string show_effective(const Snapshot& snapshot, std::string_view wanted = {});

/// Files that load to the same objects; templates and includes are resolved in them.
[[nodiscard]] Texts write_files(const Snapshot& snapshot);

struct Change {
    std::string object;  ///< "pjsip.conf [6001] endpoint"
    std::string option;  ///< empty: the whole object came or went
    std::string before;
    std::string after;
    Reload reload = Reload::NewCalls;
};

/// What a reload from the first to the second would change, in the order of the second.
[[nodiscard]] std::vector<Change> diff(const Snapshot& before, const Snapshot& after);
/// "pjsip.conf [6001] endpoint: context default → office (new calls)".
[[nodiscard]] std::string to_string(const Change& change);

}  // namespace rb::config
