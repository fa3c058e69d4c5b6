// regex_match.h — POSIX extended regular expressions over short texts, bounded so that a plan cannot stop the node.
#pragma once

#include "dataplane/base/error.h"

#include <string>

namespace rb::dialplan {

inline constexpr std::size_t kRegexMax = 256;          ///< characters of the pattern
inline constexpr std::size_t kRegexSubjectMax = 4096;  ///< characters searched

enum class Anchor {
    Start,
    Anywhere
};

/// Returns what the first group matched, or without a group how many characters matched; "" or "0" where nothing did.
/// An Error for a pattern that is wrong, too long, or uses back-references or more than one {…}, whose cost has no
/// useful bound.
[[nodiscard]] Result<std::string> match_regex(const std::string& subject, const std::string& pattern, Anchor anchor);

}  // namespace rb::dialplan
