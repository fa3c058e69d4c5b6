#include "control/dialplan/substitution_check.h"

#include "control/config/text.h"
#include "control/dialplan/brackets.h"

#include <algorithm>
#include <cctype>

namespace rb::dialplan {
namespace {

bool is_name(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
    });
}

void check_function(std::string_view inside, const Vocabulary& vocabulary, const config::Place& place,
                    config::Problems& problems)
{
    const auto open = inside.find('(');
    const auto name = config::trim(inside.substr(0, open));
    if (open != std::string_view::npos && is_name(name) && !vocabulary.functions.contains(config::lower(name))) {
        problems.push_back(
            {config::Severity::Warning, place, "there is no function '" + std::string{name} + "', so this is empty"});
    }
}

}  // namespace

void check_substitutions(std::string_view text, const Vocabulary& vocabulary, const config::Place& place,
                         config::Problems& problems)
{
    for (auto dollar = text.find('$'); dollar != std::string_view::npos; dollar = text.find('$', dollar + 1)) {
        const auto open = dollar + 1;
        if (open >= text.size() || (text[open] != '{' && text[open] != '[')) {
            continue;
        }
        const auto close = find_close(text, open);
        if (close == std::string_view::npos) {
            problems.push_back({config::Severity::Warning, place,
                                "'" + std::string{text.substr(dollar)} + "' is never closed and will be empty"});
            return;
        }
        if (text[open] == '{') {
            check_function(text.substr(open + 1, close - open - 1), vocabulary, place, problems);
        }
    }
}

void check_assignment(std::string_view text, const Vocabulary& vocabulary, const config::Place& place,
                      config::Problems& problems)
{
    const auto target = text.substr(0, find_outside(text, '='));
    const auto open = target.find('(');
    const auto name = config::trim(target.substr(0, open));
    if (open != std::string_view::npos && is_name(name) && !vocabulary.functions.contains(config::lower(name))) {
        problems.push_back({config::Severity::Warning, place,
                            "there is no function '" + std::string{name} + "', so it cannot be set"});
    }
}

}  // namespace rb::dialplan
