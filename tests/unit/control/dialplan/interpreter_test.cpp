// Goal: a call runs through the plan as Asterisk would run it.
// Method: extensions.conf text, a dialled number and how each application ends, against the expected sequence of
// (application, arguments).
#include "control/dialplan/interpreter.h"

#include "test_channel.h"

#include <gtest/gtest.h>

#include <deque>

namespace rb::dialplan {
namespace {

DialplanPtr plan_of(const std::string& text)
{
    config::Problems problems;
    const auto file = config::read_ini(*config::text_source({{"x", text}}), "x", problems);
    auto plan = parse_extensions(file, default_vocabulary(), problems);
    for (const auto& problem : problems) {
        ADD_FAILURE() << to_string(problem);
    }
    return plan;
}

std::string to_text(EndReason reason)
{
    switch (reason) {
        case EndReason::Completed:
            return "completed";
        case EndReason::NotFound:
            return "not found";
        case EndReason::NoHandler:
            return "no handler";
        case EndReason::HungUp:
            return "hung up";
        case EndReason::Loop:
            return "loop";
    }
    return "";
}

/// Runs a call; ends says how the applications end, in turn (then all are Done). Every end but HungUp is followed by
/// Hangup, as the call engine does it.
std::vector<std::string> run(const DialplanPtr& plan, const std::string& exten, TestChannel& channel,
                             std::deque<Finished> ends = {})
{
    Interpreter call{plan, {.context = "c", .exten = exten}};
    std::vector<std::string> sequence;
    while (sequence.size() < 50) {
        const Next next = call.next(channel);
        if (const auto* invocation = std::get_if<Invocation>(&next)) {
            sequence.push_back(invocation->application + "(" + invocation->arguments + ")");
            const Finished finished = ends.empty() ? Finished{} : ends.front();
            if (!ends.empty()) {
                ends.pop_front();
            }
            call.advance(channel, finished);
            continue;
        }
        sequence.push_back(to_text(std::get<End>(next).reason));
        if (std::get<End>(next).reason == EndReason::HungUp) {
            return sequence;
        }
        call.advance(channel, {.outcome = Outcome::Hangup});
    }
    return sequence;
}

std::vector<std::string> run(const std::string& text, const std::string& exten, std::deque<Finished> ends = {})
{
    TestChannel channel;
    return run(plan_of(text), exten, channel, std::move(ends));
}

using Sequence = std::vector<std::string>;

const Finished kDone{};
const Finished kHangup{.outcome = Outcome::Hangup};
const Finished kTimeout{.outcome = Outcome::Timeout};

Finished keys(const std::string& digits)
{
    return {.outcome = Outcome::Digits, .digits = digits};
}

TEST(Interpreter, RunsPrioritiesInTurn)
{
    EXPECT_EQ(run("[c]\nexten => 600,1,Answer()\n same => n,Playback(hello-${EXTEN})\n same => n,Hangup()\n", "600",
                  {kDone, kDone, kHangup}),
              (Sequence{"answer()", "playback(hello-600)", "hangup()", "hung up"}));
}

TEST(Interpreter, ANumberThatIsNotThereIsNotFound)
{
    EXPECT_EQ(run("[c]\nexten => 600,1,Answer()\n", "3999"), (Sequence{"not found", "hung up"}));
    EXPECT_EQ(run("[d]\nexten => 600,1,Answer()\n", "600"), (Sequence{"not found", "hung up"}));
}

TEST(Interpreter, APlanThatEndsIsCompletedAndThenCleared)
{
    EXPECT_EQ(
        run("[c]\nexten => 1,1,Answer()\nexten => h,1,NoOp()\n same => n,Verbose(2,bye)\n same => n,Wait(1)\n", "1"),
        (Sequence{"answer()", "completed", "wait(1)", "hung up"}));
}

TEST(Interpreter, HangupRunsHOnce)
{
    const std::string plan =
        "[c]\nexten => 1,1,Echo()\n same => n,Wait(9)\nexten => h,1,Wait(1)\n same => n,Hangup()\n";
    EXPECT_EQ(run(plan, "1", {kHangup, kDone, kHangup}), (Sequence{"echo()", "wait(1)", "hangup()", "hung up"}));
}

TEST(Interpreter, GoesToLabelsExtensionsAndContexts)
{
    EXPECT_EQ(run(R"([c]
exten => 1,1,Goto(there)
 same => n,Wait(1)
 same => n(there),Goto(2,1)
exten => 2,1,Goto(d,3,mark)
[d]
exten => 3,1,Wait(2)
 same => n(mark),Wait(3)
)",
                  "1"),
              (Sequence{"wait(3)", "completed", "hung up"}));
}

TEST(Interpreter, BranchesOnConditions)
{
    const std::string plan = R"([c]
exten => _X,1,GotoIf($[${EXTEN} > 5]?high:low)
 same => n(low),Wait(low)
 same => n,GotoIf(0?high)
 same => n,ExecIf($["${EXTEN}" = "1"]?Playback(one,noanswer):Playback(other))
 same => n,Hangup()
 same => n(high),Wait(high)
)";
    EXPECT_EQ(run(plan, "1", {kDone, kDone, kHangup}),
              (Sequence{"wait(low)", "playback(one,noanswer)", "hangup()", "hung up"}));
    EXPECT_EQ(run(plan, "2", {kDone, kDone, kHangup}),
              (Sequence{"wait(low)", "playback(other)", "hangup()", "hung up"}));
    EXPECT_EQ(run(plan, "7"), (Sequence{"wait(high)", "completed", "hung up"}));
}

TEST(Interpreter, BranchesOnTheTime)
{
    const auto plan = plan_of(R"([c]
exten => 1,1,Set(OPEN=09:00-17:00,mon-fri,*,*,UTC)
 same => n,GotoIfTime(${OPEN}?open:shut)
 same => n(shut),Wait(${IFTIME(${OPEN}?open:shut)})
 same => n,GotoIfTime(${NONE}09:61,*,*,*?open)
 same => n,GotoIfTime(*,*,*,*)
 same => n,Hangup()
 same => n(open),Wait(${IFTIME(${OPEN}?open:shut)})
)");
    TestChannel thursday;
    thursday.wall = std::chrono::seconds{1'767'261'540};  // 2026-01-01 09:59 UTC
    EXPECT_EQ(run(plan, "1", thursday), (Sequence{"wait(open)", "completed", "hung up"}));
    TestChannel saturday;
    saturday.wall = thursday.wall + std::chrono::hours{48};
    EXPECT_EQ(run(plan, "1", saturday, {kDone, kHangup}), (Sequence{"wait(shut)", "hangup()", "hung up"}));
    EXPECT_EQ(saturday.reports, Sequence{"x:5: warning: GotoIfTime: '09:61' is no range of times, as 09:00-17:00"});
}

TEST(Interpreter, SetsVariablesGlobalsAndFunctions)
{
    TestChannel channel;
    const auto plan = plan_of(R"([c]
exten => 1,1,Set(A=x=y, z)
 same => n,Set(GLOBAL(G)=2)
 same => n,Set(CALLERID(num)=77)
 same => n,MSet(P=1,Q=2)
 same => n,ExecIf(1?Set(R=3))
 same => n,Set(CHANNEL(x)=1)
 same => n,Wait(${A}|${G}|${CALLERID(num)}|${P}${Q}${R})
)");
    EXPECT_EQ(run(plan, "1", channel), (Sequence{"wait(x=y, z|2|77|123)", "completed", "hung up"}));
    EXPECT_EQ(*channel.globals().find("G"), "2");
    EXPECT_EQ(channel.reports, Sequence{"x:7: warning: Set: CHANNEL(x) cannot be set"});
}

TEST(Interpreter, NoOpAndVerboseAreReported)
{
    TestChannel channel;
    static_cast<void>(
        run(plan_of("[c]\nexten => 1,1,NoOp(a, ${EXTEN})\n same => n,Verbose(3,b,c)\n same => n,Verbose(d)\n"), "1",
            channel));
    EXPECT_EQ(channel.reports, (Sequence{"x:2: info: a, 1", "x:3: info: b,c", "x:4: info: d"}));
}

TEST(Interpreter, GotoANumberThatIsNotThereTellsIWhichItWas)
{
    TestChannel channel;
    static_cast<void>(
        run(plan_of("[c]\nexten => 1,1,Goto(nobody,1)\nexten => i,1,NoOp(no ${INVALID_EXTEN})\n"), "1", channel));
    EXPECT_EQ(channel.reports.back(), "x:3: info: no nobody");
}

const std::string kMenu = R"([c]
exten => s,1,Background(menu)
 same => n,WaitExten(5)
exten => 1,1,Echo()
exten => i,1,Playback(invalid-${INVALID_EXTEN})
 same => n,Hangup()
exten => t,1,Playback(late)
 same => n,Hangup()
exten => T,1,Playback(over)
)";

TEST(Interpreter, KeysLeadToTheirExtension)
{
    EXPECT_EQ(run(kMenu, "s", {keys("1")}), (Sequence{"background(menu)", "echo()", "completed", "hung up"}));
    EXPECT_EQ(run(kMenu, "s", {kDone, keys("1")}),
              (Sequence{"background(menu)", "waitexten(5)", "echo()", "completed", "hung up"}));
}

TEST(Interpreter, WrongAndLateKeysHaveTheirHandlers)
{
    EXPECT_EQ(run(kMenu, "s", {keys("7"), kDone, kHangup}),
              (Sequence{"background(menu)", "playback(invalid-7)", "hangup()", "hung up"}));
    EXPECT_EQ(run(kMenu, "s", {kDone, kTimeout, kDone, kHangup}),
              (Sequence{"background(menu)", "waitexten(5)", "playback(late)", "hangup()", "hung up"}));
    EXPECT_EQ(run(kMenu, "s", {{.outcome = Outcome::AbsoluteTimeout}}),
              (Sequence{"background(menu)", "playback(over)", "completed", "hung up"}));
}

TEST(Interpreter, EStandsInForMissingHandlers)
{
    EXPECT_EQ(run("[c]\nexten => s,1,WaitExten()\nexten => e,1,Wait(e)\n", "s", {kTimeout}),
              (Sequence{"waitexten()", "wait(e)", "completed", "hung up"}));
    EXPECT_EQ(run("[c]\nexten => s,1,WaitExten()\n", "s", {keys("5")}),
              (Sequence{"waitexten()", "no handler", "hung up"}));
}

TEST(Interpreter, AGotoToNowhereIsAnInvalidExtension)
{
    TestChannel channel;
    EXPECT_EQ(run(plan_of("[c]\nexten => s,1,Goto(nowhere,9,1)\nexten => i,1,Wait(i)\n"), "s", channel),
              (Sequence{"wait(i)", "completed", "hung up"}));
    EXPECT_EQ(channel.reports, Sequence{"x:2: warning: there is no place 'nowhere,9,1' to go to"});
}

TEST(Interpreter, SubroutinesReturnAndRestoreTheirArguments)
{
    EXPECT_EQ(
        run(R"([c]
exten => 1,1,Gosub(d,s,1(a,b))
 same => n,Wait(${GOSUB_RETVAL}/${ARG1})
 same => n,GosubIf(0?d,s,1:d,s,1(z))
[d]
exten => s,1,Wait(${ARG1}-${ARG2})
 same => n,GosubIf($["${ARG2}" = "b"]?deep,1(c))
 same => n,Wait(${ARG1})
 same => n,Return(r${ARG1})
exten => deep,1,Wait(deep-${ARG1})
 same => n,Return()
)",
            "1"),
        (Sequence{"wait(a-b)", "wait(deep-c)", "wait(a)", "wait(ra/)", "wait(z-)", "wait(z)", "completed", "hung up"}));
}

TEST(Interpreter, ReturnWithoutGosubEnds)
{
    TestChannel channel;
    EXPECT_EQ(run(plan_of("[c]\nexten => 1,1,Return()\n"), "1", channel), (Sequence{"completed", "hung up"}));
    EXPECT_EQ(channel.reports, Sequence{"x:2: warning: Return without Gosub"});
}

TEST(Interpreter, SubroutinesMayBeNestedToTheLimit)
{
    TestChannel channel;
    EXPECT_EQ(run(plan_of("[c]\nexten => 1,1,Gosub(1,1)\nexten => i,1,Wait(${EXTEN})\n"), "1", channel),
              (Sequence{"wait(i)", "completed", "hung up"}));
    EXPECT_EQ(channel.reports, Sequence{"x:2: warning: Gosub is nested deeper than 64"});
}

TEST(Interpreter, ALoopIsCutOff)
{
    TestChannel channel;
    EXPECT_EQ(run(plan_of("[c]\nexten => 1,1,NoOp\n same => n,Goto(1)\nexten => h,1,Wait(1)\n"), "1", channel),
              (Sequence{"loop", "hung up"}));
    EXPECT_EQ(channel.reports.back(), "x:2: the call has run 10000 priorities and is cleared as a loop");
}

TEST(Interpreter, APlanOfTheLimitsLengthIsNoLoop)
{
    // One priority, two for each of 4,999 rounds, and the last ones.
    const std::string rounds =
        "[c]\nexten => 1,1,NoOp\n same => n(again),Set(N=$[0${N} + 1])\n"
        " same => n,GotoIf($[${N} < 4999]?again)\n same => n,NoOp\n";
    static_assert(kStepsMax == 10'000);
    EXPECT_EQ(run(rounds, "1"), (Sequence{"completed", "hung up"}));
    EXPECT_EQ(run(rounds + " same => n,NoOp\n", "1"), (Sequence{"loop", "hung up"}));
}

TEST(Interpreter, GivesTheSameApplicationUntilItHasEnded)
{
    TestChannel channel;
    Interpreter call{plan_of("[c]\nexten => 1,1,Set(N=$[0${N} + 1])\n same => n,Wait(${N})\n"), {"c", "1"}};
    for (int time = 0; time < 3; ++time) {
        const Next next = call.next(channel);
        ASSERT_TRUE(std::holds_alternative<Invocation>(next));
        EXPECT_EQ(std::get<Invocation>(next).arguments, "1");
        EXPECT_EQ(std::get<Invocation>(next).at, (Cursor{"c", "1", 2}));
        EXPECT_EQ(std::get<Invocation>(next).place, (config::Place{"x", 3}));
    }
}

TEST(Interpreter, ARunningCallKeepsItsPlan)
{
    TestChannel channel;
    auto plan = plan_of("[c]\nexten => 1,1,Wait(1)\n same => n,Wait(2)\n");
    Interpreter call{plan, {"c", "1"}};
    plan.reset();
    static_cast<void>(call.next(channel));
    call.advance(channel, {});
    const Next next = call.next(channel);
    EXPECT_EQ(std::get<Invocation>(next).arguments, "2");
}

TEST(Interpreter, GoesElsewhereOnRequest)
{
    TestChannel channel;
    Interpreter call{plan_of("[c]\nexten => 1,1,Wait(1)\n[d]\nexten => 2,1,Wait(2)\n"), {"c", "1"}};
    static_cast<void>(call.next(channel));
    EXPECT_FALSE(call.go_to(channel, "d,3,1"));
    EXPECT_FALSE(call.go_to(channel, "a,b,c,d"));
    EXPECT_EQ(call.cursor(), (Cursor{"c", "1", 1}));
    EXPECT_TRUE(call.go_to(channel, "d,2,1"));
    const Next next = call.next(channel);
    EXPECT_EQ(std::get<Invocation>(next).arguments, "2");
}

TEST(SplitArguments, AtTopLevelCommas)
{
    EXPECT_EQ(split_arguments("a, b ,,c"), (Sequence{"a", "b", "", "c"}));
    EXPECT_EQ(split_arguments("\"a,b\",f(x,y),[1,2]"), (Sequence{"a,b", "f(x,y)", "[1,2]"}));
    EXPECT_EQ(split_arguments(""), Sequence{""});
}

}  // namespace
}  // namespace rb::dialplan
