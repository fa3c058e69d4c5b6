// Goal: comfort noise has the level RFC 3389 says, whatever its colour, and the colour the coefficients describe.
// Method: levels and coefficients by hand, measured over a second; any payload whatever stays within bounds.
#include "codecs/comfort_noise.h"

#include "codecs/level.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

namespace rb::codecs {
namespace {

std::vector<Sample> second_of(ComfortNoise& noise)
{
    std::vector<Sample> samples(8'000);
    noise.fill(samples);
    return samples;
}

/// Correlation of neighbouring samples, −1 to 1.
double neighbours_alike(std::span<const Sample> samples)
{
    double product = 0;
    double energy = 0;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        product += samples[i] * samples[i - 1];
        energy += samples[i] * samples[i];
    }
    return product / energy;
}

TEST(ComfortNoise, HasTheLevelDescribed)
{
    for (const std::uint8_t level : std::array<std::uint8_t, 3>{30, 45, 60}) {
        ComfortNoise noise;
        ASSERT_TRUE(noise.describe(std::array{level}));
        const auto samples = second_of(noise);
        EXPECT_NEAR(level_dbov(samples), -level, 0.5);
        EXPECT_NEAR(mean_magnitude(samples), noise.magnitude(), noise.magnitude() * 0.15 + 1);
        EXPECT_NEAR(neighbours_alike(samples), 0, 0.05) << "white";
    }
}

TEST(ComfortNoise, HasTheColourDescribedAtTheSameLevel)
{
    // k₁ = −0.8: each sample is much like the one before, which is what a low hum looks like; +0.8 the contrary.
    for (const auto& [quantised, alike] : {std::pair{std::uint8_t{25}, 0.8}, std::pair{std::uint8_t{229}, -0.8}}) {
        ComfortNoise noise;
        ASSERT_TRUE(noise.describe(std::array<std::uint8_t, 3>{40, quantised, 127}));
        const auto samples = second_of(noise);
        EXPECT_NEAR(neighbours_alike(samples), alike, 0.05);
        EXPECT_NEAR(level_dbov(samples), -40, 1.0);
    }
}

TEST(ComfortNoise, IgnoresTheReservedBitAndAnEmptyPayload)
{
    ComfortNoise noise;
    ASSERT_TRUE(noise.describe(std::array<std::uint8_t, 1>{0x80 | 50}));
    const std::uint32_t magnitude = noise.magnitude();
    EXPECT_NEAR(level_dbov(second_of(noise)), -50, 0.5);
    EXPECT_FALSE(noise.describe({}));
    EXPECT_EQ(noise.magnitude(), magnitude);
}

TEST(ComfortNoise, TheFaintestIsSilence)
{
    ComfortNoise noise;
    ASSERT_TRUE(noise.describe(std::array<std::uint8_t, 1>{127}));
    EXPECT_EQ(second_of(noise), std::vector<Sample>(8'000));
}

RC_GTEST_PROP(ComfortNoiseProperty, NoPayloadMakesItLouderThanItsLevelByFar, ())
{
    auto payload = *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    RC_PRE(!payload.empty());
    payload[0] = 50;
    ComfortNoise noise;
    RC_ASSERT(noise.describe(payload));
    RC_ASSERT(level_dbov(second_of(noise)) < -38.0F);
}

}  // namespace
}  // namespace rb::codecs
