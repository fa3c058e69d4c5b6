// variables.h — channel variables, and the substitution of ${…} and $[…] in an argument.
#pragma once

#include "control/config/problem.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rb::dialplan {

inline constexpr unsigned kNestingMax = 16;
/// A variable that names itself must not eat the memory of the node.
inline constexpr std::size_t kSubstitutedMax = 64 * 1024;  ///< bytes

/// Variables by name; case matters, as in Asterisk. A leading `_` or `__` is not part of the name: it says how far
/// the variable is passed on to channels that this one creates.
class Variables {
public:
    /// "_NAME" is inherited once, "__NAME" by all descendants; an empty value removes the variable.
    void set(std::string_view name, std::string value);
    /// Null where there is none.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    /// What a new channel created by this one starts with.
    [[nodiscard]] Variables inherited() const;

    /// name → value, for showing.
    [[nodiscard]] std::map<std::string, std::string> all() const;

private:
    struct Value {
        std::string text;
        unsigned passed_on = 0;  ///< 0, 1, or 2 for "for ever"
    };
    std::map<std::string, Value, std::less<>> values_;
};

struct Scope;

/// What the plan asks of the call it runs for. The call engine implements it over its channel.
class Channel {
public:
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    [[nodiscard]] virtual Variables& variables() = 0;
    /// Shared by all calls: [globals], and what Set(GLOBAL(x)=…) wrote since.
    [[nodiscard]] virtual Variables& globals() = 0;
    /// The caller's number, for `ext/cid` and nothing else.
    [[nodiscard]] virtual std::string caller_id() const = 0;
    /// A built-in variable other than EXTEN, CONTEXT and PRIORITY: UNIQUEID, CHANNEL, HANGUPCAUSE, EPOCH…
    [[nodiscard]] virtual std::optional<std::string> builtin(std::string_view name) const = 0;
    /// ${CALLERID(num)}: nothing where the function is not known here. name in upper case.
    [[nodiscard]] virtual std::optional<std::string> read_function(std::string_view name, std::string_view args) = 0;
    /// Set(CALLERID(num)=…): false where it cannot be set. name in upper case.
    virtual bool write_function(std::string_view name, std::string_view args, std::string_view value) = 0;
    /// Since 1970, UTC.
    [[nodiscard]] virtual std::chrono::seconds wall_time() const = 0;
    /// A line of Verbose and NoOp (Info), or what went wrong (Warning, Error).
    virtual void report(config::Severity severity, const config::Place& place, std::string message) = 0;
    /// A step is about to run; its arguments are substituted.
    virtual void on_step(const Scope& /*at*/, std::string_view /*application*/, std::string_view /*arguments*/) {}
};

/// Where a substitution happens.
struct Scope {
    Channel& channel;
    std::string_view context;
    std::string_view exten;
    unsigned priority = 1;
    const config::Place& place;
};

/// The value of a plain variable: EXTEN, CONTEXT and PRIORITY, then the built-in ones, the channel's, the global ones.
[[nodiscard]] std::string read_variable(std::string_view name, const Scope& scope);

/// The text with every ${NAME}, ${NAME:offset:length}, ${FUNCTION(args)} and $[expression] replaced, innermost first.
/// An unknown variable is empty; a syntax error or nesting beyond kNestingMax is a Warning and empty.
[[nodiscard]] std::string substitute(std::string_view text, const Scope& scope);

}  // namespace rb::dialplan
