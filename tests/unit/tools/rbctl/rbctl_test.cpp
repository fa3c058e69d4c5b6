// Goal: rbctl says what the counter file holds, in text and in JSON that parses, and its exit code tells what happened.
// Method: the program itself against a file and a socket made here; JSON read again by python3; screens and texts by
// function.
#include "control/cli/command_table.h"
#include "control/cli/control_socket.h"
#include "control/stats/node_stats.h"
#include "dataplane/worker/worker_counters.h"
#include "tools/rbctl/reports.h"
#include "tools/rbctl/text.h"
#include "tools/rbctl/top.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace rb::rbctl {
namespace {

struct Outcome {
    int code = -1;
    std::string text;  ///< standard output and error
};

Outcome shell(const std::string& command)
{
    Outcome outcome;
    FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> bytes{};
    while (const std::size_t size = fread(bytes.data(), 1, bytes.size(), pipe)) {
        outcome.text.append(bytes.data(), size);
    }
    outcome.code = WEXITSTATUS(pclose(pipe));
    return outcome;
}

/// A node's file with one call in one room, and its name.
class RbctlTest : public testing::Test {
protected:
    RbctlTest()
        : stats_{*stats::NodeStats::create(file_, {.node = "alpha", .program = "test"},
                                           {.workers = 1, .legs = 4, .calls = 4, .rooms = 4})}
    {
        stats_.worker(0).set(drop_counter(Drop::WrongSource), 12);
        stats_.worker(0).set(WorkerCounter::Legs, 1);
        stats_.control().set(stats::ControlCounter::Channels, 1);
        stats_.calls().set(0, {.id = "17.1",
                               .name = "PJSIP/alice-1",
                               .state = "Up",
                               .endpoint = "alice",
                               .caller = "\"Eve\" \x1b[2J\xff",
                               .number = "60001",
                               .application = "ConfBridge",
                               .codec = "ulaw",
                               .room = "60001",
                               .worker = 0,
                               .leg = 2,
                               .started_at = 1s});
        stats_.rooms().set(
            0, {.name = "60001", .rate = 8000, .members = 1, .started_at = 1s, .speaker = 0, .speaker_changes = 3});
        stats_.rooms().set(1, {.name = "60002", .started_at = 1s});
        stats_.legs(0).set(2, {.generation = 1, .codec = text_words<2>("ulaw"), .received = 77, .lost = 5});
        stats_.errors().note("cannot open \"x\"", 5s);
    }
    [[nodiscard]] Outcome rbctl(const std::string& arguments) const
    {
        return shell(RB_RBCTL " --file " + file_ + " --socket " + socket_ + ' ' + arguments);
    }
    [[nodiscard]] static bool has(const Outcome& outcome, std::string_view text)
    {
        return outcome.text.find(text) != std::string::npos;
    }

    std::string file_ = "/dev/shm/rb_rbctl_test." + std::to_string(getpid());
    std::string socket_ = "/tmp/rb_rbctl_test." + std::to_string(getpid());
    stats::NodeStats stats_;
};

TEST_F(RbctlTest, EveryViewWorksAndItsJsonParses)
{
    for (const char* view : {"stats", "calls", "call 17.1", "rooms", "room 60001", "workers", "errors"}) {
        const Outcome text = rbctl(view);
        EXPECT_EQ(text.code, 0) << view << '\n' << text.text;
        EXPECT_EQ(text.text.find('\x1b'), std::string::npos) << view << ": a caller's name reaches the terminal";
        const std::string command = RB_RBCTL " --file " + file_ + ' ' + view + " --json | python3 -m json.tool";
        const Outcome json = shell(command);
        EXPECT_EQ(json.code, 0) << view << '\n' << json.text;
    }
}

TEST_F(RbctlTest, ADiagnosisNamesTheLegThatSpoilsTheRoom)
{
    const auto member = [this](std::size_t row, const char* id) {
        stats_.calls().set(row, {.id = id,
                                 .name = "PJSIP/x",
                                 .state = "Up",
                                 .endpoint = "x",
                                 .caller = "",
                                 .number = "60001",
                                 .application = "ConfBridge",
                                 .codec = "ulaw",
                                 .room = "60001",
                                 .worker = 0,
                                 .leg = row,
                                 .started_at = 1s});
    };
    const LegRow well{.generation = 1,
                      .received = 5000,
                      .jitter_us = 800,
                      .jitter_buffer_us = 27'000,
                      .mos_milli = 4400,
                      .voice_level = 1000,
                      .voice_frames = 1000};
    member(0, "17.10");
    member(1, "17.11");
    stats_.legs(0).set(0, well);
    stats_.legs(0).set(2, well);
    LegRow ill = well;
    stats_.legs(0).set(1, ill);
    EXPECT_TRUE(has(rbctl("room 60001 --diagnose"), "verdict  nobody: nothing is wrong"))
        << rbctl("room 60001 --diagnose").text;

    const auto verdict = [&](const LegRow& row) {
        stats_.legs(0).set(1, row);
        const Outcome outcome = rbctl("room 60001 --diagnose");
        EXPECT_TRUE(has(outcome, "verdict  17.11: ")) << outcome.text;
        EXPECT_EQ(outcome.text.find("17.10"), outcome.text.rfind("17.10")) << "only in the list";
        return outcome.text.substr(0, outcome.text.find('\n'));
    };
    ill.lost = 1;
    ill.lost_lately_permille = 57;
    EXPECT_EQ(verdict(ill), "verdict  17.11: loses 5.7 % of what it sends") << "however long it was well before";
    ill = well;
    ill.lost = 300;
    ill.jitter_us = 31'000;
    EXPECT_EQ(verdict(ill), "verdict  17.11: jitter of 31.0 ms, earlier lost 5.7 % of what it sends");
    ill = well;
    ill.jitter_us = 72'000;
    ill.discarded_lately_permille = 20;
    EXPECT_EQ(verdict(ill), "verdict  17.11: jitter of 72.0 ms, sends 2.0 % too late to be played");
    ill = well;
    ill.discarded = 100;
    EXPECT_EQ(verdict(ill), "verdict  17.11: earlier sent 2.0 % too late to be played");
    ill = well;
    ill.unheard_ms = 12'000;
    EXPECT_EQ(verdict(ill), "verdict  17.11: has sent nothing for 12.0 s");
    ill = well;
    ill.voice_level = 50;
    EXPECT_EQ(verdict(ill), "verdict  17.11: too quiet: -52.3 dBov");
    ill = well;
    ill.clipped_frames = 400;
    EXPECT_EQ(verdict(ill), "verdict  17.11: clipped: 40.0 % of its speech");
    ill = well;
    ill.voice_frames = 0;
    EXPECT_EQ(verdict(ill), "verdict  17.11: silent: has hardly been heard to speak");
    ill = well;
    ill.round_trip_us = 700'000;
    ill.remote_lost_percent = 9;
    EXPECT_EQ(verdict(ill), "verdict  17.11: loses 9.0 % of what it is sent, round trip of 700.0 ms");
    ill.received = 0;
    EXPECT_TRUE(verdict(ill).starts_with("verdict  17.11: sends nothing"));

    const Outcome json = rbctl("room 60001 --diagnose --json");
    EXPECT_TRUE(has(json, R"("verdict":"17.11")")) << json.text;
    EXPECT_EQ(shell("echo '" + json.text + "' | python3 -m json.tool").code, 0);
    EXPECT_EQ(rbctl("room 1 --diagnose").code, 1);
}

TEST_F(RbctlTest, ViewsSayWhatThereIs)
{
    EXPECT_TRUE(has(rbctl("calls"), "17.1"));
    EXPECT_TRUE(has(rbctl("calls"), "1 call\n"));
    EXPECT_TRUE(has(rbctl("call 17.1"), "77 packets, 5 lost"));
    EXPECT_TRUE(has(rbctl("call 17.1"), "MOS - now"));
    EXPECT_TRUE(has(rbctl("call PJSIP/alice-1"), "ConfBridge"));
    EXPECT_TRUE(has(rbctl("room 60001"), "8000 Hz"));
    EXPECT_TRUE(has(rbctl("room 60001"), "17.1"));
    EXPECT_TRUE(has(rbctl("room 60001"), "speaker   17.1, 3 changes"));
    EXPECT_TRUE(has(rbctl("room 60002"), "speaker   nobody, 0 changes"));
    EXPECT_TRUE(has(rbctl("errors"), "cannot open"));
    EXPECT_TRUE(has(rbctl("stats"), "worker.0.drop.wrong_source"));
    EXPECT_FALSE(has(rbctl("stats"), "drop.too_short"));
    EXPECT_TRUE(has(rbctl("stats --all"), "drop.too_short"));
    EXPECT_TRUE(has(rbctl("workers --json"), R"("late_us_p99":null)"));
}

TEST_F(RbctlTest, WhatIsNotThereIsOne)
{
    EXPECT_EQ(rbctl("call nobody").code, 1);
    EXPECT_TRUE(has(rbctl("room nowhere"), "there is no room 'nowhere'"));
    EXPECT_EQ(rbctl("room nowhere").code, 1);
}

TEST_F(RbctlTest, WrongUsageIsTwo)
{
    for (const char* wrong :
         {"", "call", "kick 60001", "calls --nonsense", "log level", "core show channels sideways"}) {
        EXPECT_EQ(rbctl(std::string{wrong} + " </dev/null").code, 2) << wrong;
    }
}

TEST_F(RbctlTest, SaysItsVersion)
{
    EXPECT_EQ(rbctl("--version").code, 0);
    EXPECT_TRUE(has(rbctl("--version"), RB_VERSION));
}

TEST_F(RbctlTest, AnUnknownCommandIsOneAndIsGuessed)
{
    const Outcome misspelt = rbctl("core show chanels");
    EXPECT_EQ(misspelt.code, 1);
    EXPECT_TRUE(has(misspelt, "perhaps core show channels")) << misspelt.text;
    EXPECT_EQ(rbctl("-x 'xyzzy plugh'").code, 1);
}

TEST_F(RbctlTest, AsterisksNamesAndFormsWork)
{
    EXPECT_TRUE(has(rbctl("-rx 'core show channels'"), "PJSIP/alice-1"));
    EXPECT_TRUE(has(rbctl("core show channels verbose"), "17.1"));
    EXPECT_TRUE(has(rbctl("-x 'core show channels count'"), "1 active channels\n"));
    const Outcome concise = rbctl("-rx 'core show channels concise'");
    EXPECT_EQ(std::count(concise.text.begin(), concise.text.end(), '!'), 13) << concise.text;
    EXPECT_TRUE(has(concise, "PJSIP/alice-1!!60001!!Up!ConfBridge!!"));
    EXPECT_TRUE(has(rbctl("core show channel 17.1"), "77 packets, 5 lost"));
    EXPECT_TRUE(has(rbctl("bridge show all"), "60001"));
    EXPECT_TRUE(has(rbctl("bridge show 60001"), "8000 Hz"));
    EXPECT_TRUE(has(rbctl("confbridge list"), "60001"));
    EXPECT_TRUE(has(rbctl("confbridge list 60001"), "8000 Hz"));
    EXPECT_TRUE(has(rbctl("rtp show stats"), "77"));
    EXPECT_TRUE(has(rbctl("core show version"), "test on alpha"));
    EXPECT_TRUE(has(rbctl("core show uptime"), "System uptime"));
    EXPECT_EQ(shell(RB_RBCTL " --file " + file_ + " -x 'rtp show stats --json' | python3 -m json.tool").code, 0);
}

TEST_F(RbctlTest, EveryCommandHasHelpAndTheViewsRunWithTheArgumentsTheyWant)
{
    for (const cli::Command& command : cli::commands()) {
        const Outcome help = rbctl(std::string{command.words} + " --help");
        EXPECT_EQ(help.code, 0) << command.words;
        EXPECT_TRUE(has(help, "rbctl " + cli::usage(command))) << command.words;
        if (command.where == cli::Where::File && command.words != "top") {
            const bool room = command.parameters == "ROOM" || command.parameters == "NAME";
            const std::string argument = room ? " 60001" : command.parameters == "ID" ? " 17.1" : "";
            EXPECT_EQ(rbctl(std::string{command.words} + argument).code, 0) << command.words;
        }
    }
}

TEST_F(RbctlTest, APromptCompletesRemembersAndEnds)
{
    // script(1) gives it a terminal; the tab makes "core show cal" whole.
    const std::string command =
        "export HOME=$(mktemp -d); printf 'core show cal\\t\nrooms\nquit\n' | TERM=dumb script -qec '" RB_RBCTL
        " --file " +
        file_ + "' /dev/null; cat $HOME/.rbctl_history";
    const Outcome session = shell(command);
    EXPECT_TRUE(has(session, "calls processed")) << session.text;
    EXPECT_TRUE(has(session, "60001")) << session.text;
    EXPECT_NE(session.text.rfind("rooms"), session.text.find("rooms")) << "the history has it too: " << session.text;
}

TEST_F(RbctlTest, NoNodeIsThree)
{
    EXPECT_EQ(shell(RB_RBCTL " --file /nowhere/file calls").code, 3);
    const Outcome asked = rbctl("reload");
    EXPECT_EQ(asked.code, 3);
    EXPECT_TRUE(has(asked, "no node answers at")) << asked.text;
    EXPECT_TRUE(has(asked, "--socket")) << asked.text;
}

TEST_F(RbctlTest, WhatADeadNodeLeftIsShownOnlyWhenAsked)
{
    const std::string copy = file_ + ".copy";
    ASSERT_EQ(shell("cp " + file_ + ' ' + copy).code, 0);
    const Outcome refused = shell(RB_RBCTL " --file " + copy + " calls");
    EXPECT_EQ(refused.code, 3);
    EXPECT_TRUE(has(refused, "no node runs")) << refused.text;
    EXPECT_EQ(shell(RB_RBCTL " --file " + copy + " --post-mortem calls").code, 0);
    unlink(copy.c_str());
}

TEST_F(RbctlTest, RequestsGoToTheNodeAndItsAnswerComesBack)
{
    std::vector<std::string> heard;  // the node's, until it has ended
    auto server = cli::ControlSocket::listen(socket_, [&heard](const cli::Request& request) -> cli::Reply {
        heard.push_back(request.verb);
        for (const std::string& argument : request.arguments) {
            heard.back() += '|' + argument;
        }
        if (request.verb == "hangup") {
            return failure("there is no call '" + request.arguments.front() + "'");
        }
        return std::vector<std::string>{"done", ".hidden"};
    });
    ASSERT_TRUE(server) << server.error().message;
    std::atomic<bool> done = false;
    std::thread node{[&] {
        while (!done) {
            std::vector<pollfd> waiting;
            (*server)->poll_for(waiting);
            poll(waiting.data(), waiting.size(), 10);
            (*server)->step();
        }
    }};
    const Outcome kicked = rbctl("kick 60001 'a b'");
    const Outcome refused = rbctl("hangup 17.9");
    const Outcome log = rbctl("log level debug");
    const Outcome injected = rbctl("hangup 'x\nreload'");
    done = true;
    node.join();
    EXPECT_EQ(kicked.code, 0);
    EXPECT_EQ(kicked.text, "done\n.hidden\n");
    EXPECT_EQ(refused.code, 1);
    EXPECT_EQ(refused.text, "rbctl: there is no call '17.9'\n");
    EXPECT_EQ(log.code, 0);
    EXPECT_EQ(injected.code, 1) << injected.text;
    EXPECT_EQ(heard, (std::vector<std::string>{"kick|60001|a b", "hangup|17.9", "log|level|debug"}));
}

TEST_F(RbctlTest, TopShowsDropsAndTheWorstLegFirst)
{
    stats_.legs(0).set(1, {.generation = 1, .received = 10, .lost = 1, .jitter_us = 9000});
    const auto reader = StatsReader::open(file_);
    const Sample before{**reader, 1s};
    stats_.worker(0).add(WorkerCounter::BusyNanos, 250'000'000);
    stats_.worker(0).add(static_cast<std::size_t>(WorkerCounter::FirstLateness) + 3, 100);
    const Sample after{**reader, 2s};
    const auto screen = [&](TopSort sort) {
        std::string text;
        for (const std::string& line : top_screen(**reader, Span{before, after}, sort, 1)) {
            text += line + '\n';
        }
        return text;
    };
    const std::string by_loss = screen(TopSort::Lost);
    EXPECT_NE(by_loss.find("calls 1"), std::string::npos) << by_loss;
    EXPECT_NE(by_loss.find("wrong_source 12"), std::string::npos) << by_loss;
    EXPECT_NE(by_loss.find("25.0"), std::string::npos) << by_loss;
    EXPECT_NE(by_loss.find("0:2"), std::string::npos) << by_loss;
    EXPECT_EQ(by_loss.find("0:1"), std::string::npos) << by_loss;
    EXPECT_NE(screen(TopSort::Jitter).find("0:1"), std::string::npos);
}

TEST_F(RbctlTest, PercentilesAreBucketBounds)
{
    const auto reader = StatsReader::open(file_);
    const Sample before{**reader, 1s};
    const auto lateness = [](std::size_t bucket) {
        return static_cast<std::size_t>(WorkerCounter::FirstLateness) + bucket;
    };
    stats_.worker(0).add(lateness(0), 60);
    stats_.worker(0).add(lateness(5), 39);
    stats_.worker(0).add(lateness(kLatencyBuckets - 1), 1);
    const Sample after{**reader, 2s};
    const auto spread = Span{before, after}.spread("worker.0.slot_lateness_us");
    EXPECT_EQ(spread.p50, "1");
    EXPECT_EQ(spread.p99, "32");
    EXPECT_EQ(spread.max, "inf");
    const Span nothing{after, after};
    EXPECT_EQ(nothing.spread("worker.0.slot_lateness_us").p99, "-");
    EXPECT_EQ(nothing.per_second("worker.0.slots"), 0);
}

TEST(Text, IsSafeToPrint)
{
    EXPECT_EQ(printable("a\x1b[2Jb\n\x7f"), "a?[2Jb??");
    EXPECT_EQ(printable("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    EXPECT_EQ(printable("\xc2\x9b\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"), std::string(12, '?'));
    EXPECT_EQ(json::quote("a\"b\\\n\x1b\x7f\xc2\x9b\xff\xc3\xa9"),
              "\"a\\\"b\\\\\\u000a\\u001b\\u007f\\u009b\\ufffd\xc3\xa9\"");
}

TEST(Text, ColumnsAlignNumbersRight)
{
    EXPECT_EQ(columns({{"NAME", "N"}, {"a", "7"}, {"bcdef", "10"}}), "NAME    N\na       7\nbcdef  10\n");
}

TEST(Text, DurationsCountDays)
{
    EXPECT_EQ(duration(3661s), "01:01:01");
    EXPECT_EQ(duration(90061s), "1d 01:01:01");
    EXPECT_EQ(duration(-1s), "00:00:00");
}

RC_GTEST_PROP(TextProperties, AnyBytesBecomeTextWithoutControls, (const std::string& bytes))
{
    const std::string text = printable(bytes);
    RC_ASSERT(printable(text) == text);
    for (const char c : text) {
        RC_ASSERT(static_cast<std::uint8_t>(c) >= 0x20);
    }
}

}  // namespace
}  // namespace rb::rbctl
