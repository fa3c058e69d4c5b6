// Goal: a mix of any loudness leaves in 16 bits without clipping, and a quiet one leaves unchanged to the bit.
// Method: random frames as a property; the way down and back up by hand.
#include "bridges/limiter.h"

#include "dataplane/base/rng.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace rb::bridges {
namespace {

using codecs::Sample;

constexpr std::size_t kSamples = 160;

std::vector<std::int32_t> noise(Rng& rng, std::int32_t amplitude)
{
    std::vector<std::int32_t> samples(kSamples);
    for (std::int32_t& sample : samples) {
        sample = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(amplitude) * 2 + 1)) - amplitude;
    }
    return samples;
}

RC_GTEST_PROP(LimiterProperty, NeverClipsAndNeverTurnsASampleRound, ())
{
    Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
    Limiter limiter;
    std::vector<Sample> out(kSamples);
    for (int frame = 0; frame < 50; ++frame) {
        const auto loudness = static_cast<std::int32_t>(1 + rng.below(32 * 32'768));
        const auto in = noise(rng, loudness);
        limiter.process(in, out);
        for (std::size_t i = 0; i < kSamples; ++i) {
            RC_ASSERT(std::abs(static_cast<std::int32_t>(out[i])) <= 32'700);
            RC_ASSERT(out[i] == 0 || (out[i] < 0) == (in[i] < 0));
            RC_ASSERT(std::abs(static_cast<std::int32_t>(out[i])) <= std::abs(in[i]));
        }
        RC_ASSERT(limiter.gain() > 0.0F);
        RC_ASSERT(limiter.gain() <= 1.0F);
    }
}

RC_GTEST_PROP(LimiterProperty, IsBitExactBelowItsCeiling, ())
{
    Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
    Limiter limiter;
    std::vector<Sample> out(kSamples);
    for (int frame = 0; frame < 20; ++frame) {
        const auto in = noise(rng, 32'700);
        limiter.process(in, out);
        RC_ASSERT(std::equal(in.begin(), in.end(), out.begin()));
        RC_ASSERT(limiter.gain() == 1.0F);
    }
}

TEST(Limiter, RecoversWithinTwoTenthsOfASecondFromHalf)
{
    Limiter limiter{0.5F};
    const std::vector<std::int32_t> quiet(kSamples, 1000);
    std::vector<Sample> out(kSamples);
    for (int frame = 0; frame < 10; ++frame) {
        ASSERT_LT(limiter.gain(), 1.0F);
        limiter.process(quiet, out);
    }
    EXPECT_NEAR(limiter.gain(), 1.0F, 1e-4F);
    limiter.process(quiet, out);
    EXPECT_EQ(limiter.gain(), 1.0F);
    limiter.process(quiet, out);
    EXPECT_EQ(out.front(), 1000);
    EXPECT_EQ(out.back(), 1000);
}

}  // namespace
}  // namespace rb::bridges
