// Goal: Record ends when it should, tells why, and never takes its call or the node along.
// Method: whole calls on a bench; files are arrays of samples.
#include "codecs/goertzel.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

std::string recording(const std::string& arguments)
{
    return "[c]\nexten => 1,1,Record(" + arguments +
           ")\n same => n,NoOp(recorded ${RECORDED_FILE} ${RECORD_STATUS})\n same => n,Wait(9)\n"
           "exten => h,1,NoOp(end ${RECORD_STATUS})\n";
}

TEST(Record, EndsWithTheHashAfterABeep)
{
    CallBench bench{recording("mine.wav,0,0")};
    bench.world().provide({"beep"});
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(1200ms);
    anna.press("#");
    bench.run(500ms);
    EXPECT_TRUE(bench.world().logged("recorded mine DTMF"));
    const BenchRecording* file = bench.world().recording("mine.wav");
    ASSERT_NE(file, nullptr);
    EXPECT_NEAR(static_cast<double>(file->samples.size()), 8000 * 1.05, 1200);
    EXPECT_GT(codecs::tone_amplitude(std::span{file->samples}.subspan(1600, 4800), 440, 8000), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, EndsWithSilenceAndCutsItOff)
{
    CallBench bench{recording("mine.wav,2,0,q")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(1s);
    anna.say(0);
    bench.run(2500ms);
    EXPECT_TRUE(bench.world().logged("recorded mine SILENCE"));
    EXPECT_NEAR(static_cast<double>(bench.world().recording("mine.wav")->samples.size()), 8000, 1200);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, EndsAtItsLongest)
{
    CallBench bench{recording("mine.wav,0,3,q")};
    bench.call("1", {.hz = 440});
    bench.run(3200ms);
    EXPECT_TRUE(bench.world().logged("recorded mine TIMEOUT"));
    EXPECT_NEAR(static_cast<double>(bench.world().recording("mine.wav")->samples.size()), 24000, 400);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, EndsWithTheCall)
{
    CallBench bench{recording("mine.wav,0,0,q")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(1s);
    bench.hang_up(anna);
    EXPECT_TRUE(bench.world().logged("end HANGUP"));
    EXPECT_EQ(bench.leftovers(), "");
    EXPECT_NEAR(static_cast<double>(bench.world().recording("mine.wav")->samples.size()), 8000, 800);
}

TEST(Record, EndsWhereTheStreamGetsAnotherRate)
{
    CallBench bench{recording("mine.wav,0,0,q")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(1s);
    bench.reoffer(anna, codecs::CodecId::L16_16);
    bench.run(1s);
    EXPECT_TRUE(bench.world().logged("recorded mine OPERATOR"));
    EXPECT_NEAR(static_cast<double>(bench.world().recording("mine.wav")->samples.size()), 8000, 800);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, AFullDiskIsAnErrorOfTheRecordingAlone)
{
    CallBench bench{recording("mine.wav,0,0,q")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(1s);
    bench.engine().on(engine::RecordingFailed{.id = bench.world().recordings.begin()->first, .problem = "disk full"},
                      bench.now());
    bench.run(100ms);
    EXPECT_TRUE(bench.world().logged("recorded mine ERROR"));
    EXPECT_FALSE(anna.ended);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, EndsByTheKeysItsOptionsName)
{
    struct Case {
        const char* options;
        const char* keys;
        const char* status;
    };
    for (const Case& one : {Case{"qx", "#5", "end HANGUP"}, Case{"qo", "50", "recorded mine OPERATOR"},
                            Case{"qo", "#", "recorded mine DTMF"}, Case{"qyo", "0", "recorded mine OPERATOR"},
                            Case{"qyo", "4", "recorded mine DTMF"}}) {
        CallBench bench{recording(std::string{"mine.wav,0,0,"} + one.options)};
        BenchPhone& anna = bench.call("1", {.hz = 440});
        bench.run(500ms);
        anna.press(one.keys);
        bench.run(1s);
        bench.hang_up(anna);
        EXPECT_TRUE(bench.world().logged(one.status)) << one.options << one.keys;
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Record, KeepsTheSilenceThatEndedItWhereAsked)
{
    CallBench bench{recording("mine.wav,2,0,qu")};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(1s);
    anna.say(0);
    bench.run(2500ms);
    EXPECT_TRUE(bench.world().logged("recorded mine SILENCE"));
    EXPECT_NEAR(static_cast<double>(bench.world().recording("mine.wav")->samples.size()), 24000, 1200);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, RefusesNamesThatLeadOut)
{
    CallBench bench{recording("/etc/mine.wav,0,0,q")};
    bench.call("1");
    EXPECT_TRUE(bench.world().logged("ERROR"));
    EXPECT_TRUE(bench.world().recordings.empty());
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, MayAppend)
{
    CallBench bench{recording("mine.wav,0,1,qa")};
    bench.call("1");
    bench.run(100ms);
    EXPECT_TRUE(bench.world().recording("mine.wav")->append);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Record, NumbersItsFiles)
{
    CallBench bench{recording("mine%d.wav,0,1,q")};
    BenchPhone& anna = bench.call("1");
    const std::string id = bench.channel(anna)->unique_id;
    bench.run(100ms);
    EXPECT_NE(bench.world().recording("mine" + id + ".wav"), nullptr);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
