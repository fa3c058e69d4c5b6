#include "control/dialplan/extensions.h"

#include "control/config/text.h"
#include "control/dialplan/option_check.h"
#include "control/dialplan/substitution_check.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace rb::dialplan {
namespace {

using config::lower;
using config::Place;
using config::same_word;
using config::Severity;
using config::trim;

constexpr unsigned kPriorityMax = 100'000;
/// Asterisk's settings of [general]; none changes anything here.
constexpr std::array<std::string_view, 7> kGeneral{"static",          "writeprotect",         "autofallthrough",
                                                   "clearglobalvars", "extenpatternmatchnew", "priorityjumping",
                                                   "userscontext"};

/// "exten[/caller],priority[(label)],application": the parts of a line.
struct Line {
    std::string_view exten;
    std::string_view priority;
    std::string_view call;
};

class Parser {
public:
    Parser(const Vocabulary& vocabulary, config::Problems& problems) : vocabulary_(vocabulary), problems_(problems) {}

    void read_section(const config::IniSection& section)
    {
        if (section.name == "general") {
            read_general(section);
        } else if (section.name == "globals") {
            for (const auto& entry : section.entries) {
                globals_.emplace_back(entry.key, expand_globals(entry.value));
            }
        } else {
            read_context(section);
        }
    }

    DialplanPtr finish(bool refused)
    {
        for (const auto& [place, include] : includes_) {
            if (!contexts_.contains(include)) {
                error(place, "include: there is no context [" + include + "]");
                refused = true;
            }
        }
        return refused ? nullptr : std::make_shared<const Dialplan>(std::move(contexts_), std::move(globals_));
    }

private:
    /// ${NAME} in a value of [globals] is what stands above it there; functions and expressions stay as written.
    [[nodiscard]] std::string expand_globals(std::string_view value) const
    {
        std::string expanded;
        while (!value.empty()) {
            const auto open = std::min(value.find("${"), value.size());
            const auto close = value.find('}', open);
            const auto name = close == std::string_view::npos ? value : value.substr(open + 2, close - open - 2);
            expanded += value.substr(0, open);
            value.remove_prefix(open);
            if (close == std::string_view::npos || name.find_first_of("${([:") != std::string_view::npos) {
                return expanded + std::string{value};
            }
            const auto known = std::find_if(globals_.rbegin(), globals_.rend(),
                                            [&](const auto& global) { return global.first == name; });
            expanded += known == globals_.rend() ? std::string{} : known->second;
            value.remove_prefix(name.size() + 3);
        }
        return expanded;
    }

    void read_general(const config::IniSection& section)
    {
        for (const auto& entry : section.entries) {
            const auto known = [&](std::string_view name) { return same_word(name, entry.key); };
            if (std::none_of(kGeneral.begin(), kGeneral.end(), known)) {
                warning(entry.origin.place, "unknown option '" + entry.key + "' in [general]");
            } else if (same_word(entry.key, "autofallthrough") && !config::read_yes_no(entry.value).value_or(true)) {
                warning(entry.origin.place, "autofallthrough: a call without a next priority is always cleared");
            }
        }
    }

    void read_context(const config::IniSection& section)
    {
        Context& context = contexts_[section.name];
        context.name = section.name;
        std::string_view last_exten;
        for (const auto& entry : section.entries) {
            const Place& place = entry.origin.place;
            if (same_word(entry.key, "exten")) {
                const auto comma = entry.value.find(',');
                last_exten = trim(std::string_view{entry.value}.substr(0, comma));
                read_step(context, last_exten, after(entry.value, comma), place);
            } else if (same_word(entry.key, "same")) {
                if (last_exten.empty()) {
                    error(place, "same => stands before the first exten => of [" + section.name + "]");
                } else {
                    read_step(context, last_exten, entry.value, place);
                }
            } else if (same_word(entry.key, "include")) {
                read_include(context, entry.value, place);
            } else if (same_word(entry.key, "ignorepat")) {
                warning(place, "ignorepat is accepted and has no effect");
            } else if (same_word(entry.key, "switch") || same_word(entry.key, "lswitch") ||
                       same_word(entry.key, "eswitch")) {
                warning(place,
                        entry.key + " is accepted and has no effect: extensions are looked up in this file only");
            } else {
                error(place, "'" + entry.key + "' is not accepted in a context: expected exten, same or include");
            }
        }
    }

    void read_include(Context& context, const std::string& value, const Place& place)
    {
        if (value.find(',') != std::string::npos) {
            error(place, "include: times are not available; use GotoIfTime to decide");
            return;
        }
        context.includes.push_back(value);
        includes_.emplace_back(place, value);
    }

    static std::string_view after(std::string_view text, std::size_t comma)
    {
        return comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }

    /// "priority[(label)],application(arguments)" for an extension.
    void read_step(Context& context, std::string_view exten, std::string_view text, const Place& place)
    {
        const auto comma = text.find(',');
        const Line line{.exten = exten, .priority = trim(text.substr(0, comma)), .call = trim(after(text, comma))};
        if (same_word(line.priority, "hint")) {
            warning(place, "hint is accepted and has no effect");
            return;
        }
        Extension* extension = find_extension(context, exten, place);
        if (extension == nullptr) {
            return;
        }
        Step step{.place = place};
        const auto priority = read_priority(*extension, line.priority, step.label, place);
        if (!priority || !read_call(line.call, step)) {
            return;
        }
        if (!extension->steps.emplace(*priority, std::move(step)).second) {
            error(place, "priority " + std::to_string(*priority) + " of " + std::string{exten} + " is there twice");
        }
    }

    Extension* find_extension(Context& context, std::string_view text, const Place& place)
    {
        auto& place_of = extension_places_[context.name];
        if (const auto known = place_of.find(text); known != place_of.end()) {
            return &context.extensions[known->second];
        }
        const auto slash = text.find('/');
        const auto pattern = Pattern::parse(trim(text.substr(0, slash)));
        std::optional<Pattern> caller;
        if (!pattern) {
            error(place, pattern.error().message);
            return nullptr;
        }
        if (slash != std::string_view::npos) {
            const auto read = Pattern::parse(trim(text.substr(slash + 1)));
            if (!read) {
                error(place, "caller id " + read.error().message);
                return nullptr;
            }
            caller = *read;
        }
        if (pattern->text() == "_." || pattern->text() == "_!") {
            warning(place, "'" + pattern->text() + "' matches everything that is dialled; _X. matches numbers");
        }
        context.extensions.push_back({.pattern = *pattern, .caller_id = std::move(caller)});
        place_of.emplace(text, context.extensions.size() - 1);
        return &context.extensions.back();
    }

    /// A number, or `n` or `n+x` counted from the extension's last; the label in parentheses behind it is taken off.
    std::optional<unsigned> read_priority(const Extension& extension, std::string_view text, std::string& label,
                                          const Place& place)
    {
        const auto open = text.find('(');
        if (open != std::string_view::npos) {
            const auto close = text.find(')', open);
            if (close == std::string_view::npos || trim(text.substr(open + 1, close - open - 1)).empty()) {
                error(place, "'" + std::string{text} + "': a label is written n(label)");
                return std::nullopt;
            }
            label = trim(text.substr(open + 1, close - open - 1));
            text = trim(text.substr(0, open));
        }
        const auto priority = priority_number(extension, text);
        if (!priority) {
            error(place,
                  "'" + std::string{text} + "' is not a priority: expected 1, 2, ..., or n after the first, or n+x");
        }
        return priority;
    }

    static std::optional<unsigned> priority_number(const Extension& extension, std::string_view text)
    {
        const auto last = extension.steps.empty() ? 0U : extension.steps.rbegin()->first;
        const auto number = [](std::string_view digits) -> std::optional<unsigned> {
            unsigned value = 0;
            const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
            const bool whole = problem == std::errc{} && end == digits.data() + digits.size();
            return whole && value >= 1 && value <= kPriorityMax ? std::optional{value} : std::nullopt;
        };
        if (!text.starts_with('n') && !text.starts_with('N')) {
            return number(text);
        }
        if (last == 0 || last >= kPriorityMax) {
            return std::nullopt;
        }
        if (text.size() == 1) {
            return last + 1;
        }
        const auto more = text[1] == '+' ? number(text.substr(2)) : std::nullopt;
        return more && last + *more <= kPriorityMax ? std::optional{last + *more} : std::nullopt;
    }

    /// "Application(arguments)", "Application" or, as in older plans, "Application,arguments".
    bool read_call(std::string_view text, Step& step)
    {
        const auto end = std::min(text.find_first_of("(,"), text.size());
        step.application = trim(text.substr(0, end));
        if (end < text.size() && text[end] == '(') {
            const auto close = text.rfind(')');
            if (close == std::string_view::npos || !trim(text.substr(close + 1)).empty()) {
                error(step.place, "'" + std::string{text} + "': the closing parenthesis is missing or not last");
                return false;
            }
            step.arguments = text.substr(end + 1, close - end - 1);
        } else if (end < text.size()) {
            step.arguments = trim(text.substr(end + 1));
        }
        if (step.application.empty()) {
            error(step.place, "the application is missing");
            return false;
        }
        if (!vocabulary_.applications.contains(lower(step.application))) {
            const std::vector<std::string_view> names{vocabulary_.applications.begin(), vocabulary_.applications.end()};
            const auto near = config::nearest(lower(step.application), names);
            warning(step.place, "there is no application '" + step.application + "', so this is passed over" +
                                    (near ? "; did you mean '" + std::string{*near} + "'?" : ""));
        }
        check_substitutions(step.arguments, vocabulary_, step.place, problems_);
        check_options(step, problems_);
        check_times(step, problems_);
        if (same_word(step.application, "set") || same_word(step.application, "mset")) {
            check_assignment(step.arguments, vocabulary_, step.place, problems_);
        }
        return true;
    }

    void error(const Place& place, std::string message)
    {
        problems_.push_back({Severity::Error, place, std::move(message)});
    }
    void warning(const Place& place, std::string message)
    {
        problems_.push_back({Severity::Warning, place, std::move(message)});
    }

    const Vocabulary& vocabulary_;
    config::Problems& problems_;
    Dialplan::Contexts contexts_;
    Dialplan::Globals globals_;
    std::vector<std::pair<Place, std::string>> includes_;
    /// context → extension as written → where it is in the context
    std::map<std::string, std::map<std::string, std::size_t, std::less<>>> extension_places_;
};

}  // namespace

const Vocabulary& default_vocabulary()
{
    static const Vocabulary kVocabulary{
        .applications = {"answer",         "background",    "busy",      "chanspy",    "confbridge", "congestion",
                         "dial",           "echo",          "execif",    "gosub",      "gosubif",    "goto",
                         "gotoif",         "gotoiftime",    "hangup",    "mixmonitor", "mset",       "musiconhold",
                         "noop",           "playback",      "playtones", "progress",   "read",       "record",
                         "return",         "ringing",       "saydigits", "saynumber",  "senddtmf",   "set",
                         "stopmixmonitor", "stopplaytones", "verbose",   "wait",       "waitexten"},
        .functions = {"agc", "callerid", "channel", "confbridge", "confbridge_info", "cut", "denoise", "exists",
                      "global", "hangupcause", "if", "iftime", "isnull", "jitterbuffer", "len", "pjsip_header",
                      "talk_detect", "timeout", "volume"}};
    return kVocabulary;
}

DialplanPtr parse_extensions(const config::IniFile& file, const Vocabulary& vocabulary, config::Problems& problems)
{
    config::Problems found;
    Parser parser{vocabulary, found};
    for (const auto& section : file.sections) {
        if (!section.is_template) {
            parser.read_section(section);
        }
    }
    auto plan = parser.finish(config::has_errors(found));
    problems.insert(problems.end(), found.begin(), found.end());
    return plan;
}

}  // namespace rb::dialplan
