// log.h — log lines to the places logger.conf names, written by a thread of their own.
#pragma once

#include "control/config/node_objects.h"

#include <memory>
#include <string>
#include <string_view>

namespace rb::logging {

enum class Level : std::uint8_t {
    Error,
    Warning,
    Notice,
    Verbose,
    Debug
};

/// Owner: control. A slow disk or terminal costs the oldest lines waiting, never the caller's time.
class Log {
public:
    explicit Log(const config::Logger& options);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void write(Level level, std::string_view line);
    /// Lines less important than this are not written from now on; false when the name is none of the levels.
    [[nodiscard]] bool set_level(std::string_view name);

private:
    struct Sinks;
    std::unique_ptr<Sinks> sinks_;
    Level least_ = Level::Verbose;
};

}  // namespace rb::logging
