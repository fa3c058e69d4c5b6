// Goal: a plan may put a profile together and ask what a room is like, and have the noise taken out of a call.
// Method: whole calls on a bench; what the room does and what is heard.
#include "control/applications/conference.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <optional>

namespace rb::test {
namespace {

constexpr const char* kProfiles =
    "[default_user]\ntype=user\nquiet=yes\n[boss]\ntype=user\nquiet=yes\nadmin=yes\nmarked=yes\n"
    "[clean]\ntype=user\nquiet=yes\ndenoise=yes\n";

class ConferenceFunctions : public ::testing::Test {
protected:
    void open(const std::string& plan) { bench.emplace("[c]\n" + plan, config::Texts{{"confbridge.conf", kProfiles}}); }
    engine::Room& room() { return *bench->engine().rooms().find("room"); }
    void TearDown() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
};

TEST_F(ConferenceFunctions, AProfileIsPutTogether)
{
    open(
        "exten => 1,1,Set(CONFBRIDGE(user,template)=boss)\n same => n,Set(CONFBRIDGE(user,startmuted)=yes)\n"
        " same => n,Set(CONFBRIDGE(bridge,max_members)=7)\n same => n,Set(CONFBRIDGE(menu,1)=toggle_mute)\n"
        " same => n,ConfBridge(room)\n");
    BenchPhone& anna = bench->call("1", {.hz = 440});
    bench->run(100ms);
    const engine::Member& member = *room().members.begin();
    EXPECT_TRUE(member.profile.admin);
    EXPECT_TRUE(member.muted);
    EXPECT_EQ(room().profile.max_members, 7U);
    anna.press("1");
    bench->run(500ms);
    EXPECT_FALSE(room().members.begin()->muted);
}

TEST_F(ConferenceFunctions, ANamedProfileCountsAloneAndWhatWasSetMayBeForgotten)
{
    open(
        "exten => 1,1,Set(CONFBRIDGE(user,startmuted)=yes)\n same => n,ConfBridge(room,,boss)\n"
        "exten => 2,1,Set(CONFBRIDGE(user,startmuted)=yes)\n same => n,Set(CONFBRIDGE(clear)=)\n"
        " same => n,ConfBridge(room)\n");
    bench->call("1");
    bench->call("2");
    bench->run(100ms);
    for (const engine::Member& member : room().members) {
        EXPECT_FALSE(member.muted);
    }
}

TEST_F(ConferenceFunctions, WhatNoProfileTakesIsComplainedOf)
{
    open(
        "exten => 1,1,Set(CONFBRIDGE(user,max_members)=7)\n same => n,Set(CONFBRIDGE(bridge,max_members)=many)\n"
        " same => n,Set(CONFBRIDGE(menu,1)=dance)\n same => n,ConfBridge(room)\n");
    bench->call("1");
    bench->run(100ms);
    EXPECT_TRUE(bench->world().complained("CONFBRIDGE(user,max_members)"));
    EXPECT_TRUE(bench->world().complained("CONFBRIDGE(bridge,max_members)"));
    EXPECT_TRUE(bench->world().complained("CONFBRIDGE(menu,1)"));
    EXPECT_EQ(room().profile.max_members, 0U);
}

TEST_F(ConferenceFunctions, ARoomTellsWhatItIsLike)
{
    open(
        "exten => 1,1,ConfBridge(room)\nexten => 2,1,ConfBridge(room,,boss)\n"
        "exten => 3,1,NoOp(info ${CONFBRIDGE_INFO(parties,room)} ${CONFBRIDGE_INFO(admins,room)} "
        "${CONFBRIDGE_INFO(marked,room)} ${CONFBRIDGE_INFO(locked,room)} ${CONFBRIDGE_INFO(muted,room)} "
        "${CONFBRIDGE_INFO(parties,nowhere)})\n");
    bench->call("1");
    bench->call("1");
    bench->call("2");
    bench->run(100ms);
    room().locked = true;
    bench->call("3");
    bench->run(100ms);
    EXPECT_TRUE(bench->world().logged("info 3 1 1 1 0 0"));
}

/// A hum that does not change is noise.
TEST_F(ConferenceFunctions, NoiseIsTakenOutWhereThatIsWanted)
{
    open(
        "exten => 1,1,ConfBridge(room)\nexten => 2,1,Set(DENOISE(rx)=on)\n same => n,ConfBridge(room)\n"
        "exten => 3,1,ConfBridge(room,,clean)\nexten => 4,1,Set(DENOISE(tx)=on)\n same => n,ConfBridge(room)\n");
    const std::array<double, 3> hums{400, 900, 1500};
    std::vector<BenchPhone*> phones;
    for (std::size_t i = 0; i < hums.size(); ++i) {
        phones.push_back(&bench->call(std::to_string(i + 1), {.hz = hums[i], .amplitude = 2000}));
    }
    BenchPhone& all = bench->call("1");
    BenchPhone& clean = bench->call("4");
    bench->run(12s);
    EXPECT_NEAR(all.heard(hums[0], 500ms), 2000, 200);
    EXPECT_LT(all.heard(hums[1], 500ms), 700);
    EXPECT_LT(all.heard(hums[2], 500ms), 700);
    EXPECT_LT(clean.heard(hums[0], 500ms), 700);
    ASSERT_TRUE(bench->engine().set_variable(*bench->channel(*phones[1]), "DENOISE(rx)", "off"));
    bench->run(1s);
    EXPECT_NEAR(all.heard(hums[1], 500ms), 2000, 200);
    EXPECT_FALSE(bench->engine().set_variable(*bench->channel(all), "DENOISE(rx)", "perhaps"));
    EXPECT_FALSE(bench->engine().set_variable(*bench->channel(all), "AGC(rx)", "0"));
    EXPECT_FALSE(bench->engine().set_variable(*bench->channel(all), "AGC(both)", "8000"));
    EXPECT_TRUE(bench->engine().set_variable(*bench->channel(all), "AGC(rx)", "8000"));
    bench->reoffer(*phones[2], codecs::CodecId::G722);
    bench->run(12s);
    EXPECT_LT(all.heard(hums[2], 500ms), 700) << "another codec, and still";
}

}  // namespace
}  // namespace rb::test
