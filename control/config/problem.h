// problem.h — one thing wrong with the configuration, with the place where it stands.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rb::config {

enum class Severity {
    Info,     ///< worth knowing, nothing to do
    Warning,  ///< something asked for will not happen; loading goes on
    Error,    ///< the whole load is refused
};

/// A place in a file. Line 0 stands for the file as a whole.
struct Place {
    std::string file;
    unsigned line = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

struct Problem {
    Severity severity = Severity::Error;
    Place place;
    std::string message;

    friend bool operator==(const Problem&, const Problem&) = default;
};

/// "pjsip.conf:12"; without the line where it is 0.
[[nodiscard]] std::string to_string(const Place& place);
/// "pjsip.conf:12: warning: …"; an error carries no word before its message.
[[nodiscard]] std::string to_string(const Problem& problem);

/// Everything that is wrong, in the order of discovery, so that one run shows all of it.
using Problems = std::vector<Problem>;

[[nodiscard]] bool has_errors(const Problems& problems);

}  // namespace rb::config
