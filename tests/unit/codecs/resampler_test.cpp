// Goal: a resampler gives a constant length, the same samples in any chunks, and nothing once reset.
// Method: every pair of rates through the same cases. How it sounds is in tests/golden/resampler_test.cpp.
#include "codecs/resampler.h"

#include "codecs/level.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace rb::codecs {
namespace {

TEST(Resampler, CopiesBetweenEqualRates)
{
    const auto speech = support::make_speech(16'000, 320);
    support::Signal out(320);
    Resampler resampler{16'000, 16'000};
    resampler.process(speech, out);
    EXPECT_EQ(out, speech);
    EXPECT_EQ(resampler.delay_ms(), 0);
}

TEST(Resampler, PassesAConstantUnchangedAndFullScaleWithoutWrapping)
{
    for (const std::uint32_t from : kSampleRates) {
        for (const std::uint32_t to : kSampleRates) {
            for (const int level : {32767, -32768, 1}) {
                Resampler resampler{from, to};
                const support::Signal in(frame_samples(from), static_cast<Sample>(level));
                support::Signal out(frame_samples(to));
                resampler.process(in, out);
                for (const int sample : out) {
                    EXPECT_LE(std::abs(sample), std::abs(level) + (std::abs(level) == 1 ? 1 : 0));
                }
                resampler.process(in, out);
                EXPECT_TRUE(
                    std::all_of(out.begin(), out.end(), [level](int sample) { return std::abs(sample - level) <= 1; }))
                    << from << " to " << to << ' ' << level;
            }
        }
    }
}

TEST(Resampler, ForgetsWhenReset)
{
    Resampler resampler{48'000, 8'000};
    const support::Signal loud(960, 20'000);
    const support::Signal silence(960);
    support::Signal out(160);
    resampler.process(loud, out);
    resampler.reset();
    resampler.process(silence, out);
    EXPECT_EQ(peak(out), 0U);
}

TEST(ResamplerDeath, LengthsThatDoNotMatchAreAProgrammerError)
{
    Resampler resampler{8'000, 16'000};
    const support::Signal in(160);
    support::Signal out(319);
    EXPECT_DEATH(resampler.process(in, out), "assertion failed");
    EXPECT_DEATH(resampler.process(std::span{in}.first(159), out), "assertion failed");
}

TEST(ResamplerDeath, ARateNobodySpeaksIsAProgrammerError)
{
    EXPECT_DEATH(Resampler(8'000, 44'100), "assertion failed");
}

RC_GTEST_PROP(ResamplerProperty, ChunksDoNotMatter, ())
{
    const std::uint32_t from = *rc::gen::elementOf(kSampleRates);
    const std::uint32_t to = *rc::gen::elementOf(kSampleRates);
    const std::size_t pieces = 12;
    const std::size_t in_piece = samples_per_ms(from) * 10;
    const std::size_t out_piece = samples_per_ms(to) * 10;
    const auto speech = support::make_speech(from, pieces * in_piece);
    support::Signal whole(pieces * out_piece);
    Resampler{from, to}.process(speech, whole);

    support::Signal chunked(pieces * out_piece);
    Resampler resampler{from, to};
    for (std::size_t at = 0; at < pieces;) {
        const std::size_t count = *rc::gen::inRange<std::size_t>(1, pieces - at + 1);
        resampler.process(std::span{speech}.subspan(at * in_piece, count * in_piece),
                          std::span{chunked}.subspan(at * out_piece, count * out_piece));
        at += count;
    }
    RC_ASSERT(chunked == whole);
}

}  // namespace
}  // namespace rb::codecs
