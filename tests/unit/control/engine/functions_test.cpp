// Goal: what the plan reads and writes of a call is what Asterisk's functions give, and has its effect on media.
// Method: plans that write what they read to the log; volumes are measured in a bridge.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

/// What ${…} comes to in a call of Anna, number 100.
std::string value_of(const std::string& expression, const std::string& before = "NoOp()")
{
    CallBench bench{"[c]\nexten => 1,1," + before + "\n same => n,NoOp([[" + expression + "]])\n same => n,Wait(9)\n"};
    bench.call("1");
    std::string value = "(none)";
    for (const std::string& line : bench.world().lines) {
        const auto begin = line.find("[[");
        if (begin != std::string::npos) {
            value = line.substr(begin + 2, line.rfind("]]") - begin - 2);
        }
    }
    EXPECT_EQ(bench.leftovers(), "");
    return value;
}

TEST(Functions, TellWhoCalls)
{
    EXPECT_EQ(value_of("${CALLERID(num)}"), "100");
    EXPECT_EQ(value_of("${CALLERID(number)}"), "100");
    EXPECT_EQ(value_of("${CALLERID(name)}"), "Anna");
    EXPECT_EQ(value_of("${CALLERID(all)}"), "\"Anna\" <100>");
    EXPECT_EQ(value_of("${CALLERID(dnid)}"), "1");
    EXPECT_EQ(value_of("${CALLERID(num)}", "Set(CALLERID(num)=200)"), "200");
    EXPECT_EQ(value_of("${CALLERID(name)}/${CALLERID(num)}", "Set(CALLERID(all)=\"Berta B\" <300>)"), "Berta B/300");
}

TEST(Functions, TellWhoSentTheCallOn)
{
    EXPECT_EQ(value_of("${CALLERID(rdnis)}"), "");
    EXPECT_EQ(value_of("${CALLERID(rdnis)}", "Set(CALLERID(rdnis)=200)"), "200");
    EXPECT_EQ(value_of("${CALLERID(dnid)}", "Set(CALLERID(dnid)=200)"), "200");
    const auto told = [](const std::string& before, const std::string& more = {}) {
        CallBench bench{"[c]\nexten => 1,1,NoOp(from ${CALLERID(rdnis)})\n same => n," + before +
                            "\n same => n,Dial(PJSIP/phone)\n",
                        {{"pjsip.conf",
                          "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1:5060\n"
                          "[anonymous]\ntype=endpoint\ncontext=c\ndisallow=all\nallow=ulaw\n"
                          "[phone]\ntype=endpoint\ncontext=c\ndisallow=all\nallow=ulaw\naors=phone\n" +
                              more + "[phone]\ntype=aor\ncontact=sip:192.0.2.99:5060\n"}}};
        bench.call("1", {.headers = {{"Diversion", "<sip:300@a>;reason=user-busy, <sip:400@b>"}}});
        EXPECT_TRUE(bench.world().logged("from 300"));
        const sip::Diversion diverted = bench.dialled(0).invite.diverted;
        EXPECT_EQ(bench.leftovers(), "");
        return diverted;
    };
    EXPECT_EQ(told("NoOp()"), (sip::Diversion{"300", "user-busy"}));
    EXPECT_EQ(told("Set(CALLERID(rdnis)=500)"), (sip::Diversion{"500", "user-busy"}));
    EXPECT_EQ(told("Set(CALLERID(rdnis)=)").number, "");
    EXPECT_EQ(told("NoOp()", "send_diversion=no\n").number, "");
}

TEST(Functions, TellOfTheChannel)
{
    EXPECT_EQ(value_of("${CHANNEL(state)}"), "Ring");
    EXPECT_EQ(value_of("${CHANNEL(state)}", "Answer()"), "Up");
    EXPECT_EQ(value_of("${CHANNEL(audioreadformat)}", "Answer()"), "ulaw");
    EXPECT_EQ(value_of("${CHANNEL(channeltype)}"), "PJSIP");
    EXPECT_EQ(value_of("${CHANNEL(endpoint)}"), "anonymous");
    EXPECT_EQ(value_of("${CHANNEL(language)}", "Set(CHANNEL(language)=de)"), "de");
    EXPECT_EQ(value_of("${CHANNEL(name)}"), value_of("${CHANNEL}"));
    EXPECT_EQ(value_of("${CHANNEL(uniqueid)}"), value_of("${UNIQUEID}"));
    EXPECT_EQ(value_of("${CHANNEL(nonsense)}"), "");
}

TEST(Functions, OfTextsAndConditions)
{
    EXPECT_EQ(value_of("${CUT(A,-,2)}", "Set(A=x-y-z)"), "y");
    EXPECT_EQ(value_of("${IF($[1 < 2]?yes:no)}"), "yes");
    EXPECT_EQ(value_of("${ISNULL(${A})}${EXISTS(${A})}"), "10");
    EXPECT_EQ(value_of("${LEN(${A})}", "Set(A=xyz)"), "3");
    EXPECT_EQ(value_of("${SHELL(ls)}"), "");
}

TEST(Functions, TheHangupCauseIsThatOfTheCallee)
{
    CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone)\n same => n,NoOp(cause ${HANGUPCAUSE})\n"};
    bench.call("1");
    bench.refuse(bench.dialled(0), 486, 17);
    EXPECT_TRUE(bench.world().logged("cause 17"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Functions, VolumesAreThoseOfTheBridge)
{
    CallBench bench{
        "[c]\nexten => 1,1,Set(VOLUME(TX)=-2)\n same => n,Set(VOLUME(RX)=-4)\n same => n,Dial(PJSIP/phone)\n"};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.answer(bench.dialled(0), 700);
    bench.run(1s);
    EXPECT_NEAR(anna.heard(700, 500ms), BenchPhone::kAmplitude / 2, 150);
    EXPECT_NEAR(bench.dialled(0).heard(440, 500ms), BenchPhone::kAmplitude / 4, 100);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Functions, TheJitterBufferIsAsThePlanSays)
{
    CallBench bench{
        "[c]\nexten => 1,1,Set(JITTERBUFFER(fixed)=300,-1)\n same => n,Answer()\n same => n,Wait(9)\n"
        "exten => 2,1,Set(JITTERBUFFER(elastic)=300)\n same => n,Answer()\n same => n,Wait(9)\n"};
    const auto jitter = [](BenchPhone& phone, CallBench& of) { return of.channel(phone)->jitter; };
    BenchPhone& anna = bench.call("1", {.hz = 440});
    EXPECT_EQ(jitter(anna, bench).mode, media::JitterMode::Fixed);
    EXPECT_EQ(jitter(anna, bench).max_size, 300ms);
    EXPECT_GT(jitter(anna, bench).resync_threshold, std::chrono::hours{24});
    BenchPhone& berta = bench.call("2", {.hz = 440});
    EXPECT_EQ(jitter(berta, bench), media::JitterOptions{}) << "there is no such buffer";
    engine::Channel& channel = *bench.channel(berta);
    EXPECT_TRUE(bench.engine().set_variable(channel, "JITTERBUFFER(adaptive)", "20,500,40,yes"));
    EXPECT_EQ(channel.jitter.max_size, media::JitterOptions::kMaxSizeMin);
    EXPECT_EQ(channel.jitter.resync_threshold, 500ms);
    EXPECT_EQ(channel.jitter.target_extra, 40ms);
    EXPECT_FALSE(channel.jitter_changed) << "its worker has been told";
    EXPECT_TRUE(bench.engine().set_variable(channel, "JITTERBUFFER(disabled)", "default"));
    EXPECT_EQ(channel.jitter, (media::JitterOptions{.mode = media::JitterMode::Disabled}));
    bench.run(100ms);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Functions, AnEndpointMaySetThemForAllItsCalls)
{
    const std::string endpoint = "type=endpoint\ncontext=c\nallow=ulaw\n";
    CallBench bench{
        "[c]\nexten => 1,1,Dial(PJSIP/phone)\n",
        {{"pjsip.conf", "[anonymous]\n" + endpoint +
                            "set_var=COLOUR=red\nset_var=CALLERID(num)=42\nset_var=VOLUME(RX)=-2\nset_var=FOO(1)=2\n"
                            "set_var=JITTERBUFFER(fixed)=300,,\n[phone]\n" +
                            endpoint +
                            "set_var=JITTERBUFFER(disabled)=\naors=phone\n[phone]\ntype=aor\n"
                            "contact=sip:192.0.2.9\n"}}};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    BenchPhone& callee = bench.dialled(0);
    bench.answer(callee, 700);
    engine::Channel& channel = *bench.channel(anna);
    EXPECT_EQ(channel.variable("COLOUR"), "red");
    EXPECT_EQ(channel.caller_number, "42");
    EXPECT_EQ(channel.jitter, (media::JitterOptions{.mode = media::JitterMode::Fixed, .max_size = 300ms}));
    EXPECT_EQ(bench.channel(callee)->jitter.mode, media::JitterMode::Disabled);
    EXPECT_TRUE(bench.world().complained("set_var of endpoint anonymous: FOO(1) cannot be set"));
    bench.run(1s);
    EXPECT_NEAR(callee.heard(440, 500ms), BenchPhone::kAmplitude / 2, 100);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Functions, TalkingIsDetectedWhileThatIsWanted)
{
    CallBench bench{
        "[c]\nexten => 1,1,Set(TALK_DETECT(set)=500)\n same => n,Dial(PJSIP/phone)\n"
        "exten => 2,1,Set(TALK_DETECT(set)=500,5000)\n same => n,Set(TALK_DETECT(remove)=)\n"
        " same => n,Dial(PJSIP/phone)\n"};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    BenchPhone& berta = bench.call("2", {.hz = 440});
    bench.answer(bench.dialled(0));
    bench.answer(bench.dialled(1));
    bench.run(1s);
    EXPECT_TRUE(bench.channel(anna)->talking);
    EXPECT_FALSE(bench.channel(berta)->talking);
    anna.say(0);
    bench.run(800ms);
    EXPECT_FALSE(bench.channel(anna)->talking);
    EXPECT_TRUE(bench.world().logged("is silent"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Functions, VolumesAndTalkDetectionTakeEffectInTheBridgeTheCallIsIn)
{
    CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone)\nexten => 2,1,ConfBridge(room)\n",
                    {{"confbridge.conf", "[default_user]\ntype=user\nquiet=yes\n"}}};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.answer(bench.dialled(0), 700);
    BenchPhone& berta = bench.call("2", {.hz = 440});
    BenchPhone& carla = bench.call("2", {.hz = 700});
    bench.run(1s);
    for (const auto& [phone, other] : {std::pair{&anna, &bench.dialled(0)}, std::pair{&berta, &carla}}) {
        engine::Channel& channel = *bench.channel(*phone);
        EXPECT_TRUE(bench.engine().set_variable(channel, "VOLUME(TX)", "-2"));
        EXPECT_TRUE(bench.engine().set_variable(channel, "volume(RX)", "-4"));
        EXPECT_TRUE(bench.engine().set_variable(channel, "TALK_DETECT(set)", "500"));
        EXPECT_TRUE(bench.engine().set_variable(channel, "COLOUR", "blue"));
        EXPECT_FALSE(bench.engine().set_variable(channel, "NONSENSE(1)", "2"));
        EXPECT_EQ(channel.variable("COLOUR"), "blue");
        bench.run(1s);
        EXPECT_NEAR(phone->heard(700, 500ms), BenchPhone::kAmplitude / 2, 150);
        EXPECT_NEAR(other->heard(440, 500ms), BenchPhone::kAmplitude / 4, 100);
        EXPECT_TRUE(channel.talking);
        phone->say(0);
        bench.run(800ms);
        EXPECT_FALSE(channel.talking);
        EXPECT_TRUE(bench.engine().set_variable(channel, "VOLUME(TX)", "0"));
        EXPECT_TRUE(bench.engine().set_variable(channel, "TALK_DETECT(remove)", ""));
        bench.run(600ms);
        EXPECT_NEAR(phone->heard(700, 500ms), BenchPhone::kAmplitude, 200);
    }
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(UnknownThings, ArePassedOverWithAWarning)
{
    CallBench bench{"[c]\nexten => 1,1,Queue(support)\n same => n,NoOp(on)\n same => n,Wait(9)\n"};
    BenchPhone& anna = bench.call("1");
    EXPECT_TRUE(bench.world().complained("extensions.conf:2: no application queue"));
    EXPECT_TRUE(bench.world().logged(": on"));
    EXPECT_FALSE(anna.ended);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(SpecialExtensions, AreFoundByName)
{
    CallBench bench{
        "[c]\nexten => s,1,WaitExten(1)\nexten => e,1,NoOp(e for ${EXTEN})\n same => n,Wait(9)\n"
        "exten => 5/100,1,NoOp(for 100)\n same => n,Wait(9)\nexten => 5,1,NoOp(for others)\n same => n,Wait(9)\n"};
    bench.call("");
    bench.run(1100ms);
    EXPECT_TRUE(bench.world().logged("e for e"));
    bench.call("5", {.number = "100"});
    EXPECT_TRUE(bench.world().logged("for 100"));
    EXPECT_FALSE(bench.world().logged("for others"));
    bench.call("5", {.number = "200"});
    EXPECT_TRUE(bench.world().logged("for others"));
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
