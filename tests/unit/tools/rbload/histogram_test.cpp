// Goal: percentiles are never below the truth and at most 1/32 above it.
// Method: small values by hand, then any values against the sorted list.
#include "tools/rbload/histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace rb::load {
namespace {

TEST(Histogram, CountsNothingAsZero)
{
    const Histogram empty;
    EXPECT_EQ(empty.percentile(0.5), 0ns);
    EXPECT_EQ(empty.percentiles().count, 0U);
}

TEST(Histogram, TakesNegativeAsZeroAndKeepsTheMaximum)
{
    Histogram histogram;
    histogram.add(-5us);
    histogram.add(10us);
    histogram.add(7200s);
    EXPECT_EQ(histogram.percentile(0.33), 0us);
    EXPECT_EQ(histogram.percentile(0.66), 10us);
    EXPECT_EQ(histogram.max(), 7200s);
}

RC_GTEST_PROP(HistogramProperty, PercentilesLieJustAboveTheTruth, ())
{
    auto values =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>()));
    Histogram whole;
    Histogram half;
    for (std::size_t i = 0; i < values.size(); ++i) {
        (i % 2 == 0 ? whole : half).add(std::chrono::microseconds{values[i] % 3'000'000'000U});
        values[i] %= 3'000'000'000U;
    }
    whole.merge(half);
    std::sort(values.begin(), values.end());
    for (const double share : {0.01, 0.5, 0.99, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
        const auto truth = static_cast<double>(values[std::max<std::size_t>(rank, 1) - 1]);
        const auto told = static_cast<double>(whole.percentile(share) / 1us);
        RC_ASSERT(told >= truth);
        RC_ASSERT(told <= truth * (1 + 1.0 / 32));
    }
}

}  // namespace
}  // namespace rb::load
