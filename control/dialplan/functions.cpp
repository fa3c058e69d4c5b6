#include "control/dialplan/functions.h"

#include "control/config/text.h"
#include "control/dialplan/brackets.h"
#include "control/dialplan/expression.h"
#include "control/dialplan/time_condition.h"

#include <charconv>
#include <limits>
#include <vector>

namespace rb::dialplan {
namespace {

/// when true:when false
std::string choose(std::string_view choices, bool condition)
{
    const auto colon = find_outside(choices, ':');
    if (condition) {
        return std::string{config::trim(choices.substr(0, colon))};
    }
    return colon == std::string_view::npos ? std::string{} : std::string{config::trim(choices.substr(colon + 1))};
}

/// condition?when true:when false
std::string choose_by_value(std::string_view args)
{
    const auto question = find_outside(args, '?');
    return question == std::string_view::npos ? std::string{}
                                              : choose(args.substr(question + 1), is_true(args.substr(0, question)));
}

/// times,weekdays,days,months[,time zone]?when true:when false
std::string choose_by_time(std::string_view args, const Scope& scope)
{
    const auto question = args.find('?');
    const auto condition = TimeCondition::parse(args.substr(0, question));
    if (!condition) {
        scope.channel.report(config::Severity::Warning, scope.place, "IFTIME: " + condition.error().message);
        return {};
    }
    return question == std::string_view::npos
               ? std::string{}
               : choose(args.substr(question + 1), condition->holds_at(scope.channel.wall_time()));
}

struct FieldRange {
    std::size_t first = 1;
    std::size_t last = std::numeric_limits<std::size_t>::max();
};

/// "2", "2-4", "2-" or "-4"; nothing where it is none of them.
std::optional<FieldRange> read_range(std::string_view text)
{
    const auto number = [](std::string_view digits, std::size_t& value) {
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return digits.empty() || (problem == std::errc{} && end == digits.data() + digits.size() && value > 0);
    };
    FieldRange range;
    const auto dash = text.find('-');
    if (text.empty() || !number(text.substr(0, dash), range.first)) {
        return std::nullopt;
    }
    if (dash == std::string_view::npos) {
        range.last = range.first;
        return range;
    }
    return number(text.substr(dash + 1), range.last) ? std::optional{range} : std::nullopt;
}

std::vector<std::string_view> fields_of(std::string_view text, char delimiter)
{
    std::vector<std::string_view> fields;
    for (auto end = text.find(delimiter); end != std::string_view::npos; end = text.find(delimiter)) {
        fields.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    fields.push_back(text);
    return fields;
}

/// variable,delimiter,ranges separated by &
std::string cut(std::string_view args, const Scope& scope)
{
    const auto first = args.find(',');
    const auto second = first == std::string_view::npos ? first : args.find(',', first + 1);
    const auto name = config::trim(args.substr(0, first));
    const auto delimiter =
        first == std::string_view::npos ? std::string_view{} : args.substr(first + 1, second - first - 1);
    const auto ranges = second == std::string_view::npos ? std::string_view{"1"} : args.substr(second + 1);
    const char letter = delimiter.empty() ? '-' : delimiter.front();
    const std::string text = read_variable(name, scope);
    const auto fields = fields_of(text, letter);
    std::string result;
    bool is_first = true;
    for (const auto part : config::split(ranges, '&')) {
        const auto range = read_range(part);
        if (!range) {
            scope.channel.report(config::Severity::Warning, scope.place,
                                 "CUT: '" + std::string{part} + "' is not a range of fields");
            return {};
        }
        for (std::size_t field = range->first; field <= range->last && field <= fields.size(); ++field) {
            if (result.size() > kSubstitutedMax) {
                return {};
            }
            result.append(is_first ? "" : std::string(1, letter)).append(fields[field - 1]);
            is_first = false;
        }
    }
    return result;
}

}  // namespace

std::optional<std::string> read_pure_function(std::string_view name, std::string_view args, const Scope& scope)
{
    if (name == "LEN") {
        return std::to_string(args.size());
    }
    if (name == "IF") {
        return choose_by_value(args);
    }
    if (name == "IFTIME") {
        return choose_by_time(args, scope);
    }
    if (name == "ISNULL") {
        return args.empty() ? "1" : "0";
    }
    if (name == "EXISTS") {
        return args.empty() ? "0" : "1";
    }
    if (name == "CUT") {
        return cut(args, scope);
    }
    if (name == "GLOBAL") {
        const std::string* value = scope.channel.globals().find(args);
        return value == nullptr ? std::string{} : *value;
    }
    return std::nullopt;
}

}  // namespace rb::dialplan
