#include "control/config/problem.h"

#include <algorithm>

namespace rb::config {
namespace {

std::string word(Severity severity)
{
    switch (severity) {
        case Severity::Info:
            return "info: ";
        case Severity::Warning:
            return "warning: ";
        case Severity::Error:
            return "";
    }
    return "";
}

}  // namespace

std::string to_string(const Place& place)
{
    return place.line == 0 ? place.file : place.file + ":" + std::to_string(place.line);
}

std::string to_string(const Problem& problem)
{
    return to_string(problem.place) + ": " + word(problem.severity) + problem.message;
}

bool has_errors(const Problems& problems)
{
    return std::any_of(problems.begin(), problems.end(),
                       [](const Problem& problem) { return problem.severity == Severity::Error; });
}

}  // namespace rb::config
