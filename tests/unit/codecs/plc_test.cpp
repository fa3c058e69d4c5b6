// Goal: a concealed loss continues the pitch, fades to silence by 60 ms, and joins both ends without a step.
// Method: periodic signals, whose continuation is known; the largest step between neighbours at the seams.
#include "codecs/plc.h"

#include "codecs/level.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace rb::codecs {
namespace {

int largest_step(std::span<const Sample> samples)
{
    int largest = 0;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
    }
    return largest;
}

/// Plays `signal` frame by frame, losing the frames from `first_lost` on, `lost` of them.
support::Signal play(support::Signal signal, std::uint32_t rate, std::size_t first_lost, std::size_t lost)
{
    Plc plc{rate};
    const std::size_t size = frame_samples(rate);
    for (std::size_t frame = 0; frame < signal.size() / size; ++frame) {
        const auto samples = std::span{signal}.subspan(frame * size, size);
        if (frame >= first_lost && frame < first_lost + lost) {
            plc.conceal(samples);
        } else {
            plc.receive(samples);
        }
    }
    return signal;
}

TEST(Plc, ContinuesAPeriodicSignalAtEveryRate)
{
    for (const std::uint32_t rate : kSampleRates) {
        const std::size_t size = frame_samples(rate);
        const auto signal = support::make_sine({.frequency_hz = 160}, rate, 6 * size);
        const auto played = play(signal, rate, 4, 1);
        const auto early = support::compare(std::span{signal}.subspan(4 * size, size / 2),
                                            std::span{played}.subspan(4 * size, size / 2), rate);
        EXPECT_GE(early.snr_db, 15) << rate;
        EXPECT_LE(largest_step(played), largest_step(signal) * 3 / 2) << rate;
    }
}

TEST(Plc, IsSilentAfter60Ms)
{
    const auto signal = support::make_sine({.frequency_hz = 160}, 8'000, 12 * 160);
    const auto played = play(signal, 8'000, 4, 5);
    const auto lost = std::span{played}.subspan(std::size_t{4} * 160, std::size_t{5} * 160);
    EXPECT_GT(level_dbov(lost.first(160)), level_dbov(lost.subspan(160, 160)));
    EXPECT_GT(level_dbov(lost.subspan(160, 160)), level_dbov(lost.subspan(320, 160)));
    EXPECT_EQ(peak(lost.subspan(480)), 0U);
}

TEST(Plc, LeavesAudioAloneOnceTheFadeInIsOver)
{
    const auto signal = support::make_sine({.frequency_hz = 160}, 8'000, 10 * 160);
    const auto played = play(signal, 8'000, 4, 3);
    const std::size_t settled = 7 * 160 + 80;  // §I.2.7: at most 10 ms
    EXPECT_TRUE(std::equal(signal.begin() + settled, signal.end(), played.begin() + settled));
    EXPECT_TRUE(std::equal(signal.begin(), signal.begin() + 640, played.begin()));
}

TEST(Plc, IsSilentWhenNothingCameBefore)
{
    support::Signal samples(160, 1234);
    Plc{8'000}.conceal(samples);
    EXPECT_EQ(peak(samples), 0U);
}

RC_GTEST_PROP(PlcProperty, AnyPatternOfPiecesAndLossesStaysInBounds, (std::vector<std::vector<Sample>> pieces))
{
    Plc plc{8'000};
    std::uint32_t loudest = 0;
    for (auto& piece : pieces) {
        loudest = std::max(loudest, peak(piece));
        if (*rc::gen::arbitrary<bool>()) {
            plc.receive(piece);
        } else {
            plc.conceal(piece);
        }
        RC_ASSERT(peak(piece) <= loudest);
    }
}

}  // namespace
}  // namespace rb::codecs
