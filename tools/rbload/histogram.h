// histogram.h — counts of durations in buckets that are never wider than 1/32 of their value: percentiles in constant
// memory.
#pragma once

#include "dataplane/base/time.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace rb::load {

/// What is said of a distribution.
struct Percentiles {
    std::uint64_t count = 0;
    Nanos p50{};
    Nanos p99{};
    Nanos p999{};
    Nanos max{};
};

/// Microseconds are exact up to 64, and within 3 % above. Negative durations count as 0, those beyond an hour as an
/// hour; the maximum is kept exactly.
class Histogram {
public:
    void add(Nanos value) noexcept;
    void merge(const Histogram& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] Nanos max() const noexcept { return max_; }
    /// The smallest bucket bound below which the given share (0 to 1) of the values lies; 0 when empty.
    [[nodiscard]] Nanos percentile(double share) const noexcept;
    [[nodiscard]] Percentiles percentiles() const noexcept;

private:
    static constexpr unsigned kSubBits = 5;  // 32 buckets for each doubling
    static constexpr std::uint64_t kLargest = 3'600'000'000;
    static constexpr std::size_t bucket_of(std::uint64_t us) noexcept
    {
        const auto width = static_cast<unsigned>(std::bit_width(us));
        const unsigned shift = width > kSubBits + 1 ? width - kSubBits - 1 : 0;
        return (std::size_t{shift} << kSubBits) + static_cast<std::size_t>(us >> shift);
    }
    static constexpr std::uint64_t bound_of(std::size_t bucket) noexcept
    {
        const std::size_t doubled = bucket >> kSubBits;
        const std::size_t shift = doubled > 1 ? doubled - 1 : 0;
        return ((std::uint64_t{bucket} - (std::uint64_t{shift} << kSubBits) + 1) << shift) - 1;
    }
    static constexpr std::size_t kBuckets = 896;  // bucket_of(kLargest) is below: 32 bits, 6 of which are kept

    std::array<std::uint64_t, kBuckets> counts_{};
    std::uint64_t count_ = 0;
    Nanos max_{};
};

}  // namespace rb::load
