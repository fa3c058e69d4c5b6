// load_node.cpp — ringbridge.conf, asterisk.conf, modules.conf, logger.conf, statsd.conf and http.conf.
#include "control/config/loading.h"
#include "control/config/modules.h"
#include "control/config/text.h"

#include <algorithm>
#include <array>

namespace rb::config {
namespace {

constexpr std::uint16_t kStatsdPort = 8125;
constexpr std::array<std::string_view, 8> kLogLevels{"error", "warning", "notice", "verbose",
                                                     "debug", "dtmf",    "fax",    "security"};

void read_route(Loading& loading, const IniSection& section, const ObjectType& type)
{
    auto route = read_object<Route>(loading, type, section);
    route.name = section.name;
    if (route.app.empty()) {
        loading.error(section.place, "route [" + section.name + "] needs app");
    }
    auto& routes = loading.snapshot.node.routes;
    if (std::any_of(routes.begin(), routes.end(), [&](const Route& other) { return other.name == route.name; })) {
        return loading.error(section.place, "[" + section.name + "] is there twice with the same type");
    }
    routes.push_back(std::move(route));
}

void read_own_section(Loading& loading, const ObjectType& type, const IniSection& section)
{
    Node& node = loading.snapshot.node;
    if (type.name == "workers") {
        read_into(loading, type, section, node.workers);
    } else if (type.name == "limits") {
        read_into(loading, type, section, node.limits);
    } else if (type.name == "paths") {
        read_into(loading, type, section, node.paths);
    } else {
        read_into(loading, type, section, node);
    }
}

bool is_level(std::string_view word)
{
    const auto open = word.find('(');
    const auto name = word.substr(0, open);
    if (open != std::string_view::npos) {
        unsigned depth = 0;
        if (!word.ends_with(')') || (name != "verbose" && name != "debug") ||
            !detail::read_value(word.substr(open + 1, word.size() - open - 2), {.max = 10}, depth)) {
            return false;
        }
    }
    return name == "*" || std::find(kLogLevels.begin(), kLogLevels.end(), name) != kLogLevels.end();
}

void read_log_channel(Loading& loading, const IniEntry& entry)
{
    LogChannel channel{.target = entry.key, .levels = {}};
    std::string_view text = entry.value;
    if (text.starts_with('[')) {
        const auto close = std::min(text.find(']'), text.size());
        const auto format = text.substr(1, close - 1);
        if (!same_word(format, "json") && !same_word(format, "default") && !same_word(format, "plain")) {
            loading.error(entry.origin.place,
                          "[" + std::string{format} + "] is not accepted: expected [default], [plain] or [json]");
        }
        channel.format = same_word(format, "json") ? LogFormat::Json : LogFormat::Text;
        text.remove_prefix(std::min(close + 1, text.size()));
    }
    for (const auto word : split(text, ',')) {
        if (!is_level(lower(word))) {
            loading.error(entry.origin.place, "'" + std::string{word} + "' is not accepted: expected " +
                                                  join({kLogLevels.begin(), kLogLevels.end()}) +
                                                  ", verbose(n), debug(n) or *");
        }
        channel.levels.push_back(lower(word));
    }
    loading.snapshot.logger.channels.push_back(std::move(channel));
}

/// [directories] and [files] of asterisk.conf, where [paths] of ringbridge.conf leaves the default.
void use_directories(const Asterisk& asterisk, Paths& paths)
{
    const Paths defaults;
    const auto use = [](std::string& path, const std::string& usual, const std::string& directory, const char* below) {
        if (path == usual && !directory.empty()) {
            path = directory + below;
        }
    };
    use(paths.sounds, defaults.sounds, asterisk.astdatadir, "/sounds");
    use(paths.data, defaults.data, asterisk.astdatadir, "");
    use(paths.recordings, defaults.recordings, asterisk.astspooldir, "/recording");
    // rbctl looks in the usual place: a directory alone does not move the socket.
    if (paths.control_socket == defaults.control_socket && !asterisk.astctl.empty() && !asterisk.astrundir.empty()) {
        paths.control_socket = asterisk.astrundir + "/" + asterisk.astctl;
    }
}

}  // namespace

void load_node(Loading& loading)
{
    const IniFile file = read_ini(loading.source, "ringbridge.conf", loading.problems);
    std::set<std::string> seen;
    for (const IniSection& section : file.sections) {
        if (section.is_template) {
            continue;
        }
        const bool is_typed = section.find("type") != nullptr;
        const ObjectType* type = is_typed ? type_of(loading, "ringbridge.conf", section)
                                          : type_by_name(loading, "ringbridge.conf", section, seen);
        if (type != nullptr && is_typed) {
            read_route(loading, section, *type);
        } else if (type != nullptr) {
            read_own_section(loading, *type, section);
        }
    }
}

void load_asterisk(Loading& loading)
{
    for_each_named(loading, "asterisk.conf", [&](const ObjectType& type, const IniSection& section) {
        read_into(loading, type, section, loading.snapshot.asterisk);
        const auto& mode = loading.snapshot.asterisk.astctlpermissions;
        if (type.name == "files" && (mode.empty() || mode.find_first_not_of("01234567") != std::string::npos)) {
            loading.error(place_of(section, "astctlpermissions"),
                          "'" + mode + "' is not accepted: expected a mode in octal, such as 0660");
        }
    });
    use_directories(loading.snapshot.asterisk, loading.snapshot.node.paths);
}

void load_modules(Loading& loading)
{
    Modules& modules = loading.snapshot.modules;
    for_each_named(loading, "modules.conf", [&](const ObjectType& type, const IniSection& section) {
        read_into(loading, type, section, modules);
        for (const IniEntry& entry : section.entries) {
            const Option* option = type.find(entry.key);
            if (option == nullptr || option->name == "autoload") {
                continue;
            }
            const auto name = module_name(entry.value);
            if (is_known_module(name)) {
                continue;
            }
            if (option->name == "require") {
                loading.error(entry.origin.place, "require: there is no module '" + name + "' here");
            } else {
                loading.problems.push_back(
                    {Severity::Info, entry.origin.place, "module '" + name + "' is not known here and has no effect"});
            }
        }
    });
}

void load_logger(Loading& loading)
{
    Logger& logger = loading.snapshot.logger;
    for_each_named(loading, "logger.conf", [&](const ObjectType& type, const IniSection& section) {
        read_into(loading, type, section, logger);
        if (type.name == "logfiles") {
            logger.channels.clear();
            std::for_each(section.entries.begin(), section.entries.end(),
                          [&](const IniEntry& entry) { read_log_channel(loading, entry); });
        }
    });
}

void load_statsd(Loading& loading)
{
    Statsd& statsd = loading.snapshot.statsd;
    for_each_named(loading, "statsd.conf", [&](const ObjectType& type, const IniSection& section) {
        read_into(loading, type, section, statsd);
    });
    if (!statsd.server) {
        statsd.server = *parse_address("127.0.0.1");
    }
    if (statsd.server.port() == 0) {
        statsd.server = statsd.server.with_port(kStatsdPort);
    }
}

void load_http(Loading& loading)
{
    Http& http = loading.snapshot.http;
    for_each_named(loading, "http.conf", [&](const ObjectType& type, const IniSection& section) {
        read_into(loading, type, section, http);
        if (!http.prefix.empty() && !http.prefix.starts_with('/')) {
            http.prefix.insert(0, "/");
        }
        while (http.prefix.ends_with('/')) {
            http.prefix.pop_back();
        }
    });
    if (!http.bindaddr) {
        http.bindaddr = *parse_address("127.0.0.1");
    }
    if (http.bindaddr.port() == 0) {
        http.bindaddr = http.bindaddr.with_port(static_cast<std::uint16_t>(http.bindport));
    }
}

}  // namespace rb::config
