#include "control/dialplan/option_check.h"

#include "control/config/text.h"
#include "control/dialplan/brackets.h"
#include "control/dialplan/interpreter.h"
#include "control/dialplan/time_condition.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace rb::dialplan {
namespace {

struct Options {
    std::string_view application;
    std::size_t argument;           ///< where its options stand, from 0
    std::string_view letters = {};  ///< those that do something
    std::array<std::string_view, 2> words = {};
};

// Each as the application of control/applications/ that it names reads them.
constexpr std::array<Options, 9> kOptions{{
    {"background", 1, "ns"},
    {"chanspy", 1, "bBEoqSw"},
    {"dial", 2, "gLmrRS"},
    {"mixmonitor", 1, "abrt"},
    {"playback", 1, "", {"skip", "noanswer"}},
    {"read", 3, "inst"},
    {"record", 3, "aknoqstuxy"},
    {"waitexten", 1, ""},
    {"answer", 1, ""},
}};

std::string known(const Options& options)
{
    std::string names{options.words[0]};
    names += options.words[1].empty() ? "" : ", " + std::string{options.words[1]};
    for (const char letter : options.letters) {
        names += (names.empty() ? "" : ", ") + std::string{letter};
    }
    return names.empty() ? "it has none here" : "there are " + names;
}

/// The options of a text one by one: words, or letters with their arguments in parentheses left out.
std::vector<std::string> split_options(std::string_view text, bool words)
{
    std::vector<std::string> options;
    bool in_word = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool letter = std::isalpha(static_cast<unsigned char>(text[at])) != 0;
        if (letter && in_word && words) {
            options.back() += text[at];
        } else if (letter) {
            options.emplace_back(1, text[at]);
        } else if (text[at] == '(') {
            at = std::min(text.find(')', at), text.size());
        }
        in_word = letter;
    }
    return options;
}

}  // namespace

void check_times(const Step& step, config::Problems& problems)
{
    const std::string_view times = std::string_view{step.arguments}.substr(0, step.arguments.find('?'));
    if (!config::same_word(step.application, "gotoiftime") || times.find('$') != std::string_view::npos) {
        return;
    }
    if (const auto condition = TimeCondition::parse(times); !condition) {
        problems.push_back({config::Severity::Warning, step.place,
                            "GotoIfTime: " + condition.error().message + "; it is never that time"});
    }
}

void check_options(const Step& step, config::Problems& problems)
{
    const auto* const options = std::find_if(kOptions.begin(), kOptions.end(), [&](const Options& candidate) {
        return config::same_word(candidate.application, step.application);
    });
    const auto arguments = split_arguments(step.arguments);
    if (options == kOptions.end() || arguments.size() <= options->argument ||
        arguments[options->argument].find('$') != std::string::npos) {
        return;
    }
    const bool words = !options->words[0].empty();
    for (const std::string& option : split_options(arguments[options->argument], words)) {
        const bool here = words
                              ? std::find(options->words.begin(), options->words.end(), option) != options->words.end()
                              : options->letters.find(option) != std::string_view::npos;
        if (!here) {
            problems.push_back({config::Severity::Warning, step.place,
                                "option '" + option + "' of " + step.application + " is accepted and has no effect; " +
                                    known(*options)});
        }
    }
}

}  // namespace rb::dialplan
