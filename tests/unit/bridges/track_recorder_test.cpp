// Goal: frames come out with whose they are and when they were, in order; a control that lags costs frames and nothing
// else.
// Method: ticks by hand, one behaviour each.
#include "bridges/track_recorder.h"

#include "dataplane/base/spsc.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::bridges {
namespace {

constexpr std::uint32_t kRate = 8000;

/// A recorder, and the blocks it has handed out.
struct Recording {
    explicit Recording(const TrackRecorder::Options& options = {.rate_max = 16'000}) : recorder{options} {}

    void tick(Nanos at, std::vector<std::uint32_t> tracks, std::uint32_t rate = kRate)
    {
        recorder.begin_tick(at, rate, events);
        for (const std::uint32_t track : tracks) {
            const std::vector<codecs::Sample> samples(codecs::frame_samples(rate),
                                                      static_cast<codecs::Sample>(track * 1000));
            recorder.add(track, samples, events);
        }
    }
    /// The numbers of the blocks handed out since the last call.
    std::vector<std::uint8_t> blocks()
    {
        SpscQueue<Event, 64> queue;
        events.flush(queue);
        std::vector<std::uint8_t> numbers;
        for (Event event; queue.pop(event);) {
            numbers.push_back(std::get<event::TrackBlock>(event).block);
        }
        return numbers;
    }

    EventOutbox events{64};
    TrackRecorder recorder;
};

TEST(TrackRecorder, KeepsWhoSaidWhatWhen)
{
    Recording of;
    of.tick(1s, {7});
    of.tick(1s + kFrame, {});
    of.tick(1s + 2 * kFrame, {9, 7});
    EXPECT_TRUE(of.blocks().empty());
    const auto rest = of.recorder.rest();
    ASSERT_EQ(rest.frames.size(), 3U);
    EXPECT_EQ(of.recorder.begin(), 1s);
    EXPECT_EQ(rest.frames[0].track, 7U);
    EXPECT_EQ(rest.frames[0].number, 0U);
    EXPECT_EQ(rest.frames[1].track, 9U);
    EXPECT_EQ(rest.frames[2].number, 2U);
    ASSERT_EQ(rest.samples.size(), 480U);
    EXPECT_EQ(rest.samples[159], 7000);
    EXPECT_EQ(rest.samples[160], 9000);
}

TEST(TrackRecorder, BeginsWhenAllPartsDo)
{
    Recording of{{.begin = 1s}};
    of.tick(1s - 1ms, {1});
    EXPECT_TRUE(of.recorder.rest().frames.empty());
    of.tick(1s + 19ms, {1});
    of.tick(1s + 39ms, {1});
    ASSERT_EQ(of.recorder.rest().frames.size(), 2U);
    EXPECT_EQ(of.recorder.rest().frames[0].number, 0U);
    EXPECT_EQ(of.recorder.rest().frames[1].number, 1U);
}

TEST(TrackRecorder, HandsABlockOutWhenItIsFullOrOld)
{
    Recording of;
    for (std::uint32_t i = 0; i < TrackRecorder::kBlockFrames / 2; ++i) {
        of.tick(kFrame * i, {1, 2});
    }
    EXPECT_EQ(of.blocks(), std::vector<std::uint8_t>{0});
    EXPECT_EQ(of.recorder.block(0).frames.size(), TrackRecorder::kBlockFrames);
    EXPECT_TRUE(of.recorder.rest().frames.empty());
    of.tick(10s, {1});
    of.tick(11s - kFrame, {});
    EXPECT_TRUE(of.blocks().empty());
    of.tick(11s, {});
    EXPECT_EQ(of.blocks(), std::vector<std::uint8_t>{1});
}

TEST(TrackRecorder, ABlockHasOneRate)
{
    Recording of;
    of.tick(0s, {1}, 8000);
    of.tick(kFrame, {1}, 16'000);
    EXPECT_EQ(of.blocks(), std::vector<std::uint8_t>{0});
    EXPECT_EQ(of.recorder.block(0).samples.size(), 160U);
    EXPECT_EQ(of.recorder.rest().samples.size(), 320U);
    of.tick(2 * kFrame, {1}, 48'000);  // more than was said to come
    EXPECT_EQ(of.recorder.lost_frames(), 1U);
}

TEST(TrackRecorder, AControlThatLagsCostsFramesAndNothingElse)
{
    Recording of;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < TrackRecorder::kBlocks * TrackRecorder::kBlockFrames; ++i) {
        of.tick(kFrame * number++, {1});
    }
    EXPECT_EQ(of.blocks().size(), TrackRecorder::kBlocks);
    const std::uint64_t lost = of.recorder.lost_frames();
    EXPECT_GT(lost, 0U);
    of.recorder.written(3);
    of.tick(kFrame * number, {1});
    EXPECT_EQ(of.recorder.lost_frames(), lost);
    ASSERT_EQ(of.recorder.rest().frames.size(), 1U);
    EXPECT_EQ(of.recorder.rest().frames[0].number, number);
}

}  // namespace
}  // namespace rb::bridges
