// log.h — log lines to the places logger.conf names, written by a thread of their own.
#pragma once

#include "control/config/node_objects.h"
#include "control/log/storm_filter.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::logging {

enum class Level : std::uint8_t {
    Error,
    Warning,
    Notice,
    Verbose,
    Debug
};

/// What a line belongs to.
struct Origin {
    std::string_view module = "node";  ///< "node", "call", "config"
    std::string_view call;             ///< its id; empty: none
};

inline constexpr std::array<std::string_view, 3> kModules{"node", "call", "config"};

/// Owner: control. A slow disk or terminal costs the oldest lines waiting, never the caller's time.
class Log {
public:
    /// asterisk   name of the node, for every line; the directory of log files; verbose and debug for the console
    explicit Log(const config::Logger& options, const config::Asterisk& asterisk = {});
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Opens the channels of another configuration instead; levels set before are forgotten when it differs.
    void use(const config::Logger& options, const config::Asterisk& asterisk);
    void write(Level level, std::string_view line, Nanos now, const Origin& origin = {});
    /// Says how often what was left out was seen; called every turn.
    void step(Nanos now);
    /// Lines less important than this are not written from now on, of one module or of all; false when there is no such
    /// level or module.
    [[nodiscard]] bool set_level(std::string_view name, std::string_view module = {});
    /// Verbose lines are written too, of all modules; off takes that back, and leaves them out in any case.
    void set_verbose(bool on);
    /// The same of debug lines, of one module or of all; false when there is no such module.
    [[nodiscard]] bool set_debug(bool on, std::string_view module = {});
    /// "call debug", one line for each module.
    [[nodiscard]] std::vector<std::string> levels() const;

private:
    struct Sinks;
    /// How much of a module is written.
    struct Depth {
        Level level = Level::Error;
        bool verbose = false;  ///< added by set_verbose …
        bool debug = false;    ///< … and by set_debug

        [[nodiscard]] Level deepest() const;
    };
    void open(const config::Logger& options, const config::Asterisk& asterisk);
    void open_sinks();
    void pass_on(Level level, std::string_view line, const Origin& origin);

    std::unique_ptr<Sinks> sinks_;
    config::Logger options_;
    config::Asterisk asterisk_;
    std::string node_;
    bool call_ids_ = true;
    std::map<std::string_view, Depth> depths_;  // by module
    StormFilter storms_;
};

}  // namespace rb::logging
