// quantile.h — what a histogram's buckets say: the bound below which so many per mille of the values lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rb {

/// One bucket's upper bound and how many values it got; several are in the order of their bounds.
struct BucketCount {
    std::uint64_t bound = 0;
    std::uint64_t count = 0;
};

/// Index of the first bucket up to which `per_mille` of all values lie; the number of buckets where none was counted.
[[nodiscard]] constexpr std::size_t quantile_bucket(std::span<const BucketCount> buckets,
                                                    std::uint64_t per_mille) noexcept
{
    std::uint64_t total = 0;
    for (const BucketCount& bucket : buckets) {
        total += bucket.count;
    }
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        seen += buckets[i].count;
        if (seen > 0 && seen * 1000 >= total * per_mille) {
            return i;
        }
    }
    return buckets.size();
}

}  // namespace rb
