#include "control/log/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

#include <algorithm>
#include <array>
#include <optional>

namespace rb::logging {
namespace {

constexpr std::array<std::string_view, 5> kNames{"error", "warning", "notice", "verbose", "debug"};

spdlog::level::level_enum to_spdlog(Level level)
{
    switch (level) {
        case Level::Error:
            return spdlog::level::err;
        case Level::Warning:
            return spdlog::level::warn;
        case Level::Notice:
            return spdlog::level::info;
        case Level::Verbose:
            return spdlog::level::debug;
        case Level::Debug:
            return spdlog::level::trace;
    }
    return spdlog::level::info;
}

/// "verbose(3)" → verbose.
std::optional<Level> level_of(std::string_view name)
{
    const std::string_view word = name.substr(0, name.find('('));
    const auto found = std::find(kNames.begin(), kNames.end(), word);
    return found == kNames.end() ? std::nullopt : std::optional{static_cast<Level>(found - kNames.begin())};
}

std::shared_ptr<spdlog::sinks::sink> open_sink(const config::LogChannel& channel)
{
    if (channel.target == "console") {
        return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    }
    if (channel.target == "journald" || channel.target.starts_with("syslog")) {
        constexpr int kDaemon = 3 << 3;
        return std::make_shared<spdlog::sinks::syslog_sink_mt>("ringbridge", 0, kDaemon, false);
    }
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(channel.target);
}

}  // namespace

struct Log::Sinks {
    std::shared_ptr<spdlog::details::thread_pool> pool = std::make_shared<spdlog::details::thread_pool>(8192, 1);
    std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(const config::Logger& options) : sinks_{std::make_unique<Sinks>()}
{
    std::vector<spdlog::sink_ptr> sinks;
    Level most = Level::Error;
    for (const config::LogChannel& channel : options.channels) {
        Level deepest = Level::Error;
        for (const std::string& name : channel.levels) {
            deepest = name == "*" ? Level::Debug : std::max(deepest, level_of(name).value_or(Level::Error));
        }
        try {
            auto sink = open_sink(channel);
            sink->set_level(to_spdlog(deepest));
            const bool json = channel.format == config::LogFormat::Json;
            sink->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%v"})"
                                   : "[" + options.dateformat + ".%e] %^%l%$ %v");
            sinks.push_back(std::move(sink));
            most = std::max(most, deepest);
        } catch (const spdlog::spdlog_ex& problem) {
            static_cast<void>(std::fprintf(stderr, "logger.conf: %s\n", problem.what()));
        }
    }
    least_ = most;
    sinks_->logger = std::make_shared<spdlog::async_logger>("ringbridge", sinks.begin(), sinks.end(), sinks_->pool,
                                                            spdlog::async_overflow_policy::overrun_oldest);
    sinks_->logger->set_level(spdlog::level::trace);
    sinks_->logger->flush_on(spdlog::level::err);
}

Log::~Log()
{
    sinks_->logger->flush();
}

void Log::write(Level level, std::string_view line)
{
    if (level <= least_) {
        sinks_->logger->log(to_spdlog(level), line);
    }
}

bool Log::set_level(std::string_view name)
{
    const auto level = level_of(name);
    if (level) {
        least_ = *level;
        for (const auto& sink : sinks_->logger->sinks()) {
            sink->set_level(to_spdlog(*level));
        }
    }
    return level.has_value();
}

}  // namespace rb::logging
