// Goal: a room begins with its first member, ends with its last, and everybody in it hears everybody else.
// Method: whole calls on a bench; each member says a tone of its own.
#include "control/applications/conference.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <span>

namespace rb::test {
namespace {

constexpr const char* kQuiet = "[default_user]\ntype=user\nquiet=yes\n";
constexpr const char* kRoom =
    "[c]\nexten => 1,1,ConfBridge(room)\n same => n,NoOp(result ${CONFBRIDGE_RESULT})\n same => n,Wait(9)\n"
    "exten => h,1,NoOp(end ${CONFBRIDGE_RESULT})\n";

/// Each member hears the tone of each other at the level said, and not its own.
void expect_all_hear_each_other(const std::vector<BenchPhone*>& members, std::span<const double> tones)
{
    for (std::size_t listener = 0; listener < tones.size(); ++listener) {
        for (std::size_t talker = 0; talker < tones.size(); ++talker) {
            const double level = members[listener]->heard(tones[talker], 500ms);
            if (talker == listener) {
                EXPECT_LT(level, 60) << listener;
            } else {
                EXPECT_NEAR(level, BenchPhone::kAmplitude, 300) << listener << " hears " << talker;
            }
        }
    }
}

TEST(ConfBridge, EverybodyHearsEverybodyElse)
{
    CallBench bench{kRoom, {{"confbridge.conf", kQuiet}}, 2};
    std::vector<BenchPhone*> members;
    const std::array<double, 3> tones{400, 700, 1100};
    for (const double hz : tones) {
        members.push_back(&bench.call("1", {.hz = hz}));
    }
    bench.run(2s);
    expect_all_hear_each_other(members, tones);
    EXPECT_EQ(bench.engine().rooms().size(), 1);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(ConfBridge, ARoomTooLargeForOneWorkerSpansThemAll)
{
    CallBench bench{kRoom, {{"confbridge.conf", kQuiet}, {"ringbridge.conf", "[workers]\nroom_parties_max = 2\n"}}, 3};
    std::vector<BenchPhone*> members;
    const std::array<double, 6> tones{400, 700, 1100, 1300, 1700, 2300};
    for (const double hz : tones) {
        members.push_back(&bench.call("1", {.hz = hz, .codec = codecs::CodecId::L16_8}));
        bench.run(50ms);
    }
    bench.run(2s);
    const engine::Room& room = *bench.engine().rooms().find("room");
    ASSERT_EQ(room.parts.size(), 3U);
    for (const engine::RoomPart& part : room.parts) {
        EXPECT_EQ(part.members, 2U);
    }
    expect_all_hear_each_other(members, tones);
    // The part that was first goes on without members, for the others hear prompts through it.
    const std::vector<engine::Member> before{room.members.begin(), room.members.end()};
    for (std::size_t i = 0; i < tones.size(); ++i) {
        if (before[i].part == 0) {
            bench.hang_up(*members[i]);
        }
    }
    bench.run(1s);
    EXPECT_EQ(room.parts[0].members, 0U);
    EXPECT_GT(members[2]->heard(tones[5], 500ms) + members[3]->heard(tones[5], 500ms), 3000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(ConfBridge, TheRoomEndsWithItsLastMember)
{
    CallBench bench{kRoom, {{"confbridge.conf", kQuiet}}};
    BenchPhone& anna = bench.call("1");
    BenchPhone& berta = bench.call("1");
    bench.run(100ms);
    bench.hang_up(anna);
    bench.run(100ms);
    EXPECT_EQ(bench.engine().rooms().size(), 1);
    bench.hang_up(berta);
    bench.run(100ms);
    EXPECT_EQ(bench.engine().rooms().size(), 0);
    EXPECT_TRUE(bench.world().logged("end HANGUP"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(ConfBridge, WhoIsKickedGoesOnWithThePlan)
{
    CallBench bench{kRoom, {{"confbridge.conf", kQuiet}}};
    bench.world().provide({"conf-kicked"});
    bench.call("1");
    BenchPhone& berta = bench.call("1");
    bench.run(100ms);
    applications::kick_member(bench.engine(), *bench.engine().rooms().find("room"), bench.channel(berta)->ref);
    bench.run(500ms);
    EXPECT_TRUE(bench.world().logged("result KICKED"));
    EXPECT_FALSE(berta.ended);
    EXPECT_EQ(bench.engine().rooms().find("room")->members.size(), 1);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(ConfBridge, MoreMembersThanFitBesideEachOtherMoveToALongerList)
{
    CallBench bench{kRoom, {{"confbridge.conf", kQuiet}}, 2};
    for (int i = 0; i < 20; ++i) {
        bench.call("1");
        bench.run(20ms);
    }
    BenchPhone& last = bench.call("1", {.hz = 440});
    BenchPhone& listener = bench.call("1");
    bench.run(1s);
    EXPECT_GT(listener.heard(440, 500ms), 5000);
    EXPECT_LT(last.heard(440, 500ms), 60);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(ConfBridge, WithoutTheNameOfARoomEndsTheCall)
{
    CallBench bench{"[c]\nexten => 1,1,ConfBridge()\nexten => h,1,NoOp(end ${CONFBRIDGE_RESULT})\n"};
    const BenchPhone& anna = bench.call("1");
    bench.run(100ms);
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_TRUE(bench.world().logged("end FAILED"));
    EXPECT_TRUE(bench.world().complained("needs the name of a room"));
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
