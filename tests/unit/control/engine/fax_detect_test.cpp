// Goal: a calling fax machine goes to the extension fax of its context, whatever the plan does, and nobody else goes
// there (fax_detect, fax_detect_timeout).
// Method: whole calls on a bench; the phone says the tone of a fax machine, the plan writes to the log where it is.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

constexpr const char* kFaxExtension =
    "exten => fax,1,NoOp(fax after ${FAXEXTEN})\n same => n,Wait(9)\n same => n,NoOp(fax is over)\n";
constexpr double kCalling = 1100;

config::Texts endpoints(const std::string& options)
{
    const std::string common = "type=endpoint\ncontext=c\nallow=!all,ulaw,g722\n" + options;
    return {{"pjsip.conf", "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1\n[anonymous]\n" + common + "[phone]\n" +
                               common + "aors=phone\n[phone]\ntype=aor\ncontact=sip:phone@192.0.2.60\n"},
            {"confbridge.conf", "[quiet]\ntype=user\nquiet=yes\n"}};
}

/// What each application is doing when the fax calls.
TEST(FaxDetect, EndsWhateverThePlanIsDoing)
{
    for (const std::string application :
         {"Wait(9)", "Playback(long)", "Echo()", "ConfBridge(room,,quiet)", "Record(a.wav,0,9)", "MusicOnHold()",
          "Background(long)", "Read(X,long)", "Dial(PJSIP/phone)", "ChanSpy(nobody,q)"}) {
        CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n," + application + "\n same => n,NoOp(went on)\n" +
                            kFaxExtension + "exten => h,1,NoOp(bye)\n",
                        endpoints("fax_detect=yes\n")};
        bench.world().sounds = {{"long", {.hz = 440, .duration_ms = 9000}},
                                {"beep", {.hz = 600, .duration_ms = 100}},
                                {"moh:default", {.hz = 440, .duration_ms = 9000}}};
        BenchPhone& anna = bench.call("1");
        if (bench.dialled_count() > 0) {
            bench.answer(bench.dialled(0), 700);
        }
        bench.run(1s);
        EXPECT_FALSE(bench.world().logged("fax after")) << application;
        anna.say(kCalling);
        bench.run(1s);
        EXPECT_TRUE(bench.world().logged("fax after 1")) << application;
        EXPECT_FALSE(bench.world().logged("went on")) << application;
        anna.say(0);
        bench.run(500ms);
        EXPECT_LT(anna.loudness(300ms), 20) << application << " is heard no more";
        bench.run(8s);
        EXPECT_TRUE(bench.world().logged("fax is over")) << application;
        EXPECT_TRUE(bench.world().logged("bye")) << application;
        EXPECT_EQ(bench.leftovers(), "") << application;
    }
}

TEST(FaxDetect, HearsItInWidebandAndAfterACodecHasChanged)
{
    CallBench bench{std::string{"[c]\nexten => 1,1,Answer()\n same => n,Wait(9)\n"} + kFaxExtension,
                    endpoints("fax_detect=yes\n")};
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    bench.reoffer(anna, codecs::CodecId::G722);
    anna.say(kCalling);
    bench.run(1500ms);
    EXPECT_TRUE(bench.world().logged("fax after 1"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(FaxDetect, IsForEndpointsThatAskForItAndForTheirTime)
{
    for (const std::string options : {"", "fax_detect=no\n", "fax_detect=yes\nfax_detect_timeout=2\n"}) {
        CallBench bench{std::string{"[c]\nexten => 1,1,Answer()\n same => n,Wait(9)\n"} + kFaxExtension,
                        endpoints(options)};
        BenchPhone& anna = bench.call("1");
        bench.run(3s);
        anna.say(kCalling);
        bench.run(2s);
        EXPECT_FALSE(bench.world().logged("fax after")) << options;
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(FaxDetect, WithoutTheExtensionGoesOnAndTheBridgeIsNativeThen)
{
    CallBench bench{"[c]\nexten => 1,1,Dial(PJSIP/phone)\n", endpoints("fax_detect=yes\n")};
    BenchPhone& anna = bench.call("1");
    BenchPhone& berta = bench.dialled(0);
    bench.answer(berta, 700);
    bench.run(1s);
    const auto technology = [&] { return bench.engine().technology_of(*bench.channel(anna)); };
    EXPECT_EQ(technology(), Technology::Simple);
    anna.say(kCalling);
    bench.run(1s);
    EXPECT_TRUE(bench.world().logged("no extension fax in c"));
    EXPECT_EQ(technology(), Technology::NativeRtp);
    EXPECT_GT(anna.heard(700, 300ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(FaxDetect, InTheExtensionFaxChangesNothing)
{
    CallBench bench{std::string{"[c]\n"} + kFaxExtension, endpoints("fax_detect=yes\n")};
    BenchPhone& anna = bench.call("fax", {.hz = kCalling});
    bench.run(500ms);
    bench.on_actions();
    EXPECT_TRUE(bench.world().logged("fax after "));
    EXPECT_FALSE(bench.world().logged("a fax machine calls"));
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
