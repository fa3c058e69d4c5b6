#include "control/cli/command_table.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace rb::cli {
namespace {

using enum Where;

// Sorted by name, for the reference and completion.
constexpr std::array kCommands{
    Command{"bridge show", "ROOM", File, "room", "one room and the calls in it"},
    Command{"bridge show all", "", File, "rooms", "conference rooms"},
    Command{"call", "ID", File, "call", "one call and its media: keys, ICE, packets, loss, jitter, round trip"},
    Command{"calls", "", File, "calls", "the calls there are"},
    Command{"channel request hangup", "ID", Node, "hangup", "ends a call; all ends every call"},
    Command{"config check", "", Node, "config check", "whether a reload would be taken, and all that is wrong"},
    Command{"config diff", "", Node, "config diff", "what a reload would change"},
    Command{"config show effective", "[OBJECT]", Node, "config show effective",
            "options in force and where they come from"},
    Command{"config show help", "[FILE] [SECTION] [OPTION]", Node, "config show help", "what can be configured"},
    Command{"confbridge kick", "ROOM ID", Node, "kick", "puts a call, or all, out of a room"},
    Command{"confbridge list", "[ROOM]", File, "rooms", "conference rooms, or one and the calls in it"},
    Command{"confbridge lock", "ROOM", Node, "lock", "lets nobody new into a room"},
    Command{"confbridge mute", "ROOM ID", Node, "mute", "the member, or all, is not heard any more"},
    Command{"confbridge record start", "ROOM [FILE]", Node, "record start", "records what a room hears"},
    Command{"confbridge record stop", "ROOM", Node, "record stop", "ends all recording of a room"},
    Command{"confbridge show menu", "NAME", Node, "confbridge show menu", "what the keys of a menu do"},
    Command{"confbridge show menus", "", Node, "confbridge show menus", "the menus of rooms"},
    Command{"confbridge show profile bridge", "NAME", Node, "confbridge show profile bridge",
            "every option of a bridge profile"},
    Command{"confbridge show profile bridges", "", Node, "confbridge show profile bridges", "the bridge profiles"},
    Command{"confbridge show profile user", "NAME", Node, "confbridge show profile user",
            "every option of a user profile"},
    Command{"confbridge show profile users", "", Node, "confbridge show profile users", "the user profiles"},
    Command{"confbridge unlock", "ROOM", Node, "unlock", "lets new members in again"},
    Command{"confbridge unmute", "ROOM ID", Node, "unmute", "it is heard again"},
    Command{"core abort shutdown", "", Node, "drain off", "takes new calls again"},
    Command{"core reload", "", Node, "reload", "reads the configuration again: all of it, or none"},
    Command{"core set debug", "N|off [MODULE]", Node, "core set debug",
            "logs debug lines too, as log level debug does; off: as before, without them"},
    Command{"core set verbose", "N|off", Node, "core set verbose",
            "logs verbose lines too, whatever N above 0; off: as before, without them"},
    Command{"core show applications", "", Node, "core show applications", "what extensions.conf may call"},
    Command{"core show calls", "", File, "core show calls", "how many calls there are and have been"},
    Command{"core show channel", "ID", File, "call", "one call and its media"},
    Command{"core show channels", "[FORM]", File, "core show channels", "the calls; FORM is concise, verbose or count"},
    Command{"core show functions", "", Node, "core show functions", "what ${…} may call"},
    Command{"core show settings", "", Node, "core show settings", "limits, paths and admission as they are now"},
    Command{"core show translation", "", Node, "translation", "what it costs to hear one codec and to say another"},
    Command{"core show uptime", "", File, "core show uptime", "how long the node has been running"},
    Command{"core show version", "", File, "core show version", "which program made the counter file"},
    Command{"core stop gracefully", "", Node, "drain", "takes no new calls, and ends when the last one has"},
    Command{"core stop now", "", Node, "stop", "ends every call and the node"},
    Command{"deafen", "ROOM ID", Node, "deafen", "the member, or all, hears nothing of the room any more"},
    Command{"dialplan debug", "[on|off]", Node, "dialplan debug",
            "on: logs each step of each call, and what NoOp and Verbose say, as notices"},
    Command{"dialplan reload", "", Node, "reload", "reads the whole configuration again"},
    Command{"dialplan set chanvar", "ID NAME VALUE", Node, "dialplan set chanvar",
            "sets a variable or function of a call, as VOLUME(TX)"},
    Command{"dialplan set global", "NAME VALUE", Node, "dialplan set global",
            "sets a global variable, until a reload or a call sets it anew"},
    Command{"dialplan show", "[CONTEXT]", Node, "dialplan show", "the plan: all, a context, or exten@context"},
    Command{"dialplan show globals", "", Node, "dialplan show globals", "the global variables as they are now"},
    Command{"drain", "[off]", Node, "drain",
            "takes no new calls, and ends when the last one has; off takes calls again"},
    Command{"errors", "", File, "errors", "each warning and error since the start, once, and how often it was seen"},
    Command{"hangup", "ID", Node, "hangup", "ends a call; all ends every call"},
    Command{"hear", "ROOM ID TALKER", Node, "hear", "the member hears the talker: again, or though it whispers"},
    Command{"hearing", "ROOM", Node, "hearing", "who in a room whispers, and who hears whom otherwise than the others"},
    Command{"help", "[COMMAND]…", Rbctl, "help", "the commands, or those that begin so"},
    Command{"kick", "ROOM ID", Node, "kick", "puts a call, or all, out of a room"},
    Command{"lock", "ROOM", Node, "lock", "lets nobody new into a room"},
    Command{"log level", "LEVEL [MODULE]", Node, "log level",
            "logs nothing less important than error, warning, notice, verbose or debug"},
    Command{"logger set level", "LEVEL [MODULE]", Node, "log level", "the same"},
    Command{"logger show levels", "", Node, "logger show levels", "what is logged"},
    Command{"module reload", "[MODULE]", Node, "reload", "reads the whole configuration again"},
    Command{"moh show classes", "", Node, "moh show classes", "classes of music on hold"},
    Command{"moh show files", "", Node, "moh show files", "their files"},
    Command{"mute", "ROOM ID", Node, "mute", "the member, or all, is not heard any more"},
    Command{"pjsip show aors", "", Node, "pjsip show aors", "addresses of record and their contacts"},
    Command{"pjsip show endpoint", "NAME", Node, "pjsip show endpoint", "every option of an endpoint"},
    Command{"pjsip show endpoints", "", Node, "pjsip show endpoints", "endpoints, their state and channels"},
    Command{"pjsip show transports", "", Node, "pjsip show transports", "where SIP is spoken"},
    Command{"play", "ROOM SOUND", Node, "play", "plays a sound to everybody in a room, after what plays already"},
    Command{"playback forward", "TARGET MS", Node, "playback forward",
            "passes over so much of what plays to a room or call"},
    Command{"playback pause", "TARGET", Node, "playback pause", "what plays to a room or call pauses"},
    Command{"playback restart", "TARGET", Node, "playback restart", "it begins again"},
    Command{"playback resume", "TARGET", Node, "playback resume", "it goes on after playback pause"},
    Command{"playback reverse", "TARGET MS", Node, "playback reverse", "goes back by so much in it"},
    Command{"playback stop", "TARGET", Node, "playback stop", "it ends, and what waits behind it plays"},
    Command{"playback volume", "TARGET DB", Node, "playback volume",
            "it is so much louder, or quieter where negative, than its file"},
    Command{"record mute", "ROOM", Node, "record mute", "the recording of a room's mix goes on in silence"},
    Command{"record pause", "ROOM", Node, "record pause", "leaves out of that recording what comes now"},
    Command{"record resume", "ROOM", Node, "record resume", "records the mix again after record pause or mute"},
    Command{"record start", "ROOM [FILE]", Node, "record start", "records what a room hears"},
    Command{"record stop", "ROOM", Node, "record stop", "ends all recording of a room"},
    Command{"record tracks", "ROOM [FILE]", Node, "record tracks",
            "records each member of a room into a file of its own, all in step"},
    Command{"reload", "", Node, "reload", "reads the configuration again: all of it, or none"},
    Command{"room", "NAME", File, "room", "one room and the calls in it"},
    Command{"rooms", "", File, "rooms", "conference rooms: rate of the mix, members, who talks, locked, recorded"},
    Command{"rtp show stats", "", File, "rtp show stats", "packets, loss and jitter of each leg"},
    Command{"speak", "ROOM ID", Node, "speak", "the member, or all, whispers no more"},
    Command{"stats", "", File, "stats", "every figure the node counts; --all: those that are 0, --watch: every second"},
    Command{"stop", "", Node, "stop", "ends every call and the node"},
    Command{"top", "", File, "top", "everything at a glance, each second; q quits"},
    Command{"translation", "", Node, "translation",
            "what it costs to hear one codec and to say another, as measured at start"},
    Command{"undeafen", "ROOM ID", Node, "undeafen", "it hears the room again"},
    Command{"unhear", "ROOM ID TALKER", Node, "unhear", "the member, or all, does not hear the talker any more"},
    Command{"unlock", "ROOM", Node, "unlock", "lets new members in again"},
    Command{"unmute", "ROOM ID", Node, "unmute", "it is heard again"},
    Command{"watch", "[TYPE]…", NodeStream, "watch",
            "what happens to calls and rooms, as it happens, until interrupted; TYPE is an event of ARI, as "
            "ChannelCreated"},
    Command{"whisper", "ROOM ID LISTENER", Node, "whisper",
            "the member is heard by nobody but this listener, and others for whom the same is said"},
    Command{"workers", "", File, "workers", "threads over half a second: state, CPU, lateness, packets, drops"},
};

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

bool begins_with(std::span<const std::string> words, const std::vector<std::string_view>& name)
{
    return name.size() <= words.size() && std::equal(name.begin(), name.end(), words.begin());
}

/// How many letters must be changed, added or left out to make one of the other.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

const char* who_answers(Where where)
{
    switch (where) {
        case File:
            return "counter file";
        case Node:
            return "node";
        case NodeStream:
            return "node, on and on";
        case Rbctl:
            break;
    }
    return "rbctl";
}

std::string joined(std::span<const std::string> words)
{
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

}  // namespace

std::span<const Command> commands()
{
    return kCommands;
}

Match find_command(std::span<const std::string> words)
{
    Match match;
    std::size_t longest = 0;
    for (const Command& command : kCommands) {
        const auto name = words_of(command.words);
        if (name.size() > longest && begins_with(words, name)) {
            longest = name.size();
            match.command = &command;
        }
    }
    match.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(longest), words.end());
    return match;
}

bool takes(const Command& command, std::size_t arguments)
{
    const auto parameters = words_of(command.parameters);
    const auto least = static_cast<std::size_t>(
        std::count_if(parameters.begin(), parameters.end(), [](std::string_view p) { return !p.starts_with('['); }));
    return arguments >= least && (arguments <= parameters.size() || command.parameters.ends_with("…"));
}

std::vector<std::string> completions(std::span<const std::string> words)
{
    std::vector<std::string> found;
    if (words.empty()) {
        return found;
    }
    const auto before = words.first(words.size() - 1);
    for (const Command& command : kCommands) {
        const auto name = words_of(command.words);
        const bool same = name.size() >= words.size() && std::equal(before.begin(), before.end(), name.begin());
        if (same && name[before.size()].starts_with(words.back()) &&
            (found.empty() || found.back() != name[before.size()])) {
            found.emplace_back(name[before.size()]);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<std::string_view> suggestions(std::span<const std::string> words)
{
    const std::string wanted = joined(words);
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const Command& command : kCommands) {
        // Words that may be arguments are compared with nothing.
        const std::size_t length = std::min(wanted.size(), command.words.size() + 1);
        const std::size_t apart =
            std::min(distance(wanted, command.words), distance(wanted.substr(0, length), command.words));
        if (apart <= command.words.size() / 2 || command.words.starts_with(wanted)) {
            near.emplace_back(command.words.starts_with(wanted) ? 0 : apart, command.words);
        }
    }
    constexpr std::size_t kMost = 3;
    std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    near.resize(std::min(near.size(), kMost));
    std::vector<std::string_view> names;
    for (const auto& [apart, name] : near) {
        names.push_back(name);
    }
    return names;
}

std::string usage(const Command& command)
{
    return std::string{command.words} + (command.parameters.empty() ? "" : " ") + std::string{command.parameters};
}

std::string help_text(std::string_view words)
{
    std::size_t width = 0;
    for (const Command& command : kCommands) {
        width = std::max(width, usage(command).size());
    }
    std::string text;
    for (const Command& command : kCommands) {
        if (command.words.starts_with(words)) {
            const std::string name = usage(command);
            text += "  rbctl " + name + std::string(width + 2 - name.size(), ' ') + std::string{command.help} + '\n';
        }
    }
    return text;
}

std::string commands_markdown()
{
    std::string text = "| command | answered by | does |\n| --- | --- | --- |\n";
    for (const Command& command : kCommands) {
        const char* who = who_answers(command.where);
        const bool alias = command.does != command.words;
        text += "| `rbctl " + usage(command) + "` | " + who + " | " + std::string{command.help} +
                (alias ? " (`" + std::string{command.does} + "`)" : "") + " |\n";
    }
    return text;
}

}  // namespace rb::cli
