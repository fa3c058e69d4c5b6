// Goal: calls with ICE are heard once the peer has checked our address, follow it where it goes, and end with its
// consent; whoever has not its password neither hears nor is heard.
// Method: whole calls on a bench, whose phones check the node's address and name none of their own.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

const std::string kPlan =
    "[c]\nexten => 600,1,Answer()\n same => n,Echo()\nexten => _8.,1,Answer()\n same => n,ConfBridge(${EXTEN})\n"
    "exten => 9,1,Dial(PJSIP/2@phone)\n";
const config::Texts kIcePhones{{"pjsip.conf",
                                "[anonymous]\ntype=endpoint\ncontext=c\nallow=ulaw\nice_support=yes\nrtcp_mux=yes\n"
                                "[phone]\ntype=endpoint\nallow=ulaw\naors=phone\nice_support=yes\n[phone]\ntype=aor\n"
                                "contact=sip:phone@192.0.2.99\n"}};

class IceCalls : public ::testing::Test {
protected:
    CallBench bench{kPlan, kIcePhones};
};

TEST_F(IceCalls, AnEchoComesBackToWhereTheChecksCameFrom)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .ice = true});
    bench.run(12s);
    ASSERT_TRUE(anna.node_ice());
    EXPECT_GE(anna.node_ice()->login.ufrag.size(), 4U);
    EXPECT_GE(anna.node_ice()->login.pwd.size(), 22U);
    EXPECT_EQ(anna.checks_answered, 3);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
    EXPECT_EQ(bench.imbalance(), "");
}

TEST_F(IceCalls, ACalleeIsHeardAsWell)
{
    bench.callee_options = {.ice = true};
    BenchPhone& anna = bench.call("9", {.hz = 440, .ice = true});
    bench.run(1s);
    ASSERT_EQ(bench.dialled_count(), 1U);
    BenchPhone& bert = bench.dialled(0);
    bench.answer(bert, 600);
    bench.run(3s);
    EXPECT_NEAR(bert.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(anna.heard(600, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_NE(anna.node_ice()->login, bert.node_ice()->login);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(IceCalls, NothingIsSentOrHeardBeforeACheck)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .ice = true});
    anna.check(false);
    bench.run(5s);
    EXPECT_EQ(anna.loudness(5s), 0);
    EXPECT_GT(bench.counted(drop_counter(Drop::IceUnchecked)), 200U);
    anna.check(true);
    bench.run(2s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(IceCalls, APhoneThatMovesIsFollowedAtItsNextCheck)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .ice = true});
    bench.run(7s);
    anna.move_to(*parse_address("198.51.100.77:1234"));
    bench.run(6s);
    anna.forget();
    bench.run(1s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(IceCalls, ARestartTakesAnotherLoginAndLosesNothing)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .ice = true});
    bench.run(2s);
    const auto before = anna.node_ice()->login;
    anna.forget();
    bench.restart_ice(anna);
    bench.run(4s);
    EXPECT_NE(anna.node_ice()->login.ufrag, before.ufrag);
    EXPECT_NE(anna.node_ice()->login.pwd, before.pwd);
    EXPECT_LE(anna.longest_gap(), 22ms);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    const auto login = anna.node_ice()->login;
    bench.hold(anna, true);
    bench.run(1s);
    EXPECT_EQ(anna.node_ice()->login, login);  // a hold is no restart
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(IceCalls, ACallEndsThirtySecondsAfterTheLastCheck)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .ice = true});
    bench.run(16s);
    anna.check(false);  // it speaks on
    bench.run(28s);
    EXPECT_FALSE(anna.ended);
    bench.run(5s);
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(anna.cause, 44);
    EXPECT_EQ(bench.counted(static_cast<std::size_t>(WorkerCounter::IceConsentLost)), 1U);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(IceCalls, AnEndpointWithoutIceIsCalledAsEver)
{
    CallBench plain{kPlan};
    BenchPhone& anna = plain.call("600", {.hz = 440});
    plain.run(1s);
    EXPECT_FALSE(anna.node_ice());
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(plain.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
