// Goal: Dial calls, bridges and reports as Asterisk's does, and leaves nothing behind however it ends.
// Method: whole calls on a bench; what Dial has set is written to the log by the plan.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

using Codes = std::vector<int>;

/// Dials with these arguments; afterwards, and in `h`, the log says what was set.
std::string plan(const std::string& arguments)
{
    return "[c]\nexten => 1,1,Dial(" + arguments +
           ")\n same => n,NoOp(on: ${DIALSTATUS} ${DIALEDTIME} ${ANSWEREDTIME})\n"
           "exten => h,1,NoOp(end: ${DIALSTATUS} ${DIALEDTIME} ${ANSWEREDTIME})\n";
}

TEST(Dial, ConnectsTheTwoAndEndsWithTheCallee)
{
    CallBench bench{plan("PJSIP/phone")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    BenchPhone& berta = bench.dialled(0);
    EXPECT_EQ(berta.invite.target, "sip:192.0.2.99:5060");
    EXPECT_EQ(berta.invite.from.user, "100");
    bench.ring(berta);
    bench.run(2s);
    bench.answer(berta, 700);
    bench.run(3s);
    EXPECT_EQ(anna.codes, (Codes{180, 200}));
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    EXPECT_LT(anna.heard(440, 500ms), 100);
    bench.hang_up(berta);
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_TRUE(bench.world().logged("end: ANSWER 5 3"));
    EXPECT_FALSE(bench.world().logged("on: "));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WhoIsOnHoldHearsMusic)
{
    CallBench bench{plan("PJSIP/phone")};
    bench.world().sounds["moh:default"] = {.hz = 550, .duration_ms = 1000};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    BenchPhone& berta = bench.dialled(0);
    bench.answer(berta, 700);
    bench.run(1s);
    const auto holds = [&](BenchPhone& who, bool on) {
        bench.hold(who, on);
        bench.run(1s);
    };
    holds(berta, true);
    EXPECT_GT(anna.heard(550, 500ms), 1000);
    EXPECT_LT(anna.heard(700, 500ms), 100);
    holds(berta, false);
    EXPECT_LT(anna.heard(550, 500ms), 100);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    holds(anna, true);
    EXPECT_GT(berta.heard(550, 500ms), 1000);
    holds(berta, true);
    holds(anna, false);
    EXPECT_GT(anna.heard(550, 500ms), 1000);
    bench.hang_up(berta);
    EXPECT_EQ(bench.leftovers(), "");
}

/// Anna on hold, who has this before she dials; Berta's endpoint is `phone`, Anna's `anonymous`.
struct OnHold {
    OnHold(const std::string& anna_has, const std::string& annas_endpoint, const std::string& bertas_endpoint)
        : bench{"[c]\nexten => 1,1,NoOp()\n" + anna_has + " same => n,Dial(PJSIP/phone,,g)\n same => n,Wait(9)\n",
                {{"pjsip.conf",
                  "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1\n"
                  "[anonymous]\ntype=endpoint\ncontext=c\nallow=!all,ulaw\n" +
                      annas_endpoint + "[phone]\ntype=endpoint\ncontext=c\nallow=!all,ulaw\naors=phone\n" +
                      bertas_endpoint + "[phone]\ntype=aor\ncontact=sip:phone@192.0.2.60\n"},
                 {"musiconhold.conf", "[default]\ndirectory=/a\n[jazz]\ndirectory=/b\n[folk]\ndirectory=/c\n"}}}
    {
        bench.world().sounds = {{"moh:default", {.hz = 550, .duration_ms = 1000}},
                                {"moh:jazz", {.hz = 890, .duration_ms = 1000}},
                                {"moh:folk", {.hz = 1210, .duration_ms = 1000}}};
        anna = &bench.call("1", {.hz = 440});
        berta = &bench.dialled(0);
        bench.answer(*berta, 700);
        bench.run(1s);
        bench.hold(*berta, true);
        bench.run(1s);
    }
    ~OnHold() { EXPECT_EQ(bench.leftovers(), ""); }
    OnHold(const OnHold&) = delete;
    OnHold& operator=(const OnHold&) = delete;

    [[nodiscard]] double heard(double hz) const { return anna->heard(hz, 500ms); }

    CallBench bench;
    BenchPhone* anna = nullptr;
    BenchPhone* berta = nullptr;
};

TEST(Hold, TheClassIsOnesOwnElseTheSuggestedOneElseTheDefault)
{
    const auto own = " same => n,Set(CHANNEL(musicclass)=folk)\n";
    EXPECT_GT(OnHold("", "", "").heard(550), 1000);
    EXPECT_GT(OnHold("", "moh_suggest=folk\n", "moh_suggest=jazz\n").heard(890), 1000);
    EXPECT_GT(OnHold("", "", "moh_suggest=swing\n").heard(550), 1000) << "there is no such class";
    EXPECT_GT(OnHold(own, "", "moh_suggest=jazz\n").heard(1210), 1000);
    OnHold reads{std::string{own} + " same => n,NoOp(class ${CHANNEL(musicclass)})\n", "", ""};
    EXPECT_TRUE(reads.bench.world().logged("class folk"));
}

TEST(Hold, IsNoneOfAnEndpointWhoseSendonlyIsToMeanNothing)
{
    OnHold call{"", "", "suppress_moh_on_sendonly=yes\n"};
    EXPECT_LT(call.heard(550), 100);
    EXPECT_GT(call.heard(700), 5000) << "the holder is heard";
}

TEST(Hold, IsPassedOnWhereTheEndpointWantsThat)
{
    OnHold call{"", "moh_passthrough=yes\n", ""};
    ASSERT_EQ(call.anna->offers.size(), 1U);
    EXPECT_EQ(call.anna->offers[0].direction, sip::Direction::SendOnly);
    EXPECT_LT(call.heard(550), 100);
    EXPECT_GT(call.heard(700), 5000) << "what the holder sends, which may be music";
    call.bench.hold(*call.berta, false);
    call.bench.run(1s);
    ASSERT_EQ(call.anna->offers.size(), 2U);
    EXPECT_EQ(call.anna->offers[1].direction, sip::Direction::SendReceive);
    EXPECT_GT(call.heard(700), 5000);
    EXPECT_GT(call.berta->heard(440, 500ms), 5000);
}

TEST(Hold, ThatIsPassedOnEndsWithTheCallOfWhoHolds)
{
    OnHold call{"", "moh_passthrough=yes\n", ""};
    call.bench.hang_up(*call.berta);
    call.bench.run(100ms);
    ASSERT_EQ(call.anna->offers.size(), 2U) << "Dial has gone on with the plan";
    EXPECT_EQ(call.anna->offers[1].direction, sip::Direction::SendReceive);
}

TEST(Dial, EndsWithTheCaller)
{
    CallBench bench{plan("PJSIP/phone")};
    BenchPhone& anna = bench.call("1");
    bench.answer(bench.dialled(0));
    bench.run(1s);
    bench.hang_up(anna);
    EXPECT_TRUE(bench.dialled(0).hung_up_by_node);
    EXPECT_TRUE(bench.world().logged("end: ANSWER 1 1"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, ACallerWhoGivesUpCancelsTheCallee)
{
    CallBench bench{plan("PJSIP/phone")};
    BenchPhone& anna = bench.call("1");
    bench.ring(bench.dialled(0));
    bench.run(2s);
    bench.cancel(anna);
    EXPECT_TRUE(bench.dialled(0).hung_up_by_node);
    EXPECT_TRUE(bench.world().logged("end: CANCEL 2 "));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, SaysWhyNobodyAnswered)
{
    struct Case {
        int code;
        int cause;
        const char* status;
    };
    for (const Case& one : {Case{486, 17, "on: BUSY 0 "}, Case{480, 19, "on: NOANSWER 0 "},
                            Case{503, 34, "on: CONGESTION 0 "}, Case{404, 1, "on: CHANUNAVAIL 0 "}}) {
        CallBench bench{plan("PJSIP/phone")};
        bench.call("1");
        bench.refuse(bench.dialled(0), one.code, one.cause);
        bench.run(10ms);
        EXPECT_TRUE(bench.world().logged(one.status)) << one.status;
        EXPECT_EQ(bench.leftovers(), "");
    }
}

// Hangup without a cause passes on what Dial met with.
TEST(Dial, TheCallerIsToldWhyByHangup)
{
    struct Case {
        int code;
        int cause;
    };
    for (const Case& one : {Case{486, 17}, Case{480, 19}, Case{404, 1}, Case{503, 34}}) {
        CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone)\n same => n,Hangup()\n"};
        BenchPhone& anna = bench.call("1");
        bench.refuse(bench.dialled(0), one.code, one.cause);
        bench.run(10ms);
        EXPECT_EQ(anna.cause, one.cause);
    }
    CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone,1)\n same => n,Hangup()\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(2s);
    EXPECT_EQ(anna.cause, 19);
}

TEST(Dial, CallsAUriByWayOfAnEndpoint)
{
    CallBench bench{plan("PJSIP/phone/sip:hugo@192.0.2.7:5070&SIP/phone&PJSIP/phone/hugo")};
    bench.call("1");
    ASSERT_EQ(bench.dialled_count(), 1U);
    EXPECT_EQ(bench.dialled(0).invite.target, "sip:hugo@192.0.2.7:5070");
    EXPECT_TRUE(bench.world().logged("cannot dial SIP/phone: there are only PJSIP"));
    EXPECT_TRUE(bench.world().logged("'hugo' is not a SIP URI"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, GoesNoFurtherThanTheNodeCanCarry)
{
    CallBench bench{plan("PJSIP/phone"), {{"asterisk.conf", "[options]\nmaxcalls=1\n"}}};
    bench.call("1");
    EXPECT_EQ(bench.dialled_count(), 0U);
    EXPECT_TRUE(bench.world().logged("on: CHANUNAVAIL"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, GivesUpAfterItsTime)
{
    CallBench bench{plan("PJSIP/phone,3")};
    BenchPhone& anna = bench.call("1");
    bench.ring(bench.dialled(0));
    bench.run(2900ms);
    EXPECT_FALSE(bench.dialled(0).ended);
    bench.run(200ms);
    EXPECT_TRUE(bench.dialled(0).ended);
    EXPECT_TRUE(bench.world().logged("on: NOANSWER 3 "));
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(anna.cause, 19);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WhatCannotBeDialledIsUnavailable)
{
    for (const char* target : {"PJSIP/nobody", "PJSIP/nowhere"}) {
        CallBench bench{plan(target)};
        BenchPhone& anna = bench.call("1");
        bench.run(10ms);
        EXPECT_EQ(bench.dialled_count(), 0);
        EXPECT_TRUE(bench.world().logged("on: CHANUNAVAIL"));
        EXPECT_TRUE(anna.hung_up_by_node);
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Dial, TheFirstOfSeveralToAnswerGetsTheCall)
{
    CallBench bench{plan("PJSIP/phone&PJSIP/55@phone&PJSIP/66@phone")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    ASSERT_EQ(bench.dialled_count(), 3);
    EXPECT_EQ(bench.dialled(1).invite.target, "sip:55@192.0.2.99:5060");
    bench.ring(bench.dialled(0));
    bench.refuse(bench.dialled(2), 486, 17);
    bench.answer(bench.dialled(1), 700);
    bench.run(1s);
    EXPECT_TRUE(bench.dialled(0).hung_up_by_node);
    EXPECT_EQ(bench.dialled(0).cause, 26);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, OfSeveralWhoRefuseBusyCountsMost)
{
    CallBench bench{plan("PJSIP/phone&PJSIP/phone")};
    bench.call("1");
    bench.refuse(bench.dialled(0), 486, 17);
    bench.refuse(bench.dialled(1), 480, 19);
    bench.run(10ms);
    EXPECT_TRUE(bench.world().logged("on: BUSY"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WithGThePlanGoesOnWhenTheCalleeHangsUp)
{
    CallBench bench{plan("PJSIP/phone,,g") + "[c]\nexten => 2,1,Wait(1)\n"};
    bench.call("1");
    bench.answer(bench.dialled(0));
    bench.run(1s);
    bench.hang_up(bench.dialled(0));
    bench.run(10ms);
    EXPECT_TRUE(bench.world().logged("on: ANSWER 1 1"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WithMTheCallerHearsMusicUntilTheAnswer)
{
    for (const std::string option : {"m", "m(jazz)"}) {
        CallBench bench{plan("PJSIP/phone,," + option)};
        bench.world().sounds[option == "m" ? "moh:default" : "moh:jazz"] = {.hz = 550, .duration_ms = 1000};
        BenchPhone& anna = bench.call("1");
        bench.ring(bench.dialled(0));
        bench.run(2s);
        EXPECT_GT(anna.heard(550, 500ms), 1000) << option;
        bench.answer(bench.dialled(0), 700);
        bench.run(1s);
        EXPECT_LT(anna.heard(550, 500ms), 100);
        EXPECT_GT(anna.heard(700, 500ms), 5000);
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Dial, WithSmallRItRingsAtOnceAndHoldsEarlyMediaBack)
{
    CallBench bench{plan("PJSIP/phone,,r")};
    BenchPhone& anna = bench.call("1");
    EXPECT_EQ(anna.codes, Codes{180});
    bench.dialled(0).say(700);
    bench.early_media(bench.dialled(0));
    bench.run(1s);
    EXPECT_LT(anna.heard(700, 500ms), 100);
    bench.answer(bench.dialled(0), 700);
    bench.run(1s);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WithLargeRItRingsAtOnceUntilEarlyMediaComes)
{
    CallBench bench{plan("PJSIP/phone,,R")};
    BenchPhone& anna = bench.call("1");
    EXPECT_EQ(anna.codes, Codes{180});
    bench.dialled(0).say(700);
    bench.early_media(bench.dialled(0));
    bench.run(1s);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, EarlyMediaOfTheOnlyCalleeReachTheCaller)
{
    CallBench bench{plan("PJSIP/phone")};
    BenchPhone& anna = bench.call("1");
    bench.dialled(0).say(700);
    bench.early_media(bench.dialled(0));
    bench.run(1s);
    EXPECT_EQ(anna.codes, Codes{183});
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    bench.refuse(bench.dialled(0), 486, 17);
    bench.run(10ms);
    EXPECT_TRUE(bench.world().logged("on: BUSY"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WorksForACallerWhoHasBeenAnsweredBefore)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Dial(PJSIP/phone)\n", {}, 2};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(200ms);
    bench.answer(bench.dialled(0), 700);
    bench.run(1s);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_GT(bench.dialled(0).heard(440, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Dial, WithoutAFreePortCountsTheCallAsEnded)
{
    CallBench bench{
        "[c]\nexten => 1,1,Answer()\n same => n,Dial(PJSIP/phone)\n same => n,NoOp(${DIALSTATUS})\n"
        " same => n,Wait(9)\n",
        {{"rtp.conf", "[general]\nrtpstart=20000\nrtpend=20001\n"}}};
    bench.call("1");
    bench.run(100ms);
    EXPECT_TRUE(bench.world().logged("CHANUNAVAIL"));
    EXPECT_EQ(bench.world().channels_ended, 1U);
    EXPECT_EQ(bench.engine().counters().calls, 2U);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
