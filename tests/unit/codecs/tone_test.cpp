// Goal: tones have the frequencies, levels and durations asked for and run on without clicks; Goertzel measures them.
// Method: the tones of E.180 by hand, measured by fitting sines and by Goertzel; chunks as a property.
#include "codecs/tone.h"

#include "codecs/goertzel.h"
#include "codecs/level.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace rb::codecs {
namespace {

constexpr std::array kBusy{ToneSegment{.first_hz = 480, .second_hz = 620, .duration_ms = 500},
                           ToneSegment{.duration_ms = 500}};

TEST(Tone, HasTheFrequencyAndLevelAskedFor)
{
    constexpr std::array kDial{ToneSegment{.first_hz = 425}};
    for (const std::uint32_t rate : kSampleRates) {
        ToneGenerator tone{{.segments = kDial, .loop_from = 1}, rate};
        std::vector<Sample> samples(rate);
        EXPECT_EQ(tone.generate(samples), samples.size());
        EXPECT_FALSE(tone.ended());
        const auto quality = support::tone_quality(samples, 425, rate);
        EXPECT_LE(quality.thd_noise_db, -70) << rate;
        EXPECT_NEAR(tone_level_dbov(samples, 425, rate), kToneLevelDbov, 0.05) << rate;
    }
}

TEST(Tone, SumsTwoFrequenciesAndRepeats)
{
    ToneGenerator tone{{.segments = kBusy, .loop_from = 0}, 8'000};
    std::vector<Sample> samples(std::size_t{3} * 4'000);
    EXPECT_EQ(tone.generate(samples), samples.size());
    for (const std::size_t on : {std::size_t{0}, std::size_t{8'000}}) {
        const auto burst = std::span{samples}.subspan(on, 4'000);
        EXPECT_NEAR(tone_level_dbov(burst, 480, 8'000), kToneLevelDbov, 0.1);
        EXPECT_NEAR(tone_level_dbov(burst, 620, 8'000), kToneLevelDbov, 0.1);
        EXPECT_LE(tone_level_dbov(burst, 1000, 8'000), -60);
    }
    EXPECT_EQ(peak(std::span{samples}.subspan(4'000, 4'000)), 0U);
}

TEST(Tone, PlaysOnceAndThenIsSilent)
{
    constexpr std::array kBeep{ToneSegment{.first_hz = 1000, .duration_ms = 15}};
    ToneGenerator tone{{.segments = kBeep, .loop_from = kBeep.size()}, 8'000};
    std::vector<Sample> samples(160, 99);
    EXPECT_EQ(tone.generate(samples), 120U);
    EXPECT_TRUE(tone.ended());
    EXPECT_EQ(peak(std::span{samples}.subspan(120)), 0U);
    EXPECT_EQ(tone.generate(samples), 0U);
}

TEST(Tone, GoesOnFromTheSegmentAfterAnIntroduction)
{
    constexpr std::array kSegments{ToneSegment{.first_hz = 900, .duration_ms = 20},
                                   ToneSegment{.first_hz = 400, .duration_ms = 20}};
    ToneGenerator tone{{.segments = kSegments, .loop_from = 1}, 8'000};
    std::vector<Sample> samples(std::size_t{5} * 160);
    EXPECT_EQ(tone.generate(samples), samples.size());
    EXPECT_NEAR(tone_level_dbov(std::span{samples}.subspan(160), 400, 8'000), kToneLevelDbov, 0.1);
}

TEST(Tone, ModulatesTheFirstFrequencyByTheSecond)
{
    constexpr std::array kRing{ToneSegment{.first_hz = 400, .second_hz = 25, .modulated = true}};
    ToneGenerator tone{{.segments = kRing, .loop_from = 1}, 8'000};
    std::vector<Sample> samples(8'000);
    EXPECT_EQ(tone.generate(samples), samples.size());
    EXPECT_LE(tone_level_dbov(samples, 25, 8'000), -60);
    const double carrier = tone_amplitude(samples, 400, 8'000);
    EXPECT_NEAR(tone_amplitude(samples, 375, 8'000) / carrier, 0.45, 0.01);  // half of the depth of 0.9
    EXPECT_NEAR(tone_amplitude(samples, 425, 8'000) / carrier, 0.45, 0.01);
}

TEST(Tone, AnEmptyPlanHasEnded)
{
    ToneGenerator tone{{}, 8'000};
    EXPECT_TRUE(tone.ended());
}

TEST(ToneDeath, MoreSegmentsThanFitAreAProgrammerError)
{
    const std::vector<ToneSegment> segments(kToneSegmentsMax + 1);
    EXPECT_DEATH(ToneGenerator({.segments = segments}, 8'000), "assertion failed");
}

RC_GTEST_PROP(ToneProperty, ChunksDoNotMatter, ())
{
    ToneGenerator one{{.segments = kBusy, .loop_from = 0}, 8'000};
    std::vector<Sample> whole(9'000);
    RC_ASSERT(one.generate(whole) == whole.size());
    ToneGenerator other{{.segments = kBusy, .loop_from = 0}, 8'000};
    std::vector<Sample> chunked(whole.size());
    for (std::size_t at = 0; at < chunked.size();) {
        const std::size_t count = *rc::gen::inRange<std::size_t>(1, chunked.size() - at + 1);
        RC_ASSERT(other.generate(std::span{chunked}.subspan(at, count)) == count);
        at += count;
    }
    RC_ASSERT(chunked == whole);
}

TEST(Goertzel, OfNothingIsNothing)
{
    EXPECT_EQ(tone_amplitude({}, 1000, 8'000), 0);
    EXPECT_EQ(tone_level_dbov(std::vector<Sample>(160), 1000, 8'000), -127);
}

TEST(Goertzel, MeasuresOneToneAmongOthers)
{
    auto samples = support::make_sine({.frequency_hz = 697, .amplitude = 8'000}, 8'000, 8'000);
    const auto other = support::make_sine({.frequency_hz = 1209, .amplitude = 3'000}, 8'000, 8'000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] = static_cast<Sample>(samples[i] + other[i]);
    }
    EXPECT_NEAR(tone_amplitude(samples, 697, 8'000), 8'000, 5);
    EXPECT_NEAR(tone_amplitude(samples, 1209, 8'000), 3'000, 5);
    EXPECT_NEAR(tone_amplitude(samples, 950, 8'000), 0, 5);
}

}  // namespace
}  // namespace rb::codecs
