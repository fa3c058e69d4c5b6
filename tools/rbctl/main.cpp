// main.cpp — rbctl: looks at a running node by its counter file, and asks it for things by its control socket.
#include "control/cli/command_table.h"
#include "dataplane/base/clock.h"
#include "tools/rbctl/asterisk_reports.h"
#include "tools/rbctl/console.h"
#include "tools/rbctl/control_client.h"
#include "tools/rbctl/diagnosis.h"
#include "tools/rbctl/reports.h"
#include "tools/rbctl/top.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <functional>
#include <map>
#include <thread>
#include <unistd.h>

namespace {

using namespace rb;
using namespace rb::rbctl;

enum Exit {
    kDone = 0,
    kRefused = 1,
    kUsage = 2,
    kNoNode = 3
};

using Words = std::vector<std::string>;

/// What the command line said besides the command.
struct Options {
    std::string file = "/dev/shm/ringbridge";
    std::string socket = "/run/ringbridge/ringbridge.ctl";
    bool post_mortem = false;
    bool json = false;
    bool all = false;
    bool watch = false;
    bool diagnose = false;
    bool help = false;

    [[nodiscard]] ReportOptions report() const { return {.json = json, .all = all, .wall_now = WallClock::now()}; }
};

int fail(int code, const std::string& message)
{
    std::fprintf(stderr, "rbctl: %s\n", message.c_str());
    return code;
}

int print(const std::string& text)
{
    const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return whole ? kDone : kRefused;
}

/// Opens the counter file and hands it on; says why there is none.
int look(const Options& options, const std::function<int(const StatsReader&)>& then)
{
    const auto reader = StatsReader::open(options.file);
    if (!reader) {
        return fail(kNoNode, "no node to look at: " + reader.error().message +
                                 "; start ringbridge, or name its counter file with --file");
    }
    if (!(*reader)->alive() && !options.post_mortem) {
        return fail(kNoNode, "no node runs: " + options.file + " was left by pid " +
                                 std::to_string((*reader)->identity().pid) +
                                 ", which has ended; --post-mortem shows what it left");
    }
    return then(**reader);
}

int tell(const char* what, const std::string& name, const std::optional<std::string>& report)
{
    return report ? print(*report) : fail(kRefused, "there is no " + std::string{what} + " '" + name + "'");
}

int stats(const Options& options, const StatsReader& reader)
{
    int code = print(report_stats(reader, options.report()));
    while (code == kDone && options.watch) {
        std::this_thread::sleep_for(1s);
        if (!reader.alive()) {
            return fail(kNoNode, "the node has ended");
        }
        const bool screen = !options.json && isatty(STDOUT_FILENO) != 0;
        code = print((screen ? "\x1b[H\x1b[2J" : "") + report_stats(reader, options.report()));
    }
    return code;
}

int workers(const Options& options, const StatsReader& reader)
{
    const Sample before{reader, SteadyClock::now()};
    std::this_thread::sleep_for(500ms);
    return print(report_workers(reader, before, {reader, SteadyClock::now()}, options.report()));
}

int rooms(const Options& options, const StatsReader& reader, const Words& words)
{
    if (words.empty()) {
        return print(report_rooms(reader, options.report()));
    }
    return tell("room", words[0],
                options.diagnose ? report_diagnosis(reader, words[0], options.report())
                                 : report_room(reader, words[0], options.report()));
}

int channels(const Options& options, const StatsReader& reader, const Words& words)
{
    const auto report = report_channels(reader, words.empty() ? "" : words[0], options.report());
    return report ? print(*report) : fail(kUsage, "no form " + words[0] + "; one of concise, verbose, count");
}

using View = std::function<int(const Options&, const StatsReader&, const Words&)>;

/// What is seen in the counter file, by the names of the table.
const std::map<std::string_view, View>& views()
{
    static const std::map<std::string_view, View> all{
        {"top", [](const Options&, const StatsReader& r, const Words&) { return run_top(r); }},
        {"stats", [](const Options& o, const StatsReader& r, const Words&) { return stats(o, r); }},
        {"workers", [](const Options& o, const StatsReader& r, const Words&) { return workers(o, r); }},
        {"rooms", rooms},
        {"room", rooms},
        {"core show channels", channels},
        {"calls",
         [](const Options& o, const StatsReader& r, const Words&) { return print(report_calls(r, o.report())); }},
        {"call", [](const Options& o, const StatsReader& r,
                    const Words& w) { return tell("call", w[0], report_call(r, w[0], o.report())); }},
        {"errors",
         [](const Options& o, const StatsReader& r, const Words&) { return print(report_errors(r, o.report())); }},
        {"core show calls",
         [](const Options&, const StatsReader& r, const Words&) { return print(report_call_count(r)); }},
        {"core show uptime",
         [](const Options& o, const StatsReader& r, const Words&) { return print(report_uptime(r, o.report())); }},
        {"core show version",
         [](const Options&, const StatsReader& r, const Words&) { return print(report_version(r)); }},
        {"rtp show stats",
         [](const Options& o, const StatsReader& r, const Words&) { return print(report_rtp_stats(r, o.report())); }},
    };
    return all;
}

/// What the command asks of the node.
Words request_of(const cli::Match& match)
{
    Words words = split_line(std::string{match.command->does});
    words.insert(words.end(), match.arguments.begin(), match.arguments.end());
    return words;
}

int tell(const Options& options, const Answer& answer)
{
    std::string text;
    for (const std::string& line : answer.lines) {
        text += line + '\n';
    }
    switch (answer.outcome) {
        case Answer::Outcome::Done:
            return print(text);
        case Answer::Outcome::Refused:
            return fail(kRefused, answer.lines.front());
        case Answer::Outcome::NoNode:
            return fail(kNoNode, "no node answers at " + options.socket + ": " + answer.lines.front() +
                                     "; start ringbridge, or name its socket with --socket");
    }
    return kNoNode;
}

/// Prints what comes, until interrupted.
int watch(const Options& options, Words words)
{
    if (options.json) {
        words.insert(words.begin() + 1, "--json");
    }
    return tell(options,
                follow(options.socket, words, [](const std::string& line) { return print(line + '\n') == kDone; }));
}

int unknown(const Words& words)
{
    std::string message = "no command '";
    for (const std::string& word : words) {
        message += (&word == &words.front() ? "" : " ") + word;
    }
    message += "'";
    const auto names = cli::suggestions(words);
    for (std::size_t i = 0; i < names.size(); ++i) {
        message += (i == 0 ? "; perhaps " : i + 1 == names.size() ? " or " : ", ") + std::string{names[i]};
    }
    return fail(kRefused, message + (names.empty() ? "; rbctl help lists them" : ""));
}

int help(const Words& words)
{
    std::string name;
    for (const std::string& word : words) {
        name += (name.empty() ? "" : " ") + word;
    }
    const std::string text = cli::help_text(name);
    return text.empty() ? unknown(words) : print(text);
}

int run(const Options& options, const Words& words)
{
    const cli::Match match = cli::find_command(words);
    if (options.help) {
        return help(words);
    }
    if (match.command == nullptr) {
        return unknown(words);
    }
    const cli::Command& command = *match.command;
    if (!cli::takes(command, match.arguments.size())) {
        return fail(kUsage, "usage: rbctl " + cli::usage(command));
    }
    switch (command.where) {
        case cli::Where::File:
            return look(options, [&](const StatsReader& reader) {
                return views().at(command.does)(options, reader, match.arguments);
            });
        case cli::Where::Node:
            return tell(options, ask(options.socket, request_of(match)));
        case cli::Where::NodeStream:
            return watch(options, request_of(match));
        case cli::Where::Rbctl:
            return help(match.arguments);
    }
    return kUsage;
}

/// A line typed at the prompt: its own --json and the like hold for it alone.
int run_line(Options options, const std::string& line)
{
    Words words = split_line(line);
    for (const auto& [flag, member] :
         std::initializer_list<std::pair<const char*, bool Options::*>>{{"--json", &Options::json},
                                                                        {"--all", &Options::all},
                                                                        {"--watch", &Options::watch},
                                                                        {"--diagnose", &Options::diagnose},
                                                                        {"--help", &Options::help}}) {
        options.*member = std::erase(words, flag) > 0 || options.*member;
    }
    return words.empty() ? fail(kUsage, "no words, or a quote left open") : run(options, words);
}

}  // namespace

int main(int argc, char** argv)
{
    CLI::App app{"rbctl — look at a Ringbridge node, and tell it what to do. Without a command: a prompt."};
    Options options;
    std::string line;
    bool ignored = false;
    app.add_option("--file", options.file, "the node's counter file")->capture_default_str();
    app.add_option("--socket", options.socket, "the node's control socket")->capture_default_str();
    app.add_flag("--post-mortem", options.post_mortem, "show what a node that has ended left");
    app.add_flag("--json", options.json, "for programs");
    app.add_flag("--all", options.all, "stats: figures that are 0, too");
    app.add_flag("--watch", options.watch, "stats: again every second");
    app.add_flag("--diagnose", options.diagnose, "room: who spoils it, and how");
    app.add_option("-x", line, "a command in one word, \"core show channels\"");
    app.add_flag("-r", ignored, "nothing, so that asterisk -rx \"…\" becomes rbctl -rx \"…\"");
    app.set_help_flag();
    app.add_flag("-h,--help", options.help, "of rbctl, or of the command");
    app.set_version_flag("--version", RB_VERSION, "of rbctl; core show version: of the node");
    app.allow_extras();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kUsage;
    }
    const Words words = app.remaining();
    const auto option = std::find_if(words.begin(), words.end(), [](const std::string& w) {
        return w.starts_with('-') && (w.size() == 1 || std::isdigit(static_cast<unsigned char>(w[1])) == 0);
    });
    if (option != words.end()) {
        return fail(kUsage, "no option " + *option + "; rbctl --help lists them");
    }
    if (!line.empty()) {
        return run_line(options, line);
    }
    if (!words.empty()) {
        return run(options, words);
    }
    if (options.help || isatty(STDIN_FILENO) == 0) {
        print(app.help() +
              "\nExit codes: 0 done, 1 refused, not found or no such command, 2 wrong usage, 3 no node.\n\n"
              "Commands:\n" +
              cli::help_text(""));
        return options.help ? kDone : kUsage;
    }
    return run_console([&](const std::string& typed) { return run_line(options, typed); });
}
