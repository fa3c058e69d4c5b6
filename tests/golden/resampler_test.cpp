// Goal: resampling keeps everything in band (at least 50 dB) and lets nothing from outside in, for every pair of rates.
// Method: sines across the band against the best-fitting sine, sines above the band against silence, speech there and
// back.
#include "codecs/resampler.h"

#include "codecs/level.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::codecs {
namespace {

support::Signal resample(const support::Signal& in, std::uint32_t from, std::uint32_t to)
{
    Resampler resampler{from, to};
    support::Signal out(in.size() / frame_samples(from) * frame_samples(to));
    for (std::size_t frame = 0; frame * frame_samples(from) < in.size(); ++frame) {
        resampler.process(std::span{in}.subspan(frame * frame_samples(from), frame_samples(from)),
                          std::span{out}.subspan(frame * frame_samples(to), frame_samples(to)));
    }
    return out;
}

constexpr std::size_t kFrames = 10;

template <typename Check>
void for_each_pair(Check check)
{
    for (const std::uint32_t from : kSampleRates) {
        for (const std::uint32_t to : kSampleRates) {
            if (from != to) {
                check(from, to);
            }
        }
    }
}

TEST(GoldenResampler, KeepsTheBand)
{
    // First run: worst −59.8 dB.
    for_each_pair([](std::uint32_t from, std::uint32_t to) {
        for (const double part : {0.0375, 0.125, 0.25, 0.375, 0.425}) {  // of the lower rate: 300 to 3400 Hz of 8 kHz
            const support::Sine sine{.frequency_hz = part * std::min(from, to)};
            const auto out = resample(support::make_sine(sine, from, kFrames * frame_samples(from)), from, to);
            const auto settled = std::span{out}.subspan(frame_samples(to));
            const auto quality = support::tone_quality(settled, sine.frequency_hz, to);
            EXPECT_LE(quality.thd_noise_db, -55) << from << " to " << to << ", " << sine.frequency_hz << " Hz";
            EXPECT_NEAR(quality.amplitude / sine.amplitude, 1.0, 0.01) << from << " to " << to;
        }
    });
}

TEST(GoldenResampler, LetsNothingFoldIntoTheBand)
{
    for_each_pair([](std::uint32_t from, std::uint32_t to) {
        if (to > from) {
            return;
        }
        for (double part = 0.58; part < 0.98 && part * to < from / 2.0; part += 0.1) {
            const support::Sine sine{.frequency_hz = part * to};
            const auto out = resample(support::make_sine(sine, from, kFrames * frame_samples(from)), from, to);
            EXPECT_LE(
                support::tone_quality(std::span{out}.subspan(frame_samples(to)), to - sine.frequency_hz, to).amplitude,
                sine.amplitude * 0.001)
                << from << " to " << to << ", " << sine.frequency_hz << " Hz";
        }
    });
}

/// Eight sines across the telephone band, none a multiple of another.
support::Signal make_chord(std::size_t samples)
{
    support::Signal chord(samples);
    for (const double frequency : {307.0, 521.0, 883.0, 1279.0, 1721.0, 2207.0, 2803.0, 3391.0}) {
        const auto sine = support::make_sine({.frequency_hz = frequency, .amplitude = 2'000}, 8'000, samples);
        std::transform(chord.begin(), chord.end(), sine.begin(), chord.begin(),
                       [](int a, int b) { return static_cast<std::int16_t>(a + b); });
    }
    return chord;
}

TEST(GoldenResampler, TheTelephoneBandComesBackAsItWent)
{
    // First run: chord 52 dB after two passes, speech 0.05 dB, at each rate.
    const auto chord = make_chord(50 * frame_samples(8'000));
    const auto speech = support::make_speech(8'000, 50 * frame_samples(8'000));
    for (const std::uint32_t rate : {16'000U, 24'000U, 32'000U, 48'000U}) {
        const auto chord_back = support::compare(chord, resample(resample(chord, 8'000, rate), rate, 8'000), 8'000);
        EXPECT_EQ(chord_back.delay_samples, 36U) << rate;  // twice 18 samples of the lower rate
        EXPECT_GE(chord_back.snr_db, 50) << rate;
        const auto speech_back = support::compare(speech, resample(resample(speech, 8'000, rate), rate, 8'000), 8'000);
        EXPECT_LE(speech_back.log_spectral_distance_db, 0.2) << rate;
    }
}

TEST(GoldenResampler, SaysItsDelay)
{
    for_each_pair([](std::uint32_t from, std::uint32_t to) {
        support::Signal impulse(frame_samples(from));
        impulse[0] = 30'000;
        const auto out = resample(impulse, from, to);
        const auto top = static_cast<double>(std::max_element(out.begin(), out.end()) - out.begin());
        const Resampler resampler{from, to};
        EXPECT_NEAR(top / static_cast<double>(samples_per_ms(to)), resampler.delay_ms(), 0.07) << from << " to " << to;
    });
}

}  // namespace
}  // namespace rb::codecs
