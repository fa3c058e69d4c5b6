#include "control/dialplan/variables.h"

#include "control/config/text.h"
#include "control/dialplan/brackets.h"
#include "control/dialplan/expression.h"
#include "control/dialplan/functions.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace rb::dialplan {
namespace {

constexpr unsigned kForEver = 2;

/// The part of a text that ":offset:length" names; negative numbers count from the end.
std::string part_of(const std::string& text, std::ptrdiff_t offset, std::optional<std::ptrdiff_t> length)
{
    const auto size = static_cast<std::ptrdiff_t>(text.size());
    const auto first = std::clamp<std::ptrdiff_t>(offset < 0 ? size + offset : offset, 0, size);
    std::ptrdiff_t last = size;
    if (length) {
        last = *length < 0 ? size + *length : first + std::min(*length, size - first);
    }
    return last <= first ? std::string{}
                         : text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
}

std::optional<std::ptrdiff_t> read_whole(std::string_view text)
{
    std::ptrdiff_t number = 0;
    const auto trimmed = config::trim(text);
    const auto [end, problem] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
    return problem == std::errc{} && end == trimmed.data() + trimmed.size() ? std::optional{number} : std::nullopt;
}

std::string upper(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return result;
}

class Substitution {
public:
    explicit Substitution(const Scope& scope) : scope_(scope) {}

    std::string replace(std::string_view text, unsigned depth)
    {
        if (depth > kNestingMax) {
            return warn("variables are nested deeper than " + std::to_string(kNestingMax));
        }
        std::string result;
        while (!text.empty()) {
            const auto dollar = std::min(text.find('$'), text.size());
            result.append(text.substr(0, dollar));
            text.remove_prefix(dollar);
            const bool is_start = text.size() > 1 && (text[1] == '{' || text[1] == '[');
            if (!is_start) {
                result.append(text.substr(0, 1));
                text.remove_prefix(std::min<std::size_t>(1, text.size()));
                continue;
            }
            const auto close = find_close(text, 1);
            if (close == std::string_view::npos) {
                return result + warn("'" + std::string{text} + "' is never closed");
            }
            const std::string inside = replace(text.substr(2, close - 2), depth + 1);
            result += text[1] == '{' ? read(inside) : calculate(inside);
            text.remove_prefix(close + 1);
            if (result.size() > kSubstitutedMax) {
                return warn("the text grows beyond " + std::to_string(kSubstitutedMax) + " bytes");
            }
        }
        return result;
    }

private:
    std::string calculate(const std::string& expression)
    {
        const auto value = evaluate(expression);
        return value ? *value : warn("$[" + expression + "]: " + value.error().message);
    }

    /// NAME, NAME:offset, NAME:offset:length, and the same behind FUNCTION(arguments).
    std::string read(std::string_view text)
    {
        const auto colon = find_outside(text, ':');
        const std::string value = read_whole_value(text.substr(0, colon));
        if (colon == std::string_view::npos) {
            return value;
        }
        const auto numbers = text.substr(colon + 1);
        const auto second = numbers.find(':');
        const auto offset = read_whole(numbers.substr(0, second));
        const auto length = second == std::string_view::npos ? std::nullopt : read_whole(numbers.substr(second + 1));
        if (!offset || (second != std::string_view::npos && !length)) {
            return warn("'" + std::string{text} + "': expected NAME:offset:length");
        }
        return part_of(value, *offset, length);
    }

    std::string read_whole_value(std::string_view text)
    {
        const auto open = text.find('(');
        if (open == std::string_view::npos) {
            return read_variable(config::trim(text), scope_);
        }
        const auto close = text.rfind(')');
        if (close == std::string_view::npos || close < open) {
            return warn("'" + std::string{text} + "' has no closing parenthesis");
        }
        const std::string name = upper(config::trim(text.substr(0, open)));
        const auto args = text.substr(open + 1, close - open - 1);
        auto value = read_pure_function(name, args, scope_);
        if (!value) {
            value = scope_.channel.read_function(name, args);
        }
        return value ? *value : warn("there is no function " + name);
    }

    std::string warn(std::string message)
    {
        scope_.channel.report(config::Severity::Warning, scope_.place, std::move(message));
        return {};
    }

    const Scope& scope_;
};

}  // namespace

void Variables::set(std::string_view name, std::string value)
{
    const unsigned passed_on = name.starts_with("__") ? kForEver : name.starts_with('_') ? 1 : 0;
    name.remove_prefix(passed_on);
    if (value.empty()) {
        if (const auto found = values_.find(name); found != values_.end()) {
            values_.erase(found);
        }
        return;
    }
    values_.insert_or_assign(std::string{name}, Value{.text = std::move(value), .passed_on = passed_on});
}

const std::string* Variables::find(std::string_view name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second.text;
}

Variables Variables::inherited() const
{
    Variables child;
    for (const auto& [name, value] : values_) {
        if (value.passed_on > 0) {
            child.values_.emplace(name,
                                  Value{.text = value.text, .passed_on = value.passed_on == kForEver ? kForEver : 0});
        }
    }
    return child;
}

std::map<std::string, std::string> Variables::all() const
{
    std::map<std::string, std::string> texts;
    for (const auto& [name, value] : values_) {
        texts.emplace(name, value.text);
    }
    return texts;
}

std::string read_variable(std::string_view name, const Scope& scope)
{
    if (name == "EXTEN") {
        return std::string{scope.exten};
    }
    if (name == "CONTEXT") {
        return std::string{scope.context};
    }
    if (name == "PRIORITY") {
        return std::to_string(scope.priority);
    }
    if (const auto value = scope.channel.builtin(name)) {
        return *value;
    }
    const std::string* value = scope.channel.variables().find(name);
    value = value == nullptr ? scope.channel.globals().find(name) : value;
    return value == nullptr ? std::string{} : *value;
}

std::string substitute(std::string_view text, const Scope& scope)
{
    return Substitution{scope}.replace(text, 0);
}

}  // namespace rb::dialplan
