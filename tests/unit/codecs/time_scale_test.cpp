// Goal: audio becomes a period shorter or longer without a click, keeps its pitch and level, and is left alone where it
// does not repeat itself.
// Method: sines of each pitch and rate, whose second differences would betray any step; noise, loud and faint.
#include "codecs/time_scale.h"

#include "dataplane/base/rng.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace rb::codecs {
namespace {

int roughness(support::SignalView samples)
{
    int most = 0;
    for (std::size_t i = 2; i < samples.size(); ++i) {
        most = std::max(most, std::abs(samples[i] - 2 * samples[i - 1] + samples[i - 2]));
    }
    return most;
}

support::Signal make_noise(std::size_t samples, int amplitude)
{
    Rng rng{7};
    support::Signal noise(samples);
    for (auto& sample : noise) {
        sample = static_cast<std::int16_t>(static_cast<int>(rng.below(static_cast<std::uint64_t>(2 * amplitude))) -
                                           amplitude);
    }
    return noise;
}

struct Voice {
    std::uint32_t rate;
    double hz;
    std::size_t ms;  ///< of audio there is
};

class EachVoice : public ::testing::TestWithParam<Voice> {};

TEST_P(EachVoice, IsShorterOrLongerWithoutASeam)
{
    const auto [rate, hz, ms] = GetParam();
    const std::size_t per_ms = samples_per_ms(rate);
    const auto whole = support::make_sine({.frequency_hz = hz, .amplitude = 8000}, rate, 100 * per_ms);
    const std::size_t begin = 30 * per_ms;
    const std::size_t end = begin + ms * per_ms;
    // A step of 1 % of the amplitude would show as 80.
    const int smooth = roughness(whole) + 80;

    support::Signal shorter{whole.begin() + static_cast<std::ptrdiff_t>(begin),
                            whole.begin() + static_cast<std::ptrdiff_t>(end)};
    const std::size_t left = shorten(shorter, rate, 0.9F);
    ASSERT_LT(left, shorter.size());
    EXPECT_GE(left + kTimeScaleLag_ms_max * per_ms, shorter.size());
    support::Signal played{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(begin)};
    played.insert(played.end(), shorter.begin(), shorter.begin() + static_cast<std::ptrdiff_t>(left));
    played.insert(played.end(), whole.begin() + static_cast<std::ptrdiff_t>(end), whole.end());
    EXPECT_LE(roughness(played), smooth);

    support::Signal longer{whole.begin() + static_cast<std::ptrdiff_t>(begin),
                           whole.begin() + static_cast<std::ptrdiff_t>(end)};
    longer.resize(longer.size() + kTimeScaleLag_ms_max * per_ms);
    const std::size_t size = lengthen(longer, end - begin, rate, 0.9F);
    ASSERT_GT(size, end - begin);
    played.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(begin));
    played.insert(played.end(), longer.begin(), longer.begin() + static_cast<std::ptrdiff_t>(size));
    played.insert(played.end(), whole.begin() + static_cast<std::ptrdiff_t>(end), whole.end());
    EXPECT_LE(roughness(played), smooth);
}

INSTANTIATE_TEST_SUITE_P(TimeScale, EachVoice,
                         ::testing::Values(Voice{8'000, 105, 20}, Voice{8'000, 85, 40}, Voice{8'000, 200, 20},
                                           Voice{8'000, 440, 20}, Voice{8'000, 1000, 20}, Voice{16'000, 105, 20},
                                           Voice{16'000, 300, 60}, Voice{48'000, 85, 40}, Voice{48'000, 200, 20},
                                           Voice{48'000, 400, 10}));

TEST(TimeScale, LeavesLoudNoiseAloneUnlessPressed)
{
    auto noise = make_noise(320, 8000);
    EXPECT_EQ(shorten(noise, 8'000, 0.9F), noise.size());
    EXPECT_EQ(lengthen(noise, 200, 8'000, 0.9F), 200U);
    EXPECT_LT(shorten(noise, 8'000, -1.0F), noise.size());
    EXPECT_GT(lengthen(noise, 200, 8'000, -1.0F), 200U);
}

TEST(TimeScale, ChangesFaintNoiseAndSilenceAnywhere)
{
    auto noise = make_noise(320, 100);
    EXPECT_LT(shorten(noise, 8'000, 0.9F), noise.size());
    support::Signal silence(320);
    EXPECT_LT(shorten(silence, 8'000, 0.9F), silence.size());
    EXPECT_EQ(silence, support::Signal(320));
}

}  // namespace
}  // namespace rb::codecs
