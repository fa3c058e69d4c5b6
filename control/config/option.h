// option.h — one option described once: name, text, kind, unit, range, default, and how its value gets into an object.
//
//     field<&Endpoint::rtp_timeout>("rtp_timeout", "Hangs up after so long without RTP; 0: never.", {.max = 86400})
#pragma once

#include "control/config/objects.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rb::config {

/// When a changed value takes effect.
enum class Reload {
    NewCalls,  ///< for calls that begin after the reload
    Restart,   ///< at the next start
};

/// What a value of an option may refer to or complain about while it is read.
struct ReadContext {
    const ByName<Acl>& named_acls;
    std::vector<std::string>& warnings;
};

using Assign = std::function<Result<void>(void* object, std::string_view value, ReadContext& context)>;
using Print = std::function<std::string(const void* object)>;

inline constexpr double kUnbounded = std::numeric_limits<std::uint32_t>::max();

struct OldSpelling {
    std::string_view old_value;
    std::string_view value;
};

/// The parts of an option that most options do not need.
struct Traits {
    std::string_view unit;
    double min = 0;
    double max = kUnbounded;
    std::vector<std::string_view> aliases;  ///< old names of the option
    std::vector<OldSpelling> old_values;    ///< old names of its values
    Reload reload = Reload::NewCalls;
    bool repeatable = false;  ///< each line adds; otherwise the last one counts
    bool secret = false;      ///< never shown in messages, on the console or in differences
    /// What the node does so far, whatever is written: any other value is a warning. "" where no value does anything.
    std::optional<std::string_view> acts_as = std::nullopt;
};

struct Option {
    std::string_view name;
    std::string_view help;
    std::string_view kind;                   ///< "yes or no", "number", "codec list"…
    std::vector<std::string_view> accepted;  ///< all values there are; empty: described by kind, min and max
    Traits traits;
    Assign assign;  ///< empty: known from Asterisk, accepted, no effect
    Print print;    ///< writes the value an object has; of a fresh object, the default

    [[nodiscard]] bool honoured() const { return static_cast<bool>(assign); }
    [[nodiscard]] bool answers_to(std::string_view key) const;
};

/// The values an enum takes, in its order.
using Choices = std::vector<std::string_view>;

namespace detail {

template <typename>
struct MemberOf;
template <typename Object, typename Value>
struct MemberOf<Value Object::*> {
    using ObjectType = Object;
    using ValueType = Value;
};

/// What read_value and print_value need to know.
struct ValueRules {
    double min = 0;
    double max = kUnbounded;
    Choices choices;
};

Result<void> read_value(std::string_view text, const ValueRules& rules, bool& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, unsigned& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, std::uint16_t& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, double& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, Seconds& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, Millis& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, std::string& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, Names& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, Address& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, std::optional<Address>& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, std::vector<Network>& value);
Result<void> read_value(std::string_view text, const ValueRules& rules, std::vector<unsigned>& value);
Result<std::size_t> read_choice(std::string_view text, const Choices& choices);

template <typename Enum>
requires std::is_enum_v<Enum> Result<void> read_value(std::string_view text, const ValueRules& rules, Enum& value)
{
    const auto index = read_choice(text, rules.choices);
    if (!index) {
        return tl::unexpected(index.error());
    }
    value = static_cast<Enum>(*index);
    return {};
}

std::string print_value(const ValueRules& rules, bool value);
std::string print_value(const ValueRules& rules, unsigned value);
std::string print_value(const ValueRules& rules, std::uint16_t value);
std::string print_value(const ValueRules& rules, double value);
std::string print_value(const ValueRules& rules, Seconds value);
std::string print_value(const ValueRules& rules, Millis value);
std::string print_value(const ValueRules& rules, const std::string& value);
std::string print_value(const ValueRules& rules, const Names& value);
std::string print_value(const ValueRules& rules, const Address& value);
std::string print_value(const ValueRules& rules, const std::optional<Address>& value);
std::string print_value(const ValueRules& rules, const std::vector<Network>& value);
std::string print_value(const ValueRules& rules, const std::vector<unsigned>& value);

template <typename Enum>
requires std::is_enum_v<Enum> std::string print_value(const ValueRules& rules, Enum value)
{
    return std::string{rules.choices[static_cast<std::size_t>(value)]};
}

std::string_view kind_of(const bool*);
std::string_view kind_of(const unsigned*);
std::string_view kind_of(const std::uint16_t*);
std::string_view kind_of(const double*);
std::string_view kind_of(const Seconds*);
std::string_view kind_of(const Millis*);
std::string_view kind_of(const std::string*);
std::string_view kind_of(const Names*);
std::string_view kind_of(const Address*);
std::string_view kind_of(const std::optional<Address>*);
std::string_view kind_of(const std::vector<Network>*);
std::string_view kind_of(const std::vector<unsigned>*);

template <typename Enum>
requires std::is_enum_v<Enum> std::string_view kind_of(const Enum*)
{
    return "choice";
}

std::string_view unit_of(const void*);
std::string_view unit_of(const Seconds*);
std::string_view unit_of(const Millis*);

/// The text with an old spelling replaced by what it means now.
std::string_view modern_spelling(std::string_view text, const std::vector<OldSpelling>& old_values);

}  // namespace detail

/// An enum member, with the names of its values in the order of the enum.
template <auto Member>
[[nodiscard]] Option choice(std::string_view name, Choices choices, std::string_view help, Traits traits = {})
{
    using Object = typename detail::MemberOf<decltype(Member)>::ObjectType;
    using Value = typename detail::MemberOf<decltype(Member)>::ValueType;
    if constexpr (std::is_same_v<Value, std::uint16_t>) {
        traits.max = std::min(traits.max, double{std::numeric_limits<std::uint16_t>::max()});
    }
    const detail::ValueRules rules{.min = traits.min, .max = traits.max, .choices = choices};
    if (traits.unit.empty()) {
        traits.unit = detail::unit_of(static_cast<const Value*>(nullptr));
    }
    const auto old_values = traits.old_values;
    return {.name = name,
            .help = help,
            .kind = detail::kind_of(static_cast<const Value*>(nullptr)),
            .accepted = std::move(choices),
            .traits = std::move(traits),
            .assign =
                [rules, old_values](void* object, std::string_view value, ReadContext&) {
                    return detail::read_value(detail::modern_spelling(value, old_values), rules,
                                              static_cast<Object*>(object)->*Member);
                },
            .print =
                [rules](const void* object) {
                    return detail::print_value(rules, static_cast<const Object*>(object)->*Member);
                }};
}

/// A member that is read by its type alone.
template <auto Member>
[[nodiscard]] Option field(std::string_view name, std::string_view help, Traits traits = {})
{
    return choice<Member>(name, {}, help, std::move(traits));
}

/// An option that reads its value in a way of its own. kind says what is expected.
template <typename Object>
[[nodiscard]] Option custom(std::string_view name, std::string_view kind, std::string_view help,
                            Result<void> (*assign)(Object&, std::string_view, ReadContext&), Traits traits = {})
{
    return {.name = name,
            .help = help,
            .kind = kind,
            .traits = std::move(traits),
            .assign = [assign](void* object, std::string_view value,
                               ReadContext& context) { return assign(*static_cast<Object*>(object), value, context); },
            .print = [](const void*) { return std::string{}; }};
}

/// The same, with a default worth showing.
template <typename Object>
[[nodiscard]] Option with_default(Option option, std::string (*print)(const Object&))
{
    option.print = [print](const void* object) { return print(*static_cast<const Object*>(object)); };
    return option;
}

/// An option Asterisk has and this node does not: any value is accepted, a warning says that it does nothing.
[[nodiscard]] Option inert(std::string_view name, std::string_view help, std::vector<std::string_view> aliases = {});

}  // namespace rb::config
