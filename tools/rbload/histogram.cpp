#include "tools/rbload/histogram.h"

#include <algorithm>
#include <cmath>

namespace rb::load {

void Histogram::add(Nanos value) noexcept
{
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(value / 1us, 0));
    ++counts_[bucket_of(std::min(us, kLargest))];
    ++count_;
    max_ = std::max(max_, value);
}

void Histogram::merge(const Histogram& other) noexcept
{
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        counts_[i] += other.counts_[i];
    }
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
}

Nanos Histogram::percentile(double share) const noexcept
{
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen >= wanted && seen > 0) {
            return std::min<Nanos>(max_, std::chrono::microseconds{bound_of(i)});
        }
    }
    return Nanos{};
}

Percentiles Histogram::percentiles() const noexcept
{
    return {.count = count_, .p50 = percentile(0.5), .p99 = percentile(0.99), .p999 = percentile(0.999), .max = max_};
}

}  // namespace rb::load
