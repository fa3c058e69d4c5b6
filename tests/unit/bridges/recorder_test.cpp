// Goal: what is recorded comes out in whole blocks, in order, and ends when it is told to.
// Method: frames of numbered samples; the blocks joined are compared with what went in. Each ending once.
#include "bridges/recorder.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::bridges {
namespace {

using codecs::Sample;

constexpr std::size_t kFrameSamples = 160;
constexpr int kFramesPerBlock = Recorder::kBlock_ms / codecs::kFrame_ms;

std::vector<Sample> frame(int number)
{
    return std::vector<Sample>(kFrameSamples, static_cast<Sample>(1000 + number));
}

TEST(Recorder, BlocksJoinedAreWhatWentIn)
{
    Recorder recorder{{.rate = 8000}};
    std::vector<Sample> in;
    std::vector<Sample> out;
    for (int i = 0; i < kFramesPerBlock * 7 + 3; ++i) {
        const auto samples = frame(i);
        in.insert(in.end(), samples.begin(), samples.end());
        const auto step = recorder.add(samples);
        EXPECT_FALSE(step.ending);
        EXPECT_EQ(step.full.has_value(), i % kFramesPerBlock == kFramesPerBlock - 1);
        if (step.full) {
            EXPECT_TRUE(recorder.current_in_flight());
            const auto block = recorder.block(*step.full);
            out.insert(out.end(), block.begin(), block.end());
            recorder.written(*step.full);
        }
    }
    EXPECT_FALSE(recorder.current_in_flight());
    const auto rest = recorder.block(recorder.current());
    out.insert(out.end(), rest.begin(), rest.end());
    EXPECT_EQ(in, out);
    EXPECT_EQ(recorder.lost_frames(), 0U);
    EXPECT_EQ(recorder.duration(), kFrame * (kFramesPerBlock * 7 + 3));
}

TEST(Recorder, ADiskThatStallsCostsFramesAndNothingElse)
{
    Recorder recorder{{.rate = 8000}};
    std::vector<std::uint8_t> full;
    const int stalled = kFramesPerBlock * static_cast<int>(Recorder::kBlocks);
    for (int i = 0; i < stalled + 10; ++i) {
        if (const auto step = recorder.add(frame(i)); step.full) {
            full.push_back(*step.full);
        }
    }
    EXPECT_EQ(full.size(), Recorder::kBlocks);
    EXPECT_EQ(recorder.lost_frames(), 10U);
    recorder.written(full.front());
    EXPECT_FALSE(recorder.add(frame(7)).full);
    EXPECT_EQ(recorder.lost_frames(), 10U);
    EXPECT_EQ(recorder.block(recorder.current()).size(), kFrameSamples);
    EXPECT_EQ(recorder.block(recorder.current())[0], 1007);
}

TEST(Recorder, AnEmptyFrameIsSilence)
{
    Recorder recorder{{.rate = 8000}};
    static_cast<void>(recorder.add(frame(1)));
    static_cast<void>(recorder.add({}));
    const auto block = recorder.block(recorder.current());
    ASSERT_EQ(block.size(), 2 * kFrameSamples);
    EXPECT_EQ(block[kFrameSamples - 1], 1001);
    EXPECT_EQ(block[kFrameSamples], 0);
}

TEST(Recorder, EndsAtItsMostDuration)
{
    Recorder recorder{{.rate = 8000, .max_duration = 60ms}};
    EXPECT_FALSE(recorder.add(frame(0)).ending);
    EXPECT_FALSE(recorder.add(frame(1)).ending);
    EXPECT_EQ(recorder.add(frame(2)).ending, event::Ending::MaxDuration);
}

TEST(Recorder, EndsAfterSilenceThatNothingInterrupts)
{
    Recorder recorder{{.rate = 8000, .max_silence = 60ms}};
    const std::vector<Sample> quiet(kFrameSamples, 5);
    EXPECT_FALSE(recorder.add(quiet).ending);
    EXPECT_FALSE(recorder.add({}).ending);
    EXPECT_FALSE(recorder.add(frame(0)).ending);
    EXPECT_EQ(recorder.trailing_silence(), 0ns);
    EXPECT_FALSE(recorder.add(quiet).ending);
    EXPECT_FALSE(recorder.add({}).ending);
    EXPECT_EQ(recorder.add(quiet).ending, event::Ending::Silence);
}

TEST(Recorder, EndsWithItsKeysAndNoOthers)
{
    const Recorder recorder{{.keys = {'#', '*'}}};
    EXPECT_TRUE(recorder.ends_with('#'));
    EXPECT_TRUE(recorder.ends_with('*'));
    EXPECT_FALSE(recorder.ends_with('1'));
    EXPECT_FALSE(recorder.ends_with('\0'));
}

}  // namespace
}  // namespace rb::bridges
