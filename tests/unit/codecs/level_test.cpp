// Goal: levels, peaks and the guess from a payload are right at the edges and agree with plain sums.
// Method: known signals by hand, plain loops as the reference for any samples.
#include "codecs/level.h"

#include "codecs/encoder.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace rb::codecs {
namespace {

TEST(Level, OfKnownSignals)
{
    EXPECT_FLOAT_EQ(level_dbov(std::vector<Sample>(160)), kSilenceDbov);
    EXPECT_FLOAT_EQ(level_dbov({}), kSilenceDbov);
    EXPECT_FLOAT_EQ(level_dbov(std::vector<Sample>(160, -32768)), 0.0F);
    const auto sine = support::make_sine({.frequency_hz = 1000, .amplitude = 32767}, 8'000, 160);
    EXPECT_NEAR(level_dbov(sine), -3.01, 0.01);
    EXPECT_NEAR(level_dbov(sine) + kDbm0AboveDbov, 3.14, 0.01);
}

TEST(Level, PeakAndMeanTakeTheLowestSampleForWhatItIs)
{
    const std::vector<Sample> samples{-32768, 0, 32767, 1};
    EXPECT_EQ(peak(samples), 32768U);
    EXPECT_EQ(mean_magnitude(samples), 65536U / 4);
    EXPECT_EQ(peak({}), 0U);
    EXPECT_EQ(mean_magnitude({}), 0U);
}

TEST(Level, GuessesThePayloadOfEachCodecThatCarriesSamples)
{
    for (const CodecInfo& info : kCodecs) {
        if (info.passed_only) {
            continue;
        }
        const auto speech = support::make_speech(info.sample_rate, info.samples(20));
        std::vector<std::uint8_t> payload(kPayloadBytesMax);
        payload.resize(Encoder{info.id}.encode(speech, payload));
        const auto guess = payload_magnitude(info.id, payload);
        if (info.has_history) {
            EXPECT_FALSE(guess);
            continue;
        }
        ASSERT_TRUE(guess) << info.config_name;
        const double truth = mean_magnitude(speech);
        EXPECT_NEAR(*guess, truth, truth / 2) << info.config_name;
        EXPECT_EQ(payload_magnitude(info.id, {}), 0U);
    }
}

TEST(Level, GuessesThatNobodySpeaksInTheShortestPayloadsOfOpus)
{
    Encoder encoder{CodecId::Opus, {.bitrate = 24'000}};
    encoder.set_rate(16'000);
    const auto speech = support::make_speech(16'000, 320);
    std::vector<std::uint8_t> payload(kPayloadBytesMax);
    payload.resize(encoder.encode(speech, payload));
    EXPECT_FALSE(payload_magnitude(CodecId::Opus, payload));
    EXPECT_EQ(payload_magnitude(CodecId::Opus, kOpusSilence), 0U);
    EXPECT_EQ(payload_magnitude(CodecId::Opus, std::span{payload}.first(1)), 0U);
}

TEST(Level, NoToneHidesFromTheGuess)
{
    // A step of eight samples sees nothing but the zeros of a 500 Hz sine.
    for (int frequency_hz = 60; frequency_hz < 3900; frequency_hz += 10) {
        std::vector<Sample> sine(160);
        for (std::size_t i = 0; i < sine.size(); ++i) {
            sine[i] = static_cast<Sample>(
                8000 * std::sin(2 * std::numbers::pi * frequency_hz * static_cast<double>(i) / 8000));
        }
        std::vector<std::uint8_t> payload(sine.size());
        static_cast<void>(Encoder{CodecId::Pcmu}.encode(sine, payload));
        EXPECT_GT(*payload_magnitude(CodecId::Pcmu, payload), mean_magnitude(sine) / 8) << frequency_hz;
    }
}

RC_GTEST_PROP(LevelProperty, TheWideLoopsEqualPlainOnes, (std::vector<Sample> samples))
{
    std::uint64_t squares = 0;
    std::uint32_t largest = 0;
    std::uint32_t magnitudes = 0;
    for (const int sample : samples) {
        const auto magnitude = static_cast<std::uint32_t>(std::abs(sample));
        squares += std::uint64_t{magnitude} * magnitude;
        magnitudes += magnitude;
        largest = std::max(largest, magnitude);
    }
    RC_ASSERT(sum_of_squares(samples) == squares);
    RC_ASSERT(peak(samples) == largest);
    RC_ASSERT(mean_magnitude(samples) == (samples.empty() ? 0 : magnitudes / samples.size()));
}

}  // namespace
}  // namespace rb::codecs
