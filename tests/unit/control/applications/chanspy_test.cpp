// Goal: who spies hears both directions of a channel, whatever joins that to others, and nobody else hears a
// difference; who may whisper is heard by that channel alone, and who barges in by all.
// Method: whole calls on a bench, each phone with a tone of its own, compared with a truth table.
#include "control/applications/conference.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <optional>

namespace rb::test {
namespace {

constexpr double kAnna = 400;
constexpr double kBerta = 700;
constexpr double kSpy = 1100;

class ChanSpy : public ::testing::Test {
protected:
    /// options   of the spy's ChanSpy
    void open(const std::string& options, std::size_t workers = 1)
    {
        bench.emplace(
            "[c]\nexten => 1,1,Dial(PJSIP/phone)\nexten => 2,1,ConfBridge(room)\n"
            "exten => 3,1,ChanSpy(PJSIP/anon," +
                options +
                ")\n same => n,Playback(over)\n same => n,Wait(9)\nexten => 4,1,Answer()\n same => n,Wait(99)\n",
            config::Texts{{"confbridge.conf", "[default_user]\ntype=user\nquiet=yes\n"}}, workers);
        bench->world().sounds["over"] = {.hz = 2900, .duration_ms = 2000};
    }
    /// Anna calls Berta, who answers.
    void talk(codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        anna = &bench->call("1", {.hz = kAnna, .codec = codec});
        bench->run(100ms);
        berta = &bench->dialled(0);
        bench->answer(*berta, kBerta);
        bench->run(500ms);
    }
    void meet(codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        anna = &bench->call("2", {.hz = kAnna, .codec = codec});
        berta = &bench->call("2", {.hz = kBerta, .endpoint = "phone"});
        bench->run(500ms);
    }
    void spy_on(codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        spy = &bench->call("3", {.hz = kSpy, .codec = codec});
        bench->run(1500ms);
    }
    static void expect_hears(const BenchPhone& phone, double hz, bool hears)
    {
        const double level = phone.heard(hz, 500ms);
        if (hears) {
            EXPECT_NEAR(level, BenchPhone::kAmplitude, 500) << hz;
        } else {
            EXPECT_LT(level, 60) << hz;
        }
    }
    /// Anna and Berta hear each other and nobody themselves; and who hears the spy.
    void expect_heard(bool by_anna, bool by_berta)
    {
        expect_hears(*anna, kBerta, true);
        expect_hears(*berta, kAnna, true);
        expect_hears(*anna, kAnna, false);
        expect_hears(*berta, kBerta, false);
        expect_hears(*anna, kSpy, by_anna);
        expect_hears(*berta, kSpy, by_berta);
        expect_hears(*spy, kAnna, true);
        expect_hears(*spy, kBerta, true);
        expect_hears(*spy, kSpy, false);
    }
    void TearDown() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
    BenchPhone* anna = nullptr;
    BenchPhone* berta = nullptr;
    BenchPhone* spy = nullptr;
};

TEST_F(ChanSpy, HearsBothDirectionsOfACallThatWasNative)
{
    open("q");
    talk();
    spy_on();
    expect_heard(false, false);
    anna->forget();
    bench->hang_up(*spy);
    bench->run(1s);
    EXPECT_LE(anna->longest_gap(), 60ms);
    EXPECT_EQ(bench->engine().technology_of(*bench->channel(*anna)), Technology::NativeRtp);
}

TEST_F(ChanSpy, HearsAMemberOfARoomFromAnotherWorker)
{
    open("q", 2);
    meet();
    spy_on();
    expect_heard(false, false);
    EXPECT_NE(bench->channel(*spy)->media.worker, bench->channel(*anna)->media.worker);
}

TEST_F(ChanSpy, WhispersToTheChannelAlone)
{
    open("qw");
    talk();
    spy_on();
    expect_heard(true, false);
}

TEST_F(ChanSpy, WhispersToAListenerWhoSharesWhatAllAreSent)
{
    open("qw");
    meet(codecs::CodecId::G722);
    BenchPhone& carla = bench->call("2", {.endpoint = "phone"});
    anna->say(0);
    spy_on();
    expect_hears(*anna, kBerta, true);
    expect_hears(*anna, kSpy, true);
    expect_hears(*berta, kSpy, false);
    expect_hears(carla, kSpy, false);
    expect_hears(carla, kBerta, true);
    berta->say(0);
    bench->run(2s);
    expect_hears(*anna, kSpy, true);
}

TEST_F(ChanSpy, BargesIn)
{
    open("qB");
    talk();
    spy_on();
    expect_heard(true, true);
    anna->say(0);
    bench->run(2s);
    expect_hears(*berta, kSpy, true);
}

TEST_F(ChanSpy, BargesIntoARoom)
{
    open("qB");
    meet(codecs::CodecId::Opus);
    spy_on(codecs::CodecId::Opus);
    for (const BenchPhone* phone : {anna, berta}) {
        EXPECT_GT(phone->heard(kSpy, 500ms), 4000);
    }
    EXPECT_GT(anna->heard(kBerta, 500ms), 4000);
    EXPECT_GT(berta->heard(kAnna, 500ms), 4000);
    EXPECT_GT(spy->heard(kAnna, 500ms), 4000);
    EXPECT_LT(spy->heard(kSpy, 500ms), 300);
}

TEST_F(ChanSpy, MayHearWhatIsSaidOnly)
{
    open("qo");
    talk();
    spy_on();
    expect_hears(*spy, kAnna, true);
    expect_hears(*spy, kBerta, false);
}

TEST_F(ChanSpy, WhispersToOneWhoHearsNothingElse)
{
    open("qw");
    anna = &bench->call("4", {.hz = kAnna});
    bench->run(100ms);
    spy_on();
    expect_hears(*anna, kSpy, true);
    expect_hears(*spy, kAnna, true);
}

TEST_F(ChanSpy, FollowsANewCodecAndGoesOnToTheNextChannel)
{
    open("q");
    meet();
    spy_on();
    bench->reoffer(*anna, codecs::CodecId::G722);
    bench->run(2s);
    expect_hears(*spy, kAnna, true);
    BenchPhone& carla = bench->call("4", {.hz = 1700});
    bench->run(500ms);
    expect_hears(*spy, 1700, false);
    spy->press("*");
    bench->run(2s);
    expect_hears(*spy, 1700, true);
    bench->hang_up(carla);
    bench->run(2s);
    expect_hears(*spy, kAnna, true);
}

TEST_F(ChanSpy, PassesOverWhoIsNotBridgedAndEndsWithoutAnybody)
{
    open("qbS");
    bench->call("4", {.hz = kAnna});
    bench->run(100ms);
    spy_on();
    EXPECT_GT(spy->heard(2900, 300ms), 4000) << "the plan goes on";
}

TEST_F(ChanSpy, EndsWithItsChannelWhereAsked)
{
    open("qE");
    meet();
    spy_on();
    bench->hang_up(*anna);
    bench->run(1s);
    EXPECT_GT(spy->heard(2900, 300ms), 4000) << "the plan goes on";
}

TEST_F(ChanSpy, OfTwoHearsWhatOneHears)
{
    open("q");
    meet();
    spy_on();
    BenchPhone& second = bench->call("3", {.hz = 1700});
    bench->run(1s);
    expect_hears(second, kAnna, true);
    expect_hears(*spy, kAnna, true);
    bench->hang_up(*spy);
    bench->run(1s);
    expect_hears(second, kBerta, true);
    bench->hang_up(second);
    bench->run(100ms);
}

}  // namespace
}  // namespace rb::test
