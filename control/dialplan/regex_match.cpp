#include "control/dialplan/regex_match.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <regex.h>

namespace rb::dialplan {
namespace {

struct FreeRegex {
    void operator()(regex_t* regex) const { regfree(regex); }
};

bool has_back_reference(const std::string& pattern)
{
    for (std::size_t at = 0; at + 1 < pattern.size(); ++at) {
        if (pattern[at] != '\\') {
            continue;
        }
        if (std::isdigit(static_cast<unsigned char>(pattern[at + 1])) != 0) {
            return true;
        }
        ++at;
    }
    return false;
}

}  // namespace

Result<std::string> match_regex(const std::string& subject, const std::string& pattern, Anchor anchor)
{
    if (pattern.size() > kRegexMax || subject.size() > kRegexSubjectMax ||
        std::count(pattern.begin(), pattern.end(), '{') > 1 || has_back_reference(pattern)) {
        return failure("the regular expression is too long or too costly");
    }
    regex_t compiled;
    if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED) != 0) {
        return failure("'" + pattern + "' is not a regular expression");
    }
    const std::unique_ptr<regex_t, FreeRegex> guard{&compiled};
    std::array<regmatch_t, 2> matches{};
    const bool found = regexec(&compiled, subject.c_str(), matches.size(), matches.data(), 0) == 0 &&
                       (anchor == Anchor::Anywhere || matches[0].rm_so == 0);
    if (compiled.re_nsub == 0) {
        return std::to_string(found ? matches[0].rm_eo - matches[0].rm_so : 0);
    }
    const regmatch_t& group = matches[1];
    if (!found || group.rm_so < 0) {
        return std::string{};
    }
    return subject.substr(static_cast<std::size_t>(group.rm_so), static_cast<std::size_t>(group.rm_eo - group.rm_so));
}

}  // namespace rb::dialplan
