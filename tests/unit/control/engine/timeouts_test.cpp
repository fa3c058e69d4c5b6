// Goal: TIMEOUT() is read and set as Asterisk's; a call that has lasted as long as it may goes to `T`, whatever it is
// doing, and leaves nothing behind.
// Method: the function by itself; whole calls on a bench, ended in the middle of each kind of application.
#include "control/engine/timeouts.h"

#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

using engine::read_timeout;
using engine::Timeouts;
using engine::write_timeout;

TEST(Timeouts, AreReadInSecondsAndKnownByTheirFirstLetter)
{
    Timeouts timeouts;
    EXPECT_EQ(read_timeout(timeouts, "digit", 0s), "5.000");
    EXPECT_EQ(read_timeout(timeouts, "response", 0s), "10.000");
    EXPECT_EQ(read_timeout(timeouts, "absolute", 0s), "0");
    EXPECT_TRUE(write_timeout(timeouts, "D", "2.5", 1s));
    EXPECT_TRUE(write_timeout(timeouts, "response", "0.25", 1s));
    EXPECT_TRUE(write_timeout(timeouts, "absolute", "60", 10s));
    EXPECT_EQ(read_timeout(timeouts, "digit", 2s), "2.500");
    EXPECT_EQ(read_timeout(timeouts, "r", 2s), "0.250");
    EXPECT_EQ(read_timeout(timeouts, "absolute", 12500ms), "57.500");
    EXPECT_EQ(read_timeout(timeouts, "absolute", 71s), "0.000");
}

TEST(Timeouts, NonsenseIsNoTimeAndNoFunction)
{
    Timeouts timeouts;
    for (const char* none : {"0", "-3", "nan", "", "soon"}) {
        EXPECT_TRUE(write_timeout(timeouts, "absolute", "5", 0s));
        EXPECT_TRUE(write_timeout(timeouts, "absolute", none, 0s)) << none;
        EXPECT_EQ(timeouts.over_at, kNever) << none;
    }
    EXPECT_TRUE(write_timeout(timeouts, "absolute", "1e300", 0s));
    EXPECT_EQ(timeouts.over_at, std::chrono::hours{365 * 24});
    EXPECT_FALSE(write_timeout(timeouts, "", "5", 0s));
    EXPECT_FALSE(write_timeout(timeouts, "lunch", "5", 0s));
    EXPECT_EQ(read_timeout(timeouts, "lunch", 0s), std::nullopt);
}

/// A call that may last two seconds and does this; `T` says so, and plays to it.
std::string limited(const std::string& application)
{
    return "[c]\nexten => 1,1,Answer()\n same => n,Set(TIMEOUT(absolute)=2)\n same => n," + application +
           "\n same => n,NoOp(next)\n same => n,Wait(9)\n"
           "exten => T,1,NoOp(time is up after ${EXTEN} ${DIALSTATUS} ${TIMEOUT(absolute)})\n"
           " same => n,Playback(goodbye)\n same => n,NoOp(goodbye said)\n"
           "exten => h,1,NoOp(end)\n";
}

class AbsoluteTimeout : public testing::TestWithParam<const char*> {};

TEST_P(AbsoluteTimeout, LeadsToTWhateverRuns)
{
    CallBench bench{limited(GetParam())};
    bench.world().sounds["long"] = {.hz = 300, .duration_ms = 60000};
    bench.world().sounds["moh:default"] = {.hz = 300, .duration_ms = 60000};
    bench.world().sounds["goodbye"] = {.hz = 500, .duration_ms = 1000};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    const bool dials = bench.dialled_count() > 0;
    if (dials) {
        bench.answer(bench.dialled(0), 700);
    }
    bench.run(1900ms);
    EXPECT_FALSE(bench.world().logged("time is up"));
    bench.run(700ms);
    EXPECT_TRUE(bench.world().logged(std::string{"time is up after T "} + (dials ? "ANSWER 0" : " 0")));
    EXPECT_GT(anna.heard(500, 300ms), 1000) << "T plays";
    for (const double before : {300.0, 440.0, 700.0}) {
        EXPECT_LT(anna.heard(before, 300ms), 200) << "what ran before is over";
    }
    if (dials) {
        EXPECT_TRUE(bench.dialled(0).hung_up_by_node);
    }
    EXPECT_FALSE(anna.ended);
    bench.run(1s);
    EXPECT_TRUE(bench.world().logged("goodbye said"));
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(anna.cause, 16);
    EXPECT_TRUE(bench.world().logged(": end"));
    EXPECT_FALSE(bench.world().logged("next"));
    EXPECT_EQ(bench.leftovers(), "");
}

INSTANTIATE_TEST_SUITE_P(Applications, AbsoluteTimeout,
                         testing::Values("Wait(60)", "Echo()", "Playback(long)", "Background(long)", "WaitExten(60)",
                                         "Read(KEYS,long)", "Record(a.wav)", "MusicOnHold(default)", "Busy()",
                                         "ConfBridge(room)", "Dial(PJSIP/phone)", "ChanSpy(PJSIP/nobody)",
                                         "SendDTMF(wwwwwwwwww)"));

TEST(AbsoluteTimeout, WithoutTTheCallIsHungUpAndEStandsInForIt)
{
    CallBench none{"[c]\nexten => 1,1,Set(TIMEOUT(absolute)=1)\n same => n,Echo()\nexten => h,1,NoOp(end)\n"};
    BenchPhone& anna = none.call("1");
    none.run(900ms);
    EXPECT_FALSE(anna.ended);
    none.run(200ms);
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_TRUE(none.world().logged(": end"));
    EXPECT_EQ(none.leftovers(), "");

    CallBench other{"[c]\nexten => 1,1,Set(TIMEOUT(absolute)=1)\n same => n,Echo()\nexten => e,1,NoOp(e for T)\n"};
    BenchPhone& berta = other.call("1");
    other.run(1100ms);
    EXPECT_TRUE(other.world().logged("e for T"));
    EXPECT_TRUE(berta.hung_up_by_node);
    EXPECT_EQ(other.leftovers(), "");
}

TEST(AbsoluteTimeout, CountsFromWhenItWasSetLastAndCanBeTakenBack)
{
    CallBench bench{
        "[c]\nexten => 1,1,Set(TIMEOUT(absolute)=1)\n same => n,Wait(0.5)\n same => n,Set(TIMEOUT(absolute)=2)\n"
        " same => n,Wait(1)\n same => n,NoOp(left ${TIMEOUT(absolute)})\n same => n,Set(TIMEOUT(absolute)=0)\n"
        " same => n,Wait(9)\nexten => T,1,NoOp(too long)\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(5s);
    EXPECT_TRUE(bench.world().logged("left 1.0"));
    EXPECT_FALSE(bench.world().logged("too long"));
    EXPECT_FALSE(anna.ended);
    engine::Channel& channel = *bench.channel(anna);
    EXPECT_TRUE(bench.engine().set_variable(channel, "TIMEOUT(absolute)", "0.5"));
    bench.run(600ms);
    EXPECT_TRUE(bench.world().logged("too long")) << "set from outside while an application runs";
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(AbsoluteTimeout, OfACallee)
{
    CallBench bench{
        "[c]\nexten => 1,1,Dial(PJSIP/short,9,g)\n same => n,NoOp(then ${DIALSTATUS})\n same => n,Wait(9)\n",
        {{"pjsip.conf",
          "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1:5060\n"
          "[anonymous]\ntype=endpoint\ncontext=c\ndisallow=all\nallow=ulaw\n"
          "[short]\ntype=endpoint\ncontext=c\ndisallow=all\nallow=ulaw\naors=short\n"
          "set_var=TIMEOUT(absolute)=2\n"
          "[short]\ntype=aor\ncontact=sip:192.0.2.99:5060\n"}}};
    bench.call("1");
    bench.answer(bench.dialled(0), 700);
    bench.run(1900ms);
    EXPECT_FALSE(bench.dialled(0).ended);
    bench.run(200ms);
    EXPECT_TRUE(bench.dialled(0).hung_up_by_node);
    EXPECT_TRUE(bench.world().logged("then ANSWER"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(AbsoluteTimeout, EndsARoomsAbsenceToo)
{
    CallBench bench{limited("ConfBridge(room,,,keys)") + "[away]\nexten => s,1,Wait(60)\n",
                    {{"confbridge.conf", "[keys]\ntype=menu\n1=dialplan_exec(away,s,1)\n"}}};
    bench.world().sounds["goodbye"] = {.hz = 500, .duration_ms = 1000};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(500ms);
    anna.press("1");
    bench.run(2s);
    EXPECT_TRUE(bench.world().logged("time is up"));
    EXPECT_EQ(bench.engine().rooms().find("room"), nullptr);
    bench.run(1500ms);
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
