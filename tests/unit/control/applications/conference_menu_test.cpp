// Goal: the keys of a menu do what confbridge.conf says, one action after another.
// Method: the pure functions by table, then whole calls on a bench with one menu that has it all.
#include "control/applications/conference_menu.h"

#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::test {
namespace {

using applications::match_menu;
using applications::MenuVerb;
using applications::parse_menu_action;

TEST(MenuAction, IsReadWithItsSounds)
{
    EXPECT_EQ(parse_menu_action("toggle_mute").verb, MenuVerb::ToggleMute);
    EXPECT_EQ(parse_menu_action("toggle_binaural").verb, MenuVerb::NoOp);
    const auto action = parse_menu_action("playback_and_continue(a&b)");
    EXPECT_EQ(action.verb, MenuVerb::PlaybackAndContinue);
    EXPECT_EQ(action.sounds, (std::vector<std::string>{"a", "b"}));
}

TEST(MenuAction, IsReadWithItsPlace)
{
    const auto action = parse_menu_action("dialplan_exec(aside,s,1)");
    EXPECT_EQ(action.verb, MenuVerb::DialplanExec);
    EXPECT_EQ(action.place, "aside,s,1");
}

TEST(MenuMatch, KnowsWhatMayFollow)
{
    const config::Menu menu{.name = "m", .keys = {{"*", {"no_op"}}, {"*1", {"no_op"}}, {"2", {"no_op"}}}};
    EXPECT_EQ(match_menu(menu, "*").key, &menu.keys[0]);
    EXPECT_TRUE(match_menu(menu, "*").more);
    EXPECT_EQ(match_menu(menu, "*1").key, &menu.keys[1]);
    EXPECT_FALSE(match_menu(menu, "*1").more);
    EXPECT_EQ(match_menu(menu, "3").key, nullptr);
    EXPECT_FALSE(match_menu(menu, "3").more);
}

constexpr const char* kConfig = R"([10]
type=user
quiet=yes
[11]
type=user
quiet=yes
admin=yes
[keys]
type=menu
*=playback_and_continue(help)
*1=toggle_mute
1=toggle_mute
2=leave_conference
3=decrease_listening_volume
4=increase_listening_volume
5=reset_listening_volume
6=decrease_talking_volume
7=reset_talking_volume
8=admin_kick_last
9=admin_toggle_conference_lock
0=participant_count
A=playback(help),leave_conference
B=admin_toggle_mute_participants
C=no_op
)";

class ConferenceMenu : public ::testing::Test {
protected:
    BenchPhone& join(const std::string& number, double hz = 0)
    {
        BenchPhone& phone = bench.call(number, {.hz = hz});
        bench.run(1s);
        return phone;
    }
    void press(BenchPhone& phone, const std::string& keys)
    {
        phone.press(keys);
        bench.run(1200ms);
    }
    [[nodiscard]] bool asked(const std::string& sound)
    {
        const auto& all = bench.world().asked;
        return std::find(all.begin(), all.end(), sound) != all.end();
    }
    void SetUp() override
    {
        bench.world().provide({"conf-muted", "conf-unmuted", "conf-errormenu", "conf-kicked", "conf-lockednow",
                               "conf-unlockednow", "conf-locked", "conf-onlyone", "conf-now-muted",
                               "conf-now-unmuted"});
        bench.world().sounds["help"] = {.hz = 990, .duration_ms = 3000};
    }
    void TearDown() override { EXPECT_EQ(bench.leftovers(), ""); }

    CallBench bench{
        "[c]\nexten => _X.,1,ConfBridge(room,,${EXTEN},keys)\n same => n,NoOp(result ${CONFBRIDGE_RESULT})\n"
        " same => n,Wait(9)\n",
        {{"confbridge.conf", kConfig}}};
};

TEST_F(ConferenceMenu, MutesAndUnmutesItself)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    press(anna, "1");
    EXPECT_TRUE(asked("conf-muted"));
    EXPECT_LT(berta.heard(440, 500ms), 50);
    press(anna, "1");
    EXPECT_TRUE(asked("conf-unmuted"));
    EXPECT_GT(berta.heard(440, 500ms), 5000);
}

TEST_F(ConferenceMenu, TurnsVolumesUpAndDown)
{
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    BenchPhone& carla = join("10");
    press(berta, "33");
    EXPECT_NEAR(berta.heard(440, 500ms), BenchPhone::kAmplitude / 2, 200);
    EXPECT_NEAR(carla.heard(440, 500ms), BenchPhone::kAmplitude, 300);
    press(berta, "4");
    EXPECT_NEAR(berta.heard(440, 500ms), BenchPhone::kAmplitude * 0.708, 200);
    press(berta, "5");
    EXPECT_NEAR(berta.heard(440, 500ms), BenchPhone::kAmplitude, 300);
    press(anna, "66");
    EXPECT_NEAR(berta.heard(440, 500ms), BenchPhone::kAmplitude / 2, 200);
    press(anna, "7");
    EXPECT_NEAR(carla.heard(440, 500ms), BenchPhone::kAmplitude, 300);
}

TEST_F(ConferenceMenu, Leaves)
{
    BenchPhone& anna = join("10");
    press(anna, "2");
    EXPECT_TRUE(bench.world().logged("result DTMF"));
    EXPECT_FALSE(anna.ended);
    EXPECT_EQ(bench.engine().rooms().size(), 0);
}

TEST_F(ConferenceMenu, ALongerEntryIsWaitedForAndHelpEndsWithTheNextKey)
{
    BenchPhone& anna = join("10", 440);
    press(anna, "*");
    EXPECT_FALSE(asked("help"));
    bench.run(1500ms);
    EXPECT_TRUE(asked("help"));
    EXPECT_GT(anna.heard(990, 300ms), 1000);
    press(anna, "0");
    EXPECT_LT(anna.heard(990, 300ms), 100);
    EXPECT_TRUE(asked("conf-onlyperson"));
    press(anna, "*1");
    EXPECT_TRUE(asked("conf-muted"));
}

TEST_F(ConferenceMenu, ActionsFollowOneAnother)
{
    BenchPhone& anna = join("10");
    press(anna, "A");
    EXPECT_TRUE(asked("help"));
    EXPECT_EQ(bench.engine().rooms().size(), 1);
    bench.run(3s);
    EXPECT_TRUE(bench.world().logged("result DTMF"));
}

TEST_F(ConferenceMenu, AKeyThatMeansNothingIsTold)
{
    BenchPhone& anna = join("10");
    press(anna, "C");
    EXPECT_FALSE(asked("conf-errormenu"));
    press(anna, "D");
    EXPECT_TRUE(asked("conf-errormenu"));
}

TEST_F(ConferenceMenu, OnlyAnAdminKicksLocksAndMutesAll)
{
    BenchPhone& admin = join("11");
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    press(anna, "8");
    press(anna, "9");
    press(anna, "B");
    EXPECT_EQ(bench.engine().rooms().find("room")->members.size(), 3);
    EXPECT_GT(admin.heard(440, 500ms), 5000);
    press(admin, "B");
    EXPECT_TRUE(asked("conf-now-muted"));
    EXPECT_LT(admin.heard(440, 500ms), 50);
    press(admin, "8");
    EXPECT_TRUE(bench.world().logged("result KICKED"));
    EXPECT_FALSE(berta.ended);
    press(admin, "9");
    EXPECT_TRUE(asked("conf-lockednow"));
    BenchPhone& late = join("10");
    EXPECT_TRUE(asked("conf-locked"));
    EXPECT_TRUE(late.hung_up_by_node);
}

}  // namespace
}  // namespace rb::test
