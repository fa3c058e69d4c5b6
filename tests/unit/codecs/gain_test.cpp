// Goal: a gain is what it says in decibels, and never wraps around.
// Method: known samples, and the property that a gain and its opposite nearly cancel out.
#include "codecs/gain.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::codecs {
namespace {

using Samples = std::vector<Sample>;

Samples with_gain(Samples samples, int gain_db)
{
    apply_gain(samples, gain_db);
    return samples;
}

TEST(Gain, IsInDecibels)
{
    EXPECT_EQ(with_gain({1000, -1000, 0}, 0), (Samples{1000, -1000, 0}));
    EXPECT_NEAR(with_gain({1000}, 6)[0], 1995, 2);
    EXPECT_NEAR(with_gain({-1000}, -6)[0], -501, 2);
    EXPECT_NEAR(with_gain({1000}, 20)[0], 10000, 10);
}

TEST(Gain, StaysAtTheLargestValue)
{
    EXPECT_EQ(with_gain({30000, -30000, -32768}, 30), (Samples{32767, -32768, -32768}));
    EXPECT_EQ(with_gain({1000}, 99), with_gain({1000}, kGainMax_db));
    EXPECT_EQ(with_gain({1000}, -99), with_gain({1000}, -kGainMax_db));
}

}  // namespace
}  // namespace rb::codecs
