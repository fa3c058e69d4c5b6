// Goal: a quantile is the bound of the bucket below which so many values lie.
// Method: small histograms by hand; any histogram against the sorted values it was made of.
#include "dataplane/base/quantile.h"

#include "dataplane/base/counters.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace rb {
namespace {

constexpr std::array<BucketCount, 3> kBuckets{{{.bound = 1, .count = 98}, {.bound = 2, .count = 1}, {4, 1}}};

TEST(Quantile, IsTheBucketThatReachesIt)
{
    EXPECT_EQ(quantile_bucket(kBuckets, 500), 0U);
    EXPECT_EQ(quantile_bucket(kBuckets, 980), 0U);
    EXPECT_EQ(quantile_bucket(kBuckets, 990), 1U);
    EXPECT_EQ(quantile_bucket(kBuckets, 999), 2U);
    EXPECT_EQ(quantile_bucket(kBuckets, 1000), 2U);
}

TEST(Quantile, OfNothingIsNone)
{
    const std::array<BucketCount, 2> empty{{{.bound = 1}, {.bound = 2}}};
    EXPECT_EQ(quantile_bucket(empty, 500), 2U);
    EXPECT_EQ(quantile_bucket({}, 500), 0U);
}

RC_GTEST_PROP(Quantile, AgreesWithTheSortedValues, (std::vector<std::uint16_t> values))
{
    RC_PRE(!values.empty());
    constexpr std::size_t kBucketCount = 12;
    std::vector<BucketCount> buckets(kBucketCount);
    for (std::size_t i = 0; i < kBucketCount; ++i) {
        buckets[i].bound = std::uint64_t{1} << i;
    }
    for (const std::uint16_t value : values) {
        ++buckets[bucket_of<kBucketCount>(value)].count;
    }
    std::sort(values.begin(), values.end());
    for (const std::size_t per_mille : {500U, 990U, 999U, 1000U}) {
        const std::size_t rank = (values.size() * per_mille + 999) / 1000;
        RC_ASSERT(quantile_bucket(buckets, per_mille) == bucket_of<kBucketCount>(values[rank - 1]));
    }
}

}  // namespace
}  // namespace rb
