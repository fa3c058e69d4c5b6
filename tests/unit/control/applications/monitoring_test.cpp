// Goal: MixMonitor records both directions of a call, whatever the call does, and the talkers do not notice.
// Method: whole calls on a bench; the two say tones of their own, which are measured in the files.
#include "codecs/goertzel.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

double tone_in(const BenchRecording& recording, double hz, std::size_t from_ms, std::size_t ms)
{
    const std::size_t per_ms = recording.rate / 1000;
    if (recording.samples.size() < (from_ms + ms) * per_ms) {
        return -1;
    }
    return codecs::tone_amplitude(std::span{recording.samples}.subspan(from_ms * per_ms, ms * per_ms), hz,
                                  recording.rate);
}

class MixMonitor : public ::testing::Test {
protected:
    void open(const std::string& before_dial, std::size_t workers = 1)
    {
        bench.emplace("[c]\nexten => 1,1," + before_dial +
                          "\n same => n,Dial(PJSIP/phone)\n"
                          "exten => 2,1,MixMonitor(room.wav)\n same => n,ConfBridge(room)\n"
                          "exten => 3,1,MixMonitor(echo.wav,r(in)t(out))\n same => n,Echo()\n",
                      config::Texts{{"confbridge.conf", "[default_user]\ntype=user\nquiet=yes\n"}}, workers);
    }
    /// Anna says 440 Hz and calls Berta, who says 700 Hz; they talk for two seconds.
    BenchPhone& talk()
    {
        BenchPhone& anna = bench->call("1", {.hz = 440});
        bench->run(500ms);
        bench->answer(bench->dialled(0), 700);
        bench->run(2s);
        return anna;
    }
    [[nodiscard]] const BenchRecording& file(const std::string& path)
    {
        const BenchRecording* found = bench->world().recording(path);
        static const BenchRecording kNone;
        EXPECT_NE(found, nullptr) << path;
        return found == nullptr ? kNone : *found;
    }

    std::optional<CallBench> bench;
};

TEST_F(MixMonitor, RecordsBothDirectionsFromTheFirstSoundOn)
{
    open("MixMonitor(call.wav,r(in)t(out))");
    BenchPhone& anna = talk();
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_GT(bench->dialled(0).heard(440, 500ms), 5000);
    EXPECT_EQ(bench->leftovers(), "");
    EXPECT_NEAR(tone_in(file("call.wav"), 440, 500, 1000), BenchPhone::kAmplitude, 300);
    EXPECT_NEAR(tone_in(file("call.wav"), 700, 500, 1000), BenchPhone::kAmplitude, 300);
    EXPECT_GT(tone_in(file("in.wav"), 440, 500, 1000), 5000);
    EXPECT_LT(tone_in(file("in.wav"), 700, 500, 1000), 100);
    EXPECT_GT(tone_in(file("out.wav"), 700, 500, 1000), 5000);
    EXPECT_LT(tone_in(file("out.wav"), 440, 500, 1000), 100);
    EXPECT_NEAR(static_cast<double>(file("call.wav").samples.size()), 8000 * 2.1, 800);
}

TEST_F(MixMonitor, BeginningAndEndingInACallAreNotHeard)
{
    open("NoOp()");
    BenchPhone& anna = talk();
    BenchPhone& berta = bench->dialled(0);
    for (BenchPhone* phone : {&anna, &berta}) {
        phone->forget();
    }
    EXPECT_TRUE(bench->engine().recordings().start_monitor(*bench->channel(anna), {.paths = {"late.wav", "", ""}}));
    EXPECT_FALSE(bench->engine().recordings().start_monitor(*bench->channel(anna), {.paths = {"again.wav", "", ""}}));
    bench->run(1s);
    EXPECT_LT(anna.longest_gap(), 60ms);
    EXPECT_LT(berta.longest_gap(), 60ms);
    bench->engine().recordings().stop_monitor(*bench->channel(anna));
    bench->run(1s);
    EXPECT_LT(anna.longest_gap(), 60ms);
    EXPECT_LT(berta.longest_gap(), 60ms);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_FALSE(file("late.wav").open);
    EXPECT_NEAR(static_cast<double>(file("late.wav").samples.size()), 8000, 800);
    EXPECT_GT(tone_in(file("late.wav"), 440, 300, 500), 5000);
    EXPECT_EQ(bench->leftovers(), "");
}

TEST_F(MixMonitor, MayLeaveOutWhatIsNotBridged)
{
    open("Answer()\n same => n,MixMonitor(call.wav,ab)\n same => n,Wait(1)");
    bench->call("1", {.hz = 440});
    bench->run(1500ms);
    bench->answer(bench->dialled(0), 700);
    bench->run(1s);
    EXPECT_EQ(bench->leftovers(), "");
    EXPECT_TRUE(file("call.wav").append);
    EXPECT_NEAR(static_cast<double>(file("call.wav").samples.size()), 8000 * 1.1, 800);
    EXPECT_GT(tone_in(file("call.wav"), 700, 300, 500), 5000);
}

TEST_F(MixMonitor, GoesAlongToTheWorkerOfARoom)
{
    open("NoOp()", 2);
    BenchPhone& first = bench->call("2", {.hz = 620});
    bench->run(100ms);
    BenchPhone& second = bench->call("2", {.hz = 440});  // begins on the other worker
    bench->run(2s);
    EXPECT_GT(second.heard(620, 500ms), 5000);
    bench->hang_up(first);
    bench->run(1s);
    EXPECT_EQ(bench->leftovers(), "");
    const BenchRecording* moved = nullptr;
    for (const auto& [id, recording] : bench->world().recordings) {
        moved = &recording;  // the later one
    }
    ASSERT_NE(moved, nullptr);
    EXPECT_GT(tone_in(*moved, 620, 1000, 500), 5000);
    EXPECT_GT(tone_in(*moved, 440, 1000, 500), 5000);
    EXPECT_NEAR(static_cast<double>(moved->samples.size()), 8000 * 3.1, 1600);
}

TEST_F(MixMonitor, HearsAnEchoTwice)
{
    open("NoOp()");
    BenchPhone& anna = bench->call("3", {.hz = 440});
    bench->run(2s);
    EXPECT_GT(anna.heard(440, 500ms), 5000);
    EXPECT_EQ(bench->leftovers(), "");
    EXPECT_GT(tone_in(file("in.wav"), 440, 500, 1000), 5000);
    EXPECT_GT(tone_in(file("out.wav"), 440, 500, 1000), 5000);
}

TEST_F(MixMonitor, GoesOnWhereTheCodecChanges)
{
    open("NoOp()");
    BenchPhone& anna = bench->call("3", {.hz = 440});
    bench->run(1s);
    bench->reoffer(anna, codecs::CodecId::Pcma);
    bench->run(1s);
    EXPECT_GT(anna.heard(440, 500ms), 5000);
    EXPECT_EQ(bench->leftovers(), "");
    ASSERT_EQ(bench->world().recordings.size(), 6);
    const BenchRecording& second = bench->world().recordings.rbegin()->second;
    EXPECT_TRUE(second.append);
    EXPECT_GT(tone_in(second, 440, 200, 500), 5000);
}

TEST_F(MixMonitor, RefusesNamesThatLeadOut)
{
    open("Answer()\n same => n,MixMonitor(../call.wav)");
    bench->call("1");
    bench->run(100ms);
    EXPECT_TRUE(bench->world().complained("cannot record into ../call.wav"));
    EXPECT_EQ(bench->dialled_count(), 1);
    EXPECT_EQ(bench->leftovers(), "");
}

TEST_F(MixMonitor, StopsWhereTheDiskFails)
{
    open("MixMonitor(call.wav)");
    BenchPhone& anna = talk();
    const std::uint64_t id = bench->world().recordings.begin()->first;
    bench->engine().on(engine::RecordingFailed{.id = id, .problem = "no space left"}, bench->now());
    bench->run(1s);
    EXPECT_FALSE(file("call.wav").open);
    EXPECT_EQ(bench->world().recordings.size(), 1);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_EQ(bench->leftovers(), "");
}

}  // namespace
}  // namespace rb::test
