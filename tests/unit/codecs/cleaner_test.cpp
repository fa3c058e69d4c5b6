// Goal: noise reduction takes noise down and leaves speech, gain control brings speech to a loudness; each at every
// rate. Method: noise alone and a voice-like sound with it, in and out, by mean magnitude.
#include "codecs/cleaner.h"

#include "codecs/level.h"
#include "dataplane/base/rng.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace rb::codecs {
namespace {

constexpr std::array<std::uint32_t, 3> kRates{8'000, 16'000, 48'000};

/// Three harmonics that come and go three times a second, as syllables do, and noise.
class Sound {
public:
    Sound(std::uint32_t rate, double voice, std::uint64_t noise) : rate_{rate}, voice_{voice}, noise_{noise} {}

    std::vector<Sample> frame()
    {
        std::vector<Sample> samples(frame_samples(rate_));
        for (Sample& sample : samples) {
            const double t = static_cast<double>(at_++) / rate_;
            const double syllable = std::max(std::sin(2 * M_PI * 3 * t), 0.0);
            double sum = 0;
            for (const double hz : {170.0, 340.0, 510.0}) {
                sum += voice_ / 3 * syllable * std::sin(2 * M_PI * hz * t);
            }
            const auto noise = static_cast<double>(rng_.below(2 * noise_ + 1)) - static_cast<double>(noise_);
            sample = static_cast<Sample>(std::lrint(sum + noise));
        }
        return samples;
    }

private:
    std::uint32_t rate_;
    double voice_;
    std::uint64_t noise_;
    Rng rng_{1};
    std::uint64_t at_ = 0;
};

/// Mean magnitude of the fifth and sixth second.
double loudness_after(Cleaner* cleaner, Sound sound)
{
    double sum = 0;
    for (int i = 0; i < 300; ++i) {
        auto frame = sound.frame();
        if (cleaner != nullptr) {
            cleaner->process(frame);
        }
        sum += i >= 200 ? mean_magnitude(frame) : 0;
    }
    return sum / 100;
}

TEST(Cleaner, TakesNoiseDownAndLeavesTheVoice)
{
    for (const std::uint32_t rate : kRates) {
        Cleaner alone{{.denoise = true}, kRates};
        EXPECT_LT(loudness_after(&alone, {rate, 0, 600}), loudness_after(nullptr, {rate, 0, 600}) / 3) << rate;
        Cleaner with_voice{{.denoise = true}, kRates};
        const double voice = loudness_after(nullptr, {rate, 9000, 0});
        EXPECT_NEAR(loudness_after(&with_voice, {rate, 9000, 300}), voice, voice / 4) << rate;
    }
}

TEST(Cleaner, BringsSpeechToALoudness)
{
    for (const std::uint32_t rate : kRates) {
        Cleaner cleaner{{.agc_level = 8000}, kRates};
        Cleaner other{{.agc_level = 8000}, kRates};
        const double soft = loudness_after(&cleaner, {rate, 1500, 10});
        const double loud = loudness_after(&other, {rate, 12'000, 10});
        EXPECT_GT(soft, 2 * loudness_after(nullptr, {rate, 1500, 10})) << rate;
        EXPECT_LT(loud / soft, 4) << rate << ": eight times as loud before";
    }
}

TEST(Cleaner, LeavesFramesOfOtherRates)
{
    constexpr std::array only{8'000U};
    Cleaner cleaner{{.denoise = true}, only};
    EXPECT_EQ(loudness_after(&cleaner, {16'000, 3000, 300}), loudness_after(nullptr, {16'000, 3000, 300}));
}

}  // namespace
}  // namespace rb::codecs
