#include "control/config/option.h"

#include "control/config/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rb::config {
namespace {

std::string quoted(std::string_view text)
{
    return "'" + std::string{text} + "'";
}

std::string range_of(const detail::ValueRules& rules)
{
    return rules.max >= kUnbounded ? fmt::format("{} or more", rules.min)
                                   : fmt::format("{} to {}", rules.min, rules.max);
}

/// A number within the rules; whole says that it may have no fraction.
Result<double> read_number(std::string_view text, const detail::ValueRules& rules, bool whole)
{
    const auto read = [text](auto& number) {
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
        return problem == std::errc{} && end == text.data() + text.size();
    };
    std::int64_t whole_number = 0;
    double number = 0;
    const bool is_number = whole ? read(whole_number) : read(number) && std::isfinite(number);
    number = whole ? static_cast<double>(whole_number) : number;
    if (!is_number || number < rules.min || number > rules.max) {
        return failure(fmt::format("{} is not accepted: expected a {}number, {}", quoted(text), whole ? "whole " : "",
                                   range_of(rules)));
    }
    return number;
}

template <typename Whole>
Result<void> read_whole(std::string_view text, detail::ValueRules rules, Whole& value)
{
    rules.max = std::min(rules.max, static_cast<double>(std::numeric_limits<Whole>::max()));
    const auto number = read_number(text, rules, true);
    if (!number) {
        return tl::unexpected(number.error());
    }
    value = static_cast<Whole>(*number);
    return {};
}

template <typename Span>
Result<void> read_span(std::string_view text, const detail::ValueRules& rules, Span& value)
{
    const auto number = read_number(text, rules, true);
    if (!number) {
        return tl::unexpected(number.error());
    }
    value = Span{static_cast<typename Span::rep>(*number)};
    return {};
}

/// "4" or "4-7" appended to the list.
bool read_cpu_range(std::string_view text, std::vector<unsigned>& cpus)
{
    constexpr unsigned kCpuMax = 4095;
    const auto read = [](std::string_view digits, unsigned& number) {
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return problem == std::errc{} && end == digits.data() + digits.size() && number <= kCpuMax;
    };
    const auto dash = text.find('-');
    unsigned first = 0;
    unsigned last = 0;
    if (!read(text.substr(0, dash), first) ||
        !read(dash == std::string_view::npos ? text : text.substr(dash + 1), last) || last < first) {
        return false;
    }
    for (unsigned cpu = first; cpu <= last; ++cpu) {
        cpus.push_back(cpu);
    }
    return true;
}

}  // namespace

bool Option::answers_to(std::string_view key) const
{
    return same_word(name, key) || std::any_of(traits.aliases.begin(), traits.aliases.end(),
                                               [key](std::string_view alias) { return same_word(alias, key); });
}

Option inert(std::string_view name, std::string_view help, std::vector<std::string_view> aliases)
{
    return {.name = name, .help = help, .kind = "any", .traits = {.aliases = std::move(aliases)}};
}

namespace detail {

Result<void> read_value(std::string_view text, const ValueRules& /*rules*/, bool& value)
{
    const auto answer = read_yes_no(text);
    if (!answer) {
        return failure(quoted(text) + " is not accepted: expected yes or no");
    }
    value = *answer;
    return {};
}

Result<void> read_value(std::string_view text, const ValueRules& rules, unsigned& value)
{
    return read_whole(text, rules, value);
}

Result<void> read_value(std::string_view text, const ValueRules& rules, std::uint16_t& value)
{
    return read_whole(text, rules, value);
}

Result<void> read_value(std::string_view text, const ValueRules& rules, double& value)
{
    const auto number = read_number(text, rules, false);
    if (!number) {
        return tl::unexpected(number.error());
    }
    value = *number;
    return {};
}

Result<void> read_value(std::string_view text, const ValueRules& rules, Seconds& value)
{
    return read_span(text, rules, value);
}

Result<void> read_value(std::string_view text, const ValueRules& rules, Millis& value)
{
    return read_span(text, rules, value);
}

Result<void> read_value(std::string_view text, const ValueRules& /*rules*/, std::string& value)
{
    value = text;
    return {};
}

Result<void> read_value(std::string_view text, const ValueRules& rules, Names& value)
{
    Names names;
    for (const auto name : split(text, ',')) {
        if (!rules.choices.empty()) {
            if (const auto known = read_choice(name, rules.choices); !known) {
                return tl::unexpected(known.error());
            }
        }
        names.emplace_back(name);
    }
    value = std::move(names);
    return {};
}

Result<void> read_value(std::string_view text, const ValueRules& /*rules*/, Address& value)
{
    const auto address = parse_address(text);
    if (!address) {
        return tl::unexpected(address.error());
    }
    value = *address;
    return {};
}

Result<void> read_value(std::string_view text, const ValueRules& rules, std::optional<Address>& value)
{
    if (text.empty()) {
        value.reset();
        return {};
    }
    Address address;
    const auto read = read_value(text, rules, address);
    if (read) {
        value = address;
    }
    return read;
}

Result<void> read_value(std::string_view text, const ValueRules& /*rules*/, std::vector<Network>& value)
{
    for (const auto part : split(text, ',')) {
        const auto network = parse_network(part);
        if (!network) {
            return tl::unexpected(network.error());
        }
        value.push_back(*network);
    }
    return {};
}

Result<void> read_value(std::string_view text, const ValueRules& /*rules*/, std::vector<unsigned>& value)
{
    std::vector<unsigned> cpus;
    for (const auto part : split(text, ',')) {
        if (!read_cpu_range(part, cpus)) {
            return failure(quoted(part) + " is not accepted: expected core numbers such as 1,2,4-7");
        }
    }
    value = std::move(cpus);
    return {};
}

Result<std::size_t> read_choice(std::string_view text, const Choices& choices)
{
    for (std::size_t index = 0; index < choices.size(); ++index) {
        if (same_word(choices[index], text)) {
            return index;
        }
    }
    return failure(quoted(text) + " is not accepted: expected " + join(choices));
}

std::string print_value(const ValueRules& /*rules*/, bool value)
{
    return value ? "yes" : "no";
}

std::string print_value(const ValueRules& /*rules*/, unsigned value)
{
    return std::to_string(value);
}

std::string print_value(const ValueRules& /*rules*/, std::uint16_t value)
{
    return std::to_string(value);
}

std::string print_value(const ValueRules& /*rules*/, double value)
{
    return fmt::format("{}", value);
}

std::string print_value(const ValueRules& /*rules*/, Seconds value)
{
    return std::to_string(value.count());
}

std::string print_value(const ValueRules& /*rules*/, Millis value)
{
    return std::to_string(value.count());
}

std::string print_value(const ValueRules& /*rules*/, const std::string& value)
{
    return value;
}

std::string print_value(const ValueRules& /*rules*/, const Names& value)
{
    return fmt::format("{}", fmt::join(value, ","));
}

std::string print_value(const ValueRules& /*rules*/, const Address& value)
{
    if (!value) {
        return "";
    }
    return value.port() == 0 ? value.host() : value.to_string();
}

std::string print_value(const ValueRules& rules, const std::optional<Address>& value)
{
    return value ? print_value(rules, *value) : "";
}

std::string print_value(const ValueRules& /*rules*/, const std::vector<Network>& value)
{
    std::vector<std::string> texts;
    std::transform(value.begin(), value.end(), std::back_inserter(texts),
                   [](const Network& network) { return network.to_string(); });
    return fmt::format("{}", fmt::join(texts, ","));
}

std::string print_value(const ValueRules& /*rules*/, const std::vector<unsigned>& value)
{
    return fmt::format("{}", fmt::join(value, ","));
}

// clang-format off
std::string_view kind_of(const bool*) { return "yes or no"; }
std::string_view kind_of(const unsigned*) { return "number"; }
std::string_view kind_of(const std::uint16_t*) { return "number"; }
std::string_view kind_of(const double*) { return "number"; }
std::string_view kind_of(const Seconds*) { return "number"; }
std::string_view kind_of(const Millis*) { return "number"; }
std::string_view kind_of(const std::string*) { return "text"; }
std::string_view kind_of(const Names*) { return "list"; }
std::string_view kind_of(const Address*) { return "address[:port]"; }
std::string_view kind_of(const std::optional<Address>*) { return "address"; }
std::string_view kind_of(const std::vector<Network>*) { return "networks"; }
std::string_view kind_of(const std::vector<unsigned>*) { return "core list"; }
std::string_view unit_of(const void*) { return ""; }
std::string_view unit_of(const Seconds*) { return "s"; }
std::string_view unit_of(const Millis*) { return "ms"; }
// clang-format on

std::string_view modern_spelling(std::string_view text, const std::vector<OldSpelling>& old_values)
{
    const auto found = std::find_if(old_values.begin(), old_values.end(),
                                    [text](const OldSpelling& old) { return same_word(old.old_value, text); });
    return found == old_values.end() ? text : found->value;
}

}  // namespace detail
}  // namespace rb::config
