#include "control/log/log.h"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <unistd.h>

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

/// The level as logger.conf calls it, which is not what spdlog does.
class LevelName final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& line, const std::tm& /*time*/, spdlog::memory_buf_t& to) override
    {
        for (const Level level : {Level::Error, Level::Warning, Level::Notice, Level::Verbose, Level::Debug}) {
            const std::string_view name = kNames[static_cast<std::size_t>(level)];
            if (to_spdlog(level) == line.level) {
                to.append(name.data(), name.data() + name.size());
            }
        }
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override
    {
        return std::make_unique<LevelName>();
    }
};

/// One payload carries all fields, so that each sink can write them in its form.
constexpr char kFieldEnd = '\x1f';

struct Fields {
    std::string_view node;
    std::string_view module;
    std::string_view call;
    std::string_view message;
};

Fields split(std::string_view payload)
{
    Fields fields;
    for (std::string_view* field : {&fields.node, &fields.module, &fields.call}) {
        const std::size_t end = std::min(payload.find(kFieldEnd), payload.size());
        *field = payload.substr(0, end);
        payload.remove_prefix(std::min(end + 1, payload.size()));
    }
    fields.message = payload;
    return fields;
}

void append(spdlog::memory_buf_t& to, std::string_view text)
{
    to.append(text.data(), text.data() + text.size());
}

/// "node1 [1769860000.1] message": control characters come from callers, and would forge lines.
class TextFields final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& line, const std::tm& /*time*/, spdlog::memory_buf_t& to) override
    {
        const Fields fields = split({line.payload.data(), line.payload.size()});
        append(to, fields.node);
        append(to, fields.node.empty() ? "" : " ");
        append(to, fields.call.empty() ? "" : "[");
        append(to, fields.call);
        append(to, fields.call.empty() ? "" : "] ");
        for (const char c : fields.message) {
            to.push_back(static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c);
        }
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override
    {
        return std::make_unique<TextFields>();
    }
};

void append_json(spdlog::memory_buf_t& to, std::string_view name, std::string_view value)
{
    append(to, ",\"");
    append(to, name);
    append(to, "\":\"");
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            to.push_back('\\');
        }
        to.push_back(static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c);
    }
    to.push_back('"');
}

/// The members after time and level; those without a value are left out.
class JsonFields final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& line, const std::tm& /*time*/, spdlog::memory_buf_t& to) override
    {
        const Fields fields = split({line.payload.data(), line.payload.size()});
        for (const auto& [name, value] :
             {std::pair{"node", fields.node}, {"module", fields.module}, {"call", fields.call}}) {
            if (!value.empty()) {
                append_json(to, name, value);
            }
        }
        append_json(to, "message", fields.message);
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override
    {
        return std::make_unique<JsonFields>();
    }
};

std::unique_ptr<spdlog::formatter> formatter_of(const config::Logger& options, config::LogFormat format)
{
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<LevelName>('l');
    if (format == config::LogFormat::Json) {
        formatter->add_flag<JsonFields>('*').set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l"%*})");
    } else {
        formatter->add_flag<TextFields>('*').set_pattern("[" + options.dateformat + ".%e] %^%l%$ %*");
    }
    return formatter;
}

std::string host_name()
{
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::shared_ptr<spdlog::sinks::sink> open_sink(const config::LogChannel& channel, const config::Logger& options,
                                               const std::string& directory)
{
    if (channel.target == "console") {
        return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    }
    if (channel.target == "journald" || channel.target.starts_with("syslog")) {
        constexpr int kDaemon = 3 << 3;
        return std::make_shared<spdlog::sinks::syslog_sink_mt>("ringbridge", 0, kDaemon, true);
    }
    const auto path = std::filesystem::path{directory} / channel.target;  // an absolute target stands alone
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string() +
                                                               (options.appendhostname ? "." + host_name() : ""));
}

/// What a channel takes at the most; asterisk.conf's verbose and debug open the console further.
Level deepest_of(const config::LogChannel& channel, const config::Asterisk& asterisk)
{
    Level deepest = Level::Error;
    for (const std::string& name : channel.levels) {
        deepest = std::max(deepest, name == "*" ? Level::Debug : level_of(name).value_or(Level::Error));
    }
    if (channel.target == "console") {
        deepest = std::max({deepest, asterisk.verbose > 0 ? Level::Verbose : Level::Error,
                            asterisk.debug > 0 ? Level::Debug : Level::Error});
    }
    return deepest;
}

}  // namespace

struct Log::Sinks {
    std::shared_ptr<spdlog::details::thread_pool> pool = std::make_shared<spdlog::details::thread_pool>(8192, 1);
    std::shared_ptr<spdlog::async_logger> logger;
};

Level Log::Depth::deepest() const
{
    return debug ? Level::Debug : verbose ? std::max(level, Level::Verbose) : level;
}

Log::Log(const config::Logger& options, const config::Asterisk& asterisk) : sinks_{std::make_unique<Sinks>()}
{
    open(options, asterisk);
}

void Log::use(const config::Logger& options, const config::Asterisk& asterisk)
{
    if (options != options_ || asterisk != asterisk_) {
        sinks_->logger->flush();
        open(options, asterisk);
    }
}

void Log::open(const config::Logger& options, const config::Asterisk& asterisk)
{
    options_ = options;
    asterisk_ = asterisk;
    node_ = asterisk.systemname;
    call_ids_ = options.use_callids;
    std::vector<spdlog::sink_ptr> sinks;
    Level most = Level::Error;
    for (const config::LogChannel& channel : options.channels) {
        try {
            auto sink = open_sink(channel, options, asterisk.astlogdir);
            const Level deepest = deepest_of(channel, asterisk);
            sink->set_level(to_spdlog(deepest));
            sink->set_formatter(formatter_of(options, channel.format));
            sinks.push_back(std::move(sink));
            most = std::max(most, deepest);
        } catch (const spdlog::spdlog_ex& problem) {
            static_cast<void>(std::fprintf(stderr, "logger.conf: %s\n", problem.what()));
        }
    }
    for (const std::string_view module : kModules) {
        depths_[module] = {.level = most};
    }
    sinks_->logger = std::make_shared<spdlog::async_logger>("ringbridge", sinks.begin(), sinks.end(), sinks_->pool,
                                                            spdlog::async_overflow_policy::overrun_oldest);
    sinks_->logger->set_level(spdlog::level::trace);
    sinks_->logger->flush_on(spdlog::level::info);
}

Log::~Log()
{
    sinks_->logger->flush();
}

void Log::write(Level level, std::string_view line, Nanos now, const Origin& origin)
{
    const auto depth = depths_.find(origin.module);
    if (depth == depths_.end() || level > depth->second.deepest()) {
        return;
    }
    // What calls do is told of each; what goes wrong is told of the first few.
    if (level > Level::Warning || storms_.pass(static_cast<int>(level), line, now)) {
        pass_on(level, line, origin);
    }
}

void Log::step(Nanos now)
{
    for (const StormFilter::Summary& summary : storms_.ended(now)) {
        pass_on(static_cast<Level>(summary.level), summary.line, {});
    }
}

void Log::pass_on(Level level, std::string_view line, const Origin& origin)
{
    std::string payload;
    for (const std::string_view field :
         {std::string_view{node_}, origin.module, call_ids_ ? origin.call : std::string_view{}}) {
        payload += field;
        payload += kFieldEnd;
    }
    payload += line;
    sinks_->logger->log(to_spdlog(level), payload);
}

bool Log::set_level(std::string_view name, std::string_view module)
{
    const auto level = level_of(name);
    if (!level || (!module.empty() && !depths_.contains(module))) {
        return false;
    }
    for (auto& [each, depth] : depths_) {
        depth = module.empty() || each == module ? Depth{.level = *level} : depth;
    }
    open_sinks();
    return true;
}

void Log::set_verbose(bool on)
{
    for (auto& [module, depth] : depths_) {
        depth.verbose = on;
        depth.level = on ? depth.level : std::min(depth.level, Level::Notice);
    }
    open_sinks();
}

bool Log::set_debug(bool on, std::string_view module)
{
    if (!module.empty() && !depths_.contains(module)) {
        return false;
    }
    for (auto& [each, depth] : depths_) {
        if (module.empty() || each == module) {
            depth.debug = on;
            depth.level = on ? depth.level : std::min(depth.level, Level::Verbose);
        }
    }
    open_sinks();
    return true;
}

/// A sink lets through what the most talkative module may say. It is never narrowed: lines may be on their way.
void Log::open_sinks()
{
    Level most = Level::Error;
    for (const auto& [module, depth] : depths_) {
        most = std::max(most, depth.deepest());
    }
    for (const auto& sink : sinks_->logger->sinks()) {
        sink->set_level(std::min(sink->level(), to_spdlog(most)));
    }
}

std::vector<std::string> Log::levels() const
{
    std::vector<std::string> lines;
    for (const auto& [module, depth] : depths_) {
        lines.push_back(std::string{module} + " " + std::string{kNames[static_cast<std::size_t>(depth.deepest())]});
    }
    return lines;
}

}  // namespace rb::logging
