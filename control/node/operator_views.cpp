#include "control/node/operator_views.h"

#include "control/config/object_schema.h"
#include "control/config/reference.h"
#include "control/config/show.h"
#include "control/dialplan/show.h"
#include "control/stats/asterisk_figures.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace rb::node {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text)
{
    Lines lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

cli::Reply reply(const Result<std::string>& text)
{
    return text ? cli::Reply{lines_of(*text)} : tl::unexpected(text.error());
}

/// "name  rest", the names padded to one width.
std::string row(const std::string& name, const std::string& rest)
{
    constexpr std::size_t kWidth = 24;
    return name + std::string(name.size() < kWidth ? kWidth - name.size() : 1, ' ') + rest;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text.empty() ? "none" : text;
}

template <typename Objects>
Lines names_of(const Objects& objects)
{
    Lines lines;
    for (const auto& [name, object] : objects) {
        lines.push_back(name);
    }
    return lines;
}

/// What each option of a profile is, wherever that comes from.
template <typename Profile>
cli::Reply show_profile(const config::ByName<Profile>& profiles, const std::string& name, std::string_view type)
{
    const auto found = profiles.find(name);
    if (found == profiles.end()) {
        return failure("no " + std::string{type} + " profile " + name + "; confbridge show profile " +
                       std::string{type} + "s lists them");
    }
    Lines lines{row("name", name)};
    for (const config::Option& option : config::find_type("confbridge.conf", type)->options) {
        if (option.honoured()) {
            lines.push_back(row(std::string{option.name}, option.print(&found->second)));
        }
    }
    return lines;
}

Result<LoadedConfiguration> load_well(const Reload& reload)
{
    LoadedConfiguration loaded = reload();
    if (loaded.configuration) {
        return loaded;
    }
    std::string all = "a reload would be refused: ";
    for (const config::Problem& problem : loaded.problems) {
        all += problem.severity == config::Severity::Error ? config::to_string(problem) + "; " : "";
    }
    return failure(all + "correct it, nothing has changed");
}

}  // namespace

cli::Reply show_help(const std::vector<std::string>& arguments)
{
    const auto word = [&](std::size_t i) { return i < arguments.size() ? std::string_view{arguments[i]} : ""; };
    return reply(config::config_help({.file = word(0), .type = word(1), .option = word(2)}));
}

cli::Reply show_effective(const config::Snapshot& snapshot, const std::vector<std::string>& arguments)
{
    const std::string text = config::show_effective(snapshot, arguments.empty() ? "" : arguments[0]);
    if (text.empty()) {
        return failure("no section " + (arguments.empty() ? "" : arguments[0]) +
                       "; config show effective without a name lists all");
    }
    return lines_of(text);
}

cli::Reply check_configuration(const Reload& reload)
{
    const auto loaded = load_well(reload);
    if (!loaded) {
        return tl::unexpected(loaded.error());
    }
    Lines lines;
    for (const config::Problem& problem : loaded->problems) {
        lines.push_back(config::to_string(problem));
    }
    lines.emplace_back("the configuration can be used");
    return lines;
}

cli::Reply show_difference(const config::Snapshot& snapshot, const Reload& reload)
{
    const auto loaded = load_well(reload);
    if (!loaded) {
        return tl::unexpected(loaded.error());
    }
    Lines lines;
    for (const config::Change& change : config::diff(snapshot, *loaded->configuration->snapshot)) {
        lines.push_back(config::to_string(change));
    }
    if (lines.empty()) {
        lines.emplace_back("a reload would change nothing");
    }
    return lines;
}

cli::Reply show_plan(const dialplan::Dialplan& plan, const std::vector<std::string>& arguments)
{
    return reply(dialplan::show_plan(plan, arguments.empty() ? "" : arguments[0]));
}

cli::Reply show_applications()
{
    const auto& names = dialplan::default_vocabulary().applications;
    return Lines{names.begin(), names.end()};
}

cli::Reply show_functions()
{
    const auto& names = dialplan::default_vocabulary().functions;
    return Lines{names.begin(), names.end()};
}

cli::Reply show_settings(engine::CallEngine& engine, const std::string& capacity)
{
    const config::Snapshot& snapshot = *engine.configuration().snapshot;
    const config::Limits& limits = snapshot.node.limits;
    Lines lines{capacity,
                row("systemname", snapshot.asterisk.systemname),
                row("maxcalls", std::to_string(snapshot.asterisk.maxcalls)),
                row("maxload", std::to_string(snapshot.asterisk.maxload)),
                row("minmemfree", std::to_string(snapshot.asterisk.minmemfree) + " MiB"),
                row("cpu_percent_max", std::to_string(limits.cpu_percent_max) + " %"),
                row("counters", snapshot.node.paths.counters),
                row("sounds", snapshot.node.paths.sounds),
                row("recordings", snapshot.node.paths.recordings),
                row("data", snapshot.node.paths.data)};
    if (const Address known = engine.environment().public_address()) {
        lines.push_back(row("public address", known.host() + ", as a STUN server says"));
    }
    for (std::size_t i = 0; i < engine.worker_count(); ++i) {
        const double percent = engine.admission().predicted(i, engine.worker(i).legs()) * 100;
        lines.push_back(row("worker " + std::to_string(i),
                            "busy with one more leg: " + std::to_string(static_cast<int>(percent + 0.5)) + " %"));
    }
    return lines;
}

cli::Reply show_music(const config::Snapshot& snapshot, bool files)
{
    Lines lines;
    for (const auto& [name, music] : snapshot.music_classes) {
        if (music.mode == config::MusicMode::Playlist) {
            lines.push_back(row(name, "playlist"));
            for (const std::string& entry : files ? music.entries : Lines{}) {
                lines.push_back("  " + entry);
            }
            continue;
        }
        const std::filesystem::path below = std::filesystem::path{snapshot.node.paths.data} / music.directory;
        lines.push_back(row(name, below.string()));
        std::error_code error;
        Lines found;
        for (const auto& entry : std::filesystem::directory_iterator{below, error}) {
            found.push_back("  " + entry.path().filename().string());
        }
        std::sort(found.begin(), found.end());
        if (files) {
            lines.insert(lines.end(), found.begin(), found.end());
        }
    }
    return lines;
}

cli::Reply show_endpoints(engine::CallEngine& engine)
{
    const config::Snapshot& snapshot = *engine.configuration().snapshot;
    stats::ChannelsByEndpoint channels;
    engine.channels().for_each(
        [&](engine::ChannelRef, const engine::Channel& channel) { ++channels[channel.endpoint.name]; });
    Lines lines;
    for (const auto& [name, endpoint] : snapshot.endpoints) {
        const std::string most =
            endpoint.device_state_busy_at == 0 ? "" : "/" + std::to_string(endpoint.device_state_busy_at);
        lines.push_back(row(name, std::string{stats::endpoint_state(snapshot, endpoint)} + "  " +
                                      std::to_string(channels[name]) + most + " channels, context " + endpoint.context +
                                      ", " + joined(endpoint.allow)));
    }
    return lines;
}

cli::Reply show_endpoint(const config::Snapshot& snapshot, const std::string& name)
{
    if (!snapshot.endpoints.contains(name)) {
        return failure("no endpoint " + name + "; pjsip show endpoints lists them");
    }
    return lines_of(config::show_effective(snapshot, "pjsip.conf " + name));
}

cli::Reply show_aors(const config::Snapshot& snapshot)
{
    Lines lines;
    for (const auto& [name, aor] : snapshot.aors) {
        lines.push_back(row(name, "contacts: " + joined(aor.contact)));
    }
    return lines;
}

cli::Reply show_globals(const dialplan::Variables& globals)
{
    Lines lines;
    for (const auto& [name, value] : globals.all()) {
        lines.push_back(name + "=" + value);
    }
    return lines;
}

cli::Reply show_user_profiles(const config::Snapshot& snapshot)
{
    return names_of(snapshot.user_profiles);
}

cli::Reply show_user_profile(const config::Snapshot& snapshot, const std::string& name)
{
    return show_profile(snapshot.user_profiles, name, "user");
}

cli::Reply show_bridge_profiles(const config::Snapshot& snapshot)
{
    return names_of(snapshot.bridge_profiles);
}

cli::Reply show_bridge_profile(const config::Snapshot& snapshot, const std::string& name)
{
    return show_profile(snapshot.bridge_profiles, name, "bridge");
}

cli::Reply show_menus(const config::Snapshot& snapshot)
{
    return names_of(snapshot.menus);
}

cli::Reply show_menu(const config::Snapshot& snapshot, const std::string& name)
{
    const auto menu = snapshot.menus.find(name);
    if (menu == snapshot.menus.end()) {
        return failure("no menu " + name + "; confbridge show menus lists them");
    }
    Lines lines{row("name", name)};
    for (const config::MenuKey& key : menu->second.keys) {
        lines.push_back(row(key.digits, joined(key.actions)));
    }
    return lines;
}

cli::Reply show_transports(const config::Snapshot& snapshot)
{
    Lines lines;
    for (const config::EffectiveObject& object : snapshot.effective) {
        const auto transport = snapshot.transports.find(object.section);
        if (object.type == "transport" && transport != snapshot.transports.end()) {
            const auto protocol = std::find_if(object.values.begin(), object.values.end(),
                                               [](const auto& value) { return value.option == "protocol"; });
            lines.push_back(row(object.section, (protocol == object.values.end() ? "udp" : protocol->value) + "  " +
                                                    transport->second.bind.to_string()));
        }
    }
    return lines;
}

}  // namespace rb::node
