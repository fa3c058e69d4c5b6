// Goal: Dial's options L and S end a call when Asterisk's would, warn whom they should before, and leave the two
// hearing each other in between.
// Method: options read by hand; whole calls on a bench, in which each sound is a tone of its own.
#include "control/applications/call_limit.h"

#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

using applications::Arguments;
using applications::say_time_left;
using Sounds = std::vector<std::string>;

TEST(CallLimit, TheTimeLeftIsSaidInMinutesAndSeconds)
{
    EXPECT_EQ(say_time_left(125s), (Sounds{"vm-youhave", "digits/2", "queue-minutes", "digits/5", "queue-seconds"}));
    EXPECT_EQ(say_time_left(180s), (Sounds{"vm-youhave", "digits/3", "queue-minutes"}));
    EXPECT_EQ(say_time_left(119s), (Sounds{"vm-youhave", "digits/1", "digits/hundred", "digits/19", "queue-seconds"}));
    EXPECT_EQ(say_time_left(29990ms), (Sounds{"vm-youhave", "digits/30", "queue-seconds"}));
    EXPECT_EQ(say_time_left(100ms), Sounds{});
    EXPECT_EQ(say_time_left(-5s), Sounds{});
}

/// Anna has dialled Berta, who answers; each says a tone, and each sound is one.
class LimitedCall : public testing::Test {
protected:
    void dial(const std::string& options, const std::string& before = "NoOp()")
    {
        bench.emplace("[c]\nexten => 1,1," + before + "\n same => n,Dial(PJSIP/phone,20," + options +
                      ")\n same => n,NoOp(on: ${DIALSTATUS} ${ANSWEREDTIME})\nexten => h,1,NoOp(end: ${DIALSTATUS} "
                      "${ANSWEREDTIME})\n");
        bench->world().sounds["warn"] = {.hz = 300, .duration_ms = 400};
        bench->world().sounds["hello"] = {.hz = 900, .duration_ms = 400};
        bench->world().sounds["bye"] = {.hz = 500, .duration_ms = 1000};
        bench->world().sounds["moh:default"] = {.hz = 550, .duration_ms = 1000};
        anna = &bench->call("1", {.hz = 440});
        berta = &bench->dialled(0);
        bench->run(500ms);
        bench->answer(*berta, 700);
        answered_at = bench->now();
    }
    void run_to(Nanos since_answer) { bench->run(answered_at + since_answer - bench->now()); }
    /// How loud a tone was in the last 200 ms.
    static bool hears(const BenchPhone& phone, double hz) { return phone.heard(hz, 200ms) > 1000; }
    [[nodiscard]] long asked(const std::string& sounds)
    {
        return std::count(bench->world().asked.begin(), bench->world().asked.end(), sounds);
    }
    ~LimitedCall() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
    BenchPhone* anna = nullptr;
    BenchPhone* berta = nullptr;
    Nanos answered_at = 0s;
};

TEST_F(LimitedCall, EndsForBothAtItsLimit)
{
    dial("L(3000)");
    run_to(2900ms);
    EXPECT_TRUE(hears(*anna, 700));
    EXPECT_FALSE(anna->ended);
    run_to(3100ms);
    EXPECT_TRUE(anna->hung_up_by_node);
    EXPECT_TRUE(berta->hung_up_by_node);
    EXPECT_EQ(anna->cause, 16);
    EXPECT_TRUE(bench->world().logged("end: ANSWER 3"));
    EXPECT_TRUE(bench->world().asked.empty()) << "nothing is said";
}

TEST_F(LimitedCall, SCountsSecondsAndGGoesOn)
{
    dial("S(2)g");
    run_to(1900ms);
    EXPECT_FALSE(berta->ended);
    run_to(2100ms);
    EXPECT_TRUE(berta->hung_up_by_node);
    EXPECT_TRUE(bench->world().logged("on: ANSWER 2"));
}

TEST_F(LimitedCall, TheCallerIsWarnedAgainAndAgain)
{
    dial("L(6000:4000:1500)", "Set(LIMIT_WARNING_FILE=warn)");
    run_to(1900ms);
    EXPECT_FALSE(hears(*anna, 300));
    for (const Nanos warning : {2000ms, 3500ms, 5000ms}) {
        run_to(warning + 350ms);
        EXPECT_TRUE(hears(*anna, 300)) << to_ms(warning);
        EXPECT_FALSE(hears(*berta, 300));
        run_to(warning + 950ms);
        EXPECT_FALSE(hears(*anna, 300));
        EXPECT_TRUE(hears(*anna, 700)) << "the two hear each other again";
        EXPECT_TRUE(hears(*berta, 440));
    }
    EXPECT_EQ(asked("warn"), 3);
    run_to(6100ms);
    EXPECT_TRUE(anna->hung_up_by_node);
}

TEST_F(LimitedCall, OneWarningSaysTheTimeLeft)
{
    dial("L(5000:3000)");
    run_to(4900ms);
    EXPECT_EQ(bench->world().asked, Sounds{"vm-youhave&digits/3&queue-seconds"});
    run_to(5100ms);
    EXPECT_TRUE(anna->hung_up_by_node);
}

TEST_F(LimitedCall, TheCalleeIsToldInsteadWhereAskedFor)
{
    dial("L(3000:1000)",
         "MSet(LIMIT_WARNING_FILE=warn,LIMIT_TIMEOUT_FILE=bye,LIMIT_CONNECT_FILE=hello,"
         "LIMIT_PLAYAUDIO_CALLER=no,LIMIT_PLAYAUDIO_CALLEE=yes)");
    run_to(350ms);
    EXPECT_TRUE(hears(*berta, 900));
    EXPECT_FALSE(hears(*anna, 900));
    run_to(2350ms);
    EXPECT_TRUE(hears(*berta, 300));
    EXPECT_FALSE(hears(*anna, 300));
    run_to(3600ms);
    EXPECT_TRUE(hears(*berta, 500)) << "its last words are heard …";
    EXPECT_FALSE(berta->ended);
    run_to(4200ms);
    EXPECT_TRUE(berta->hung_up_by_node) << "… and then it is over";
    EXPECT_TRUE(anna->hung_up_by_node);
}

TEST_F(LimitedCall, BothHearTheLastWords)
{
    dial("L(2000)", "MSet(LIMIT_TIMEOUT_FILE=bye,LIMIT_PLAYAUDIO_CALLER=yes,LIMIT_PLAYAUDIO_CALLEE=yes)");
    run_to(2700ms);
    EXPECT_TRUE(hears(*anna, 500));
    EXPECT_TRUE(hears(*berta, 500));
    EXPECT_FALSE(anna->ended);
    run_to(3200ms);
    EXPECT_TRUE(anna->hung_up_by_node);
    EXPECT_TRUE(berta->hung_up_by_node);
}

TEST_F(LimitedCall, LastWordsThatAreMissingHoldNothingUp)
{
    for (const char* who : {"LIMIT_PLAYAUDIO_CALLER=yes", "LIMIT_PLAYAUDIO_CALLEE=yes"}) {
        dial("L(2000)", std::string{"MSet(LIMIT_TIMEOUT_FILE=missing,LIMIT_PLAYAUDIO_CALLER=no,"} + who + ")");
        run_to(2300ms);
        EXPECT_TRUE(anna->hung_up_by_node) << who;
        EXPECT_EQ(bench->leftovers(), "");
    }
}

TEST_F(LimitedCall, WhoIsOnHoldKeepsItsMusic)
{
    dial("L(4000:2000)", "MSet(LIMIT_WARNING_FILE=warn,LIMIT_TIMEOUT_FILE=bye)");
    run_to(500ms);
    bench->hold(*berta, true);
    run_to(2400ms);
    EXPECT_TRUE(hears(*anna, 550));
    EXPECT_FALSE(hears(*anna, 300));
    run_to(4100ms);
    EXPECT_TRUE(anna->hung_up_by_node) << "nobody could be told";
}

TEST_F(LimitedCall, EndsWithACallerWhoLeavesBefore)
{
    dial("L(5000:4000:1000)", "MSet(LIMIT_WARNING_FILE=warn,LIMIT_TIMEOUT_FILE=bye)");
    run_to(1200ms);
    bench->hang_up(*anna);
    EXPECT_TRUE(berta->hung_up_by_node);
    EXPECT_TRUE(bench->world().logged("end: ANSWER 1"));
}

TEST_F(LimitedCall, EndsWithACalleeWhoLeavesDuringTheLastWords)
{
    dial("L(2000)g", "MSet(LIMIT_TIMEOUT_FILE=bye,LIMIT_PLAYAUDIO_CALLEE=yes)");
    run_to(2500ms);
    bench->hang_up(*berta);
    bench->run(10ms);
    EXPECT_TRUE(bench->world().logged("on: ANSWER 2"));
}

TEST(CallLimit, WarningsThatWouldComeTooEarlyAreRepetitionsThatDoNot)
{
    CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone)\n"};
    engine::Channel& caller = *bench.channel(bench.call("1"));
    const auto read = [&](const std::string& options) {
        return applications::read_call_limit(Arguments{",," + options}, 2, caller);
    };
    EXPECT_EQ(read("L(60000:20000)")->warning, 40s);
    EXPECT_EQ(read("L(60000:90000)")->warning, kNever);
    EXPECT_EQ(read("L(60000:90000:20000)")->warning, 10s) << "when 50 s are left";
    EXPECT_EQ(read("L(60000:99999999999999:1)")->limit, 60s);
    EXPECT_EQ(read("L(99999999999999999)")->limit, std::chrono::hours{365 * 24});
    EXPECT_EQ(read("g")->limit, kNever);
    EXPECT_EQ(read("S(1.5)")->limit, 1500ms);
    EXPECT_EQ(read("S(9)L(1000)")->limit, 1s) << "L counts";
    for (const char* none : {"L()", "L", "L(x:1)", "L(-5)", "S(0)", "S"}) {
        EXPECT_FALSE(read(none)) << none;
    }
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(CallLimit, WithoutATimeNobodyIsCalled)
{
    CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone,9,L(soon))\n same => n,NoOp(on: ${DIALSTATUS})\n"};
    bench.call("1");
    EXPECT_EQ(bench.dialled_count(), 0U);
    EXPECT_TRUE(bench.world().logged("on: INVALIDARGS"));
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
