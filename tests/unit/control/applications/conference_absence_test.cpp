// Goal: dialplan_exec takes a member out of the mix for as long as the plan runs on its channel; the room goes on, and
// what was decided of the member meanwhile holds when it is back.
// Method: whole calls on a bench, with a menu whose keys lead to places in the plan.
#include "control/applications/conference.h"
#include "control/applications/conference_hearing.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::test {
namespace {

constexpr const char* kAbsencePlan = R"([c]
exten => _X.,1,ConfBridge(room,,${EXTEN},keys)
 same => n,NoOp(result ${CONFBRIDGE_RESULT})
 same => n,Wait(9)
exten => h,1,NoOp(over at ${EXTEN} of c)
[aside]
exten => s,1,NoOp(aside)
 same => n,Playback(help)
 same => n,NoOp(said)
exten => back,1,Return()
exten => out,1,Hangup()
exten => room,1,ConfBridge(room)
 same => n,NoOp(nested ${CONFBRIDGE_RESULT})
exten => callee,1,Dial(PJSIP/phone,,g)
exten => h,1,NoOp(over in the aside)
)";

constexpr const char* kAbsenceConfig = R"([10]
type=user
quiet=yes
music_on_hold_when_empty=yes
[11]
type=user
quiet=yes
timeout=4
[keys]
type=menu
1=dialplan_exec(aside,s,1)
2=dialplan_exec(aside,back,1),dialplan_exec(aside,back,1),playback(beep)
3=dialplan_exec(aside,out,1)
4=dialplan_exec(aside,nowhere,1)
5=dialplan_exec(aside,room,1)
7=dialplan_exec(aside,callee,1)
8=leave_conference
)";

class ConferenceAbsence : public ::testing::Test {
protected:
    BenchPhone& join(const std::string& number, double hz = 0, codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        BenchPhone& phone = bench.call(number, {.hz = hz, .codec = codec});
        bench.run(1s);
        return phone;
    }
    void press(BenchPhone& phone, const std::string& keys)
    {
        phone.press(keys);
        bench.run(1200ms);
    }
    engine::Room& room() { return *bench.engine().rooms().find("room"); }
    engine::Member& member(const BenchPhone& phone) { return *room().members.find(bench.channel(phone)->ref); }
    void SetUp() override
    {
        bench.world().provide({"beep"});
        bench.world().sounds["help"] = {.hz = 990, .duration_ms = 3000};
    }
    void TearDown() override { EXPECT_EQ(bench.leftovers(), ""); }

    CallBench bench{kAbsencePlan, {{"confbridge.conf", kAbsenceConfig}}};
};

TEST_F(ConferenceAbsence, ThePlanRunsOutsideTheMixAndTheRoomGoesOn)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10", 550);
    BenchPhone& carla = join("10", 660);
    press(anna, "1");
    EXPECT_TRUE(bench.world().logged("aside"));
    EXPECT_EQ(room().members.size(), 3);
    EXPECT_FALSE(member(anna).talking);
    EXPECT_GT(anna.heard(990, 500ms), 1000);
    EXPECT_LT(anna.heard(550, 500ms), 50);
    EXPECT_LT(berta.heard(440, 500ms), 50);
    EXPECT_GT(berta.heard(660, 500ms), 5000);
    EXPECT_GT(carla.heard(550, 500ms), 5000);
    bench.run(3s);
    EXPECT_TRUE(bench.world().logged("said"));
    EXPECT_TRUE(member(anna).talking);
    EXPECT_LT(anna.heard(990, 500ms), 50);
    EXPECT_GT(anna.heard(550, 500ms), 5000);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    press(anna, "8");  // the menu is its again
    EXPECT_TRUE(bench.world().logged("result DTMF"));
    EXPECT_FALSE(anna.ended);
}

TEST_F(ConferenceAbsence, ReturnsAtOnceAndGoesOnWithTheNextAction)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    press(anna, "2");
    const auto& asked = bench.world().asked;
    EXPECT_NE(std::find(asked.begin(), asked.end(), "beep"), asked.end());
    bench.run(1s);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
}

TEST_F(ConferenceAbsence, HangupInItLeavesTheRoomAndTheHOfTheRoomRuns)
{
    BenchPhone& anna = join("10", 440);
    join("10");
    press(anna, "3");
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(room().members.size(), 1);
    EXPECT_TRUE(bench.world().logged("over at h of c"));
    EXPECT_FALSE(bench.world().logged("over in the aside"));
}

TEST_F(ConferenceAbsence, WhoHangsUpWhileAwayIsGone)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    press(anna, "1");
    bench.hang_up(anna);
    bench.run(500ms);
    EXPECT_EQ(room().members.size(), 1);
    EXPECT_TRUE(bench.world().logged("over at h of c"));
    press(berta, "1");  // alone: the room waits
    EXPECT_EQ(room().members.size(), 1);
    bench.run(3s);
    EXPECT_EQ(room().members.size(), 1);
}

TEST_F(ConferenceAbsence, APlaceThatIsNotThereIsNamedAndTheMemberStays)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    press(anna, "4");
    EXPECT_TRUE(bench.world().logged("there is no place 'aside,nowhere,1' in the plan"));
    EXPECT_GT(berta.heard(440, 500ms), 5000);
}

TEST_F(ConferenceAbsence, HasNoRoomOfItsOwn)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    press(anna, "5");
    EXPECT_TRUE(bench.world().logged("nested FAILED"));
    EXPECT_EQ(room().members.size(), 2);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
}

TEST_F(ConferenceAbsence, WhatIsDecidedMeanwhileHoldsAfterwards)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10", 550);
    BenchPhone& carla = join("10");
    press(anna, "1");
    applications::mute_member(bench.engine(), room(), member(anna).channel, true);
    bench.run(500ms);
    EXPECT_LT(anna.heard(550, 300ms), 50);  // still away
    EXPECT_TRUE(applications::set_hears(bench.engine(), room(), {member(anna).channel, member(berta).channel}, false));
    bench.run(3s);
    EXPECT_LT(berta.heard(440, 500ms), 50);
    EXPECT_LT(anna.heard(550, 500ms), 50);
    EXPECT_GT(carla.heard(550, 500ms), 5000);
    EXPECT_TRUE(applications::set_hears(bench.engine(), room(), {member(anna).channel, member(berta).channel}, true));
    applications::mute_member(bench.engine(), room(), member(anna).channel, false);
    bench.run(1s);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    EXPECT_GT(anna.heard(550, 500ms), 5000);
}

TEST_F(ConferenceAbsence, ExceptionsAndWhispersOutliveIt)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10", 550);
    BenchPhone& carla = join("10", 660);
    EXPECT_TRUE(applications::set_whispers(bench.engine(), room(), member(anna).channel, true));
    EXPECT_TRUE(applications::set_hears(bench.engine(), room(), {member(berta).channel, member(anna).channel}, true));
    EXPECT_TRUE(applications::set_hears(bench.engine(), room(), {member(anna).channel, member(carla).channel}, false));
    press(anna, "1");
    EXPECT_LT(berta.heard(440, 300ms), 50);
    bench.run(3s);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    EXPECT_LT(carla.heard(440, 500ms), 50);
    EXPECT_GT(anna.heard(550, 500ms), 5000);
    EXPECT_LT(anna.heard(660, 500ms), 50);
}

TEST_F(ConferenceAbsence, AKickIsFeltOnTheWayBack)
{
    BenchPhone& anna = join("10", 440);
    join("10");
    press(anna, "1");
    applications::kick_member(bench.engine(), room(), member(anna).channel);
    bench.run(500ms);
    EXPECT_GT(anna.heard(990, 300ms), 1000);
    bench.run(3s);
    EXPECT_TRUE(bench.world().logged("result KICKED"));
    EXPECT_EQ(room().members.size(), 1);
}

TEST_F(ConferenceAbsence, ATimeoutIsFeltOnTheWayBack)
{
    BenchPhone& anna = join("11", 440);
    join("10");
    press(anna, "1");
    bench.run(4s);
    EXPECT_TRUE(bench.world().logged("result TIMEOUT"));
}

TEST_F(ConferenceAbsence, HearsMusicAgainWhenAlone)
{
    bench.world().sounds["moh:default"] = {.hz = 770, .duration_ms = 9000};
    BenchPhone& anna = join("10");
    EXPECT_GT(anna.heard(770, 500ms), 1000);
    press(anna, "1");
    EXPECT_LT(anna.heard(770, 500ms), 50);
    bench.run(3s);
    EXPECT_GT(anna.heard(770, 500ms), 1000);
}

TEST_F(ConferenceAbsence, TakesTwoSidedCallsAndAnotherCodecOnItsWay)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10", 550);
    press(anna, "7");
    ASSERT_EQ(bench.dialled_count(), 1);
    BenchPhone& callee = bench.dialled(0);
    bench.answer(callee, 880);
    bench.run(1s);
    EXPECT_GT(anna.heard(880, 300ms), 5000);
    EXPECT_GT(callee.heard(440, 300ms), 5000);
    EXPECT_LT(berta.heard(880, 300ms), 50);
    bench.reoffer(anna, codecs::CodecId::Pcma);
    bench.run(500ms);
    EXPECT_GT(callee.heard(440, 300ms), 5000);
    bench.hang_up(callee);
    bench.run(1s);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    EXPECT_GT(anna.heard(550, 500ms), 5000);
}

}  // namespace
}  // namespace rb::test
