// main.cpp — rbctl: looks at a running node by its counter file, and asks it for things by its control socket.
#include "dataplane/base/clock.h"
#include "tools/rbctl/control_client.h"
#include "tools/rbctl/reports.h"
#include "tools/rbctl/top.h"

#include <CLI/CLI.hpp>

#include <array>
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

/// What the command line said.
struct Arguments {
    std::string file = "/dev/shm/ringbridge";
    std::string socket = "/run/ringbridge/ringbridge.ctl";
    bool post_mortem = false;
    bool json = false;
    bool all = false;
    bool watch = false;
    std::string name;                  ///< of a call or room
    std::array<std::string, 2> words;  ///< the arguments of a request
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

ReportOptions options_of(const Arguments& arguments)
{
    return {.json = arguments.json, .all = arguments.all, .wall_now = WallClock::now()};
}

/// Opens the counter file and hands it on; says why there is none.
int look(const Arguments& arguments, const std::function<int(const StatsReader&)>& then)
{
    const auto reader = StatsReader::open(arguments.file);
    if (!reader) {
        return fail(kNoNode, "no node to look at: " + reader.error().message +
                                 "; start ringbridge, or name its counter file with --file");
    }
    if (!(*reader)->alive() && !arguments.post_mortem) {
        return fail(kNoNode, "no node runs: " + arguments.file + " was left by pid " +
                                 std::to_string((*reader)->identity().pid) +
                                 ", which has ended; --post-mortem shows what it left");
    }
    return then(**reader);
}

int tell(const Arguments& arguments, const char* what, const std::optional<std::string>& report)
{
    return report ? print(*report) : fail(kRefused, "there is no " + std::string{what} + " '" + arguments.name + "'");
}

int stats(const Arguments& arguments, const StatsReader& reader)
{
    int code = print(report_stats(reader, options_of(arguments)));
    while (code == kDone && arguments.watch) {
        std::this_thread::sleep_for(1s);
        if (!reader.alive()) {
            return fail(kNoNode, "the node has ended");
        }
        const bool screen = !arguments.json && isatty(STDOUT_FILENO) != 0;
        code = print((screen ? "\x1b[H\x1b[2J" : "") + report_stats(reader, options_of(arguments)));
    }
    return code;
}

int workers(const Arguments& arguments, const StatsReader& reader)
{
    const Sample before{reader, SteadyClock::now()};
    std::this_thread::sleep_for(500ms);
    return print(report_workers(reader, before, {reader, SteadyClock::now()}, options_of(arguments)));
}

/// The words, and the first of the command line's arguments after them.
int request(const Arguments& arguments, std::vector<std::string> words, std::size_t count)
{
    words.insert(words.end(), arguments.words.begin(), arguments.words.begin() + static_cast<std::ptrdiff_t>(count));
    const Answer answer = ask(arguments.socket, words);
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
            return fail(kNoNode, "no node answers at " + arguments.socket + ": " + answer.lines.front() +
                                     "; start ringbridge, or name its socket with --socket");
    }
    return kNoNode;
}

/// The commands, each with its function, in one place.
class Program {
public:
    Program()
    {
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.add_option("--file", arguments_.file, "the node's counter file")->capture_default_str();
        app_.add_option("--socket", arguments_.socket, "the node's control socket")->capture_default_str();
        app_.add_flag("--post-mortem", arguments_.post_mortem, "show what a node that has ended left");
        app_.footer(
            "Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 no node.\n"
            "Looking (top to errors) reads the counter file; the node does not notice.");
        add_views();
        add_requests();
    }

    int run(int argc, char** argv)
    {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app_.exit(error) == 0 ? kDone : kUsage;
        }
        return actions_.at(app_.get_subcommands().front())();
    }

private:
    using View = std::function<int(const Arguments&, const StatsReader&)>;

    CLI::App* add(const char* name, const char* help, const char* examples, std::function<int()> action)
    {
        CLI::App* const command = app_.add_subcommand(name, help);
        command->footer(std::string{"Examples:\n"} + examples);
        actions_.emplace(command, std::move(action));
        return command;
    }

    CLI::App* add_view(const char* name, const char* help, const char* examples, View view)
    {
        return add(name, help, examples, [this, view = std::move(view)] {
            return look(arguments_, [&](const StatsReader& reader) { return view(arguments_, reader); });
        });
    }

    void add_json(CLI::App* command) { command->add_flag("--json", arguments_.json, "for programs"); }

    void add_views();
    void add_requests();
    void add_request(const char* name, const char* help, const char* examples,
                     const std::vector<const char*>& parameters);

    CLI::App app_{"rbctl — look at a Ringbridge node, and tell it what to do"};
    Arguments arguments_;
    std::map<const CLI::App*, std::function<int()>> actions_;
};

void Program::add_views()
{
    add_view("top", "full-screen view: q quits; l, j, d, c sort the worst legs", "  rbctl top",
             [](const Arguments&, const StatsReader& reader) { return run_top(reader); });
    CLI::App* const all = add_view("stats", "every figure the node counts",
                                   "  rbctl stats --watch\n  rbctl stats --json | jq .control", stats);
    add_json(all);
    all->add_flag("--watch", arguments_.watch, "again every second");
    all->add_flag("--all", arguments_.all, "figures that are 0, too");
    add_json(add_view("calls", "the calls there are", "  rbctl calls\n  rbctl calls --json | jq length",
                      [](const Arguments& a, const StatsReader& r) { return print(report_calls(r, options_of(a))); }));
    CLI::App* const call = add_view("call", "one call and its media", "  rbctl call 1769860000.1",
                                    [](const Arguments& a, const StatsReader& r) {
                                        return tell(a, "call", report_call(r, a.name, options_of(a)));
                                    });
    call->add_option("ID", arguments_.name, "id or channel name, as `rbctl calls` shows it")->required();
    add_json(call);
    add_json(add_view("rooms", "the conference rooms there are", "  rbctl rooms",
                      [](const Arguments& a, const StatsReader& r) { return print(report_rooms(r, options_of(a))); }));
    CLI::App* const room = add_view("room", "one room and who is in it", "  rbctl room 60001",
                                    [](const Arguments& a, const StatsReader& r) {
                                        return tell(a, "room", report_room(r, a.name, options_of(a)));
                                    });
    room->add_option("NAME", arguments_.name, "of the room")->required();
    add_json(room);
    add_json(
        add_view("workers", "the threads: load, lateness, packets, over half a second", "  rbctl workers", workers));
    add_json(add_view("errors", "each error since the start, with how often it was seen", "  rbctl errors",
                      [](const Arguments& a, const StatsReader& r) { return print(report_errors(r, options_of(a))); }));
}

void Program::add_request(const char* name, const char* help, const char* examples,
                          const std::vector<const char*>& parameters)
{
    const std::size_t count = parameters.size();
    CLI::App* const command =
        add(name, help, examples, [this, name, count] { return request(arguments_, {name}, count); });
    for (std::size_t i = 0; i < count; ++i) {
        command->add_option(parameters[i], arguments_.words[i])->required();
    }
}

void Program::add_requests()
{
    add_request("hangup", "ends a call, or all of them", "  rbctl hangup 1769860000.1\n  rbctl hangup all", {"ID"});
    add_request("kick", "puts a call, or all, out of a room", "  rbctl kick 60001 1769860000.1\n  rbctl kick 60001 all",
                {"ROOM", "ID"});
    add_request("mute", "a member of a room is not heard any more", "  rbctl mute 60001 1769860000.1", {"ROOM", "ID"});
    add_request("unmute", "it is heard again", "  rbctl unmute 60001 1769860000.1", {"ROOM", "ID"});
    add_request("reload", "reads the configuration again: all of it, or none when something is wrong", "  rbctl reload",
                {});
    add_request("drain", "takes no new calls, and ends when the last one has", "  rbctl drain", {});
    CLI::App* const log = add("log", "what the node logs", "  rbctl log level debug", [this] {
        return request(arguments_, {"log", "level"}, 1);
    });
    log->require_subcommand(1);
    log->add_subcommand("level", "lines less important than this are not logged from now on")
        ->add_option("LEVEL", arguments_.words[0], "error, warning, notice, verbose or debug")
        ->required();
}

}  // namespace

int main(int argc, char** argv)
{
    return Program{}.run(argc, argv);
}
