// Goal: every call ends in exactly one final state, however it ends, and gives back every leg, port and id.
// Method: whole calls on a bench without sockets; after each, nothing may be left over.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

using Codes = std::vector<int>;

TEST(LifeCycle, ACallIsAnsweredAndEchoed)
{
    CallBench bench{"[c]\nexten => 600,1,Answer()\n same => n,Echo()\n"};
    BenchPhone& anna = bench.call("600", {.hz = 440});
    bench.run(1s);
    EXPECT_EQ(anna.codes, Codes{200});
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_FALSE(anna.hung_up_by_node);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, TheCallerIdOfTheEndpointReplacesTheCallersOwn)
{
    CallBench bench{
        "[c]\nexten => 1,1,Answer()\n same => n,Wait(9)\n",
        {{"pjsip.conf", "[anonymous]\ntype=endpoint\ncontext=c\nallow=ulaw\ncallerid=\"Front door\" <22>\n"}}};
    BenchPhone& anna = bench.call("1");
    bench.run(100ms);
    EXPECT_EQ(bench.channel(anna)->caller_name, "Front door");
    EXPECT_EQ(bench.channel(anna)->caller_number, "22");
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, TheNodeHangsUpAtTheEndOfThePlan)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Wait(1)\n same => n,Hangup(21)\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(900ms);
    EXPECT_FALSE(anna.ended);
    bench.run(200ms);
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(anna.cause, 21);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, ANumberThatIsNotThereIsRefusedWithoutAChannel)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n"};
    BenchPhone& anna = bench.call("2");
    EXPECT_EQ(anna.codes, Codes{404});
    EXPECT_EQ(anna.cause, 1);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, ACallRefusedByThePlanIsNeverAnswered)
{
    CallBench bench{"[c]\nexten => 1,1,Ringing()\n same => n,Wait(1)\n same => n,Busy()\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(2s);
    EXPECT_EQ(anna.codes, Codes{180});
    EXPECT_TRUE(anna.ended);
    EXPECT_EQ(anna.cause, 17);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, ACallMayBeCancelledWhileItRings)
{
    CallBench bench{"[c]\nexten => 1,1,Ringing()\n same => n,Wait(9)\n same => n,Answer()\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(100ms);
    bench.cancel(anna);
    EXPECT_EQ(anna.codes, Codes{180});
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, ACallMayBeCancelledDuringEarlyMedia)
{
    CallBench bench{"[c]\nexten => 1,1,Progress()\n same => n,Playtones(ring)\n same => n,Wait(9)\n"};
    bench.world().sounds["tone:ring"] = {.hz = 425};
    BenchPhone& anna = bench.call("1");
    bench.run(1s);
    EXPECT_EQ(anna.codes, Codes{183});
    EXPECT_GT(anna.heard(425, 500ms), 1000);
    bench.cancel(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, AnOfferThatComesWithTheAckIsHeardFromThenOn)
{
    CallBench bench{"[c]\nexten => 600,1,Echo()\n"};
    BenchPhone& anna = bench.call("600", {.hz = 440, .late_offer = true});
    bench.run(1s);
    EXPECT_EQ(anna.codes, Codes{200});
    EXPECT_GT(anna.heard(440, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, TheHangupExtensionRunsWhoeverEndsTheCall)
{
    const char* plan = "[c]\nexten => 1,1,Answer()\n same => n,Wait(1)\nexten => h,1,NoOp(h of ${EXTEN} ran)\n";
    for (const bool by_node : {true, false}) {
        CallBench bench{plan};
        BenchPhone& anna = bench.call("1");
        bench.run(500ms);
        if (by_node) {
            bench.run(1s);
        } else {
            bench.hang_up(anna);
        }
        EXPECT_TRUE(bench.world().logged("h of h ran"));
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(LifeCycle, ANodeWithoutPortsRefusesWith503)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Wait(99)\n",
                    {{"rtp.conf", "[general]\nrtpstart=20000\nrtpend=20003\n"}}};
    bench.call("1");
    bench.call("1");
    BenchPhone& third = bench.call("1");
    EXPECT_EQ(third.codes, Codes{503});
    bench.run(100ms);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, DrainingRefusesNewCallsOnly)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Wait(99)\n"};
    BenchPhone& anna = bench.call("1");
    bench.engine().drain(true);
    BenchPhone& berta = bench.call("1");
    EXPECT_EQ(berta.codes, Codes{503});
    EXPECT_FALSE(anna.ended);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(LifeCycle, DrainingMayLeaveRoomsOpenThatHaveMembers)
{
    for (const bool open : {false, true}) {
        CallBench bench{
            "[c]\nexten => _6X,1,Answer()\n same => n,ConfBridge(room${EXTEN})\n"
            "exten => 1,1,Answer()\n same => n,Wait(99)\n",
            {{"confbridge.conf", "[default_user]\ntype=user\nquiet=yes\n"},
             {"ringbridge.conf", std::string{"[limits]\ndrain_rooms = "} + (open ? "yes\n" : "no\n")}}};
        BenchPhone& anna = bench.call("61", {.hz = 440});
        bench.call("1");
        bench.run(100ms);
        bench.engine().drain(true);
        BenchPhone& berta = bench.call("61");
        EXPECT_EQ(bench.call("62").codes, Codes{503}) << "there is no such room";
        EXPECT_EQ(bench.call("1").codes, Codes{503}) << "this is no room";
        bench.run(500ms);
        EXPECT_EQ(berta.codes, open ? Codes{200} : Codes{503});
        EXPECT_EQ(berta.heard(440, 200ms) > 5000, open);
        bench.hang_up(anna);
        bench.hang_up(berta);
        bench.run(100ms);
        EXPECT_EQ(bench.call("61").codes, Codes{503}) << "it is empty";
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(LifeCycle, WhatWaitsForALegBetweenWorkersComesBackWithTheCall)
{
    CallBench bench{
        "[c]\nexten => 1,1,ConfBridge(room)\n", {{"confbridge.conf", "[default_user]\ntype=user\nquiet=yes\n"}}, 2};
    bench.call("1", {.codec = codecs::CodecId::L16_16});
    BenchPhone& bert = bench.call("1");  // on the other worker, at another rate
    engine::Channel* channel = bench.channel(bert);
    ASSERT_TRUE(channel->media.migrating);
    EXPECT_TRUE(bench.engine().recordings().record(*channel, "held.wav", {}));
    EXPECT_TRUE(bench.engine().recordings().start_monitor(*channel, {.paths = {"both.wav"}}));
    bench.hang_up(bert);
    bench.run(100ms);
    for (const char* name : {"held.wav", "both.wav"}) {
        ASSERT_NE(bench.world().recording(name), nullptr);
        EXPECT_FALSE(bench.world().recording(name)->open) << name;
    }
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
