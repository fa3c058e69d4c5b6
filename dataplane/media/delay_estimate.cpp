#include "dataplane/media/delay_estimate.h"

#include <algorithm>

namespace rb::media {
namespace {

/// What is forgotten to 1/e. A bad spell that filled the histogram has sunk below the quantile after 2.8 s, so that
/// the delay is back within 5 s; one packet in forty is still too few to count.
constexpr Nanos kMemory = 800ms;
constexpr float kQuantile = 0.97F;
/// The least transit is looked for in the present epoch and the one before.
constexpr Nanos kEpoch = 1s;
/// Far below the greatest float, far above what a packet adds: the scale is set back about twice a minute.
constexpr float kWeightMax = 1e20F;

}  // namespace

void DelayEstimate::reset() noexcept
{
    mass_.fill(0);
    weight_ = 1;
    total_ = 0;
}

void DelayEstimate::observe(Nanos transit, Nanos duration, Nanos now) noexcept
{
    if (!known()) {
        start(transit, now);
    }
    track_least(transit, now);
    move_origin();
    const auto bucket = static_cast<std::size_t>((transit - origin_) / kBucket);
    weigh(std::min(bucket, kBuckets - 1), duration);
    most_ = origin_ + kBucket * static_cast<Nanos::rep>(quantile_bucket() + 1);
}

void DelayEstimate::start(Nanos transit, Nanos now) noexcept
{
    origin_ = transit;
    least_now_ = least_before_ = transit;
    epoch_ = now;
}

void DelayEstimate::track_least(Nanos transit, Nanos now) noexcept
{
    if (now - epoch_ >= kEpoch) {
        least_before_ = now - epoch_ >= 2 * kEpoch ? transit : least_now_;
        least_now_ = transit;
        epoch_ = now;
    } else {
        least_now_ = std::min(least_now_, transit);
    }
    least_ = std::min(least_now_, least_before_);
}

/// Keeps the first bucket at the least transit. What falls off an end is kept in the outermost bucket.
void DelayEstimate::move_origin() noexcept
{
    const auto first = mass_.begin();
    const auto last = mass_.end();
    if (least_ < origin_) {
        const auto lowered = (origin_ - least_ + kBucket - 1ns) / kBucket;
        origin_ -= lowered * kBucket;
        const auto by = static_cast<std::ptrdiff_t>(std::min<Nanos::rep>(lowered, kBuckets - 1));
        for (auto fallen = last - by; fallen != last; ++fallen) {
            *(last - by - 1) += *fallen;
        }
        std::shift_right(first, last, by);
        std::fill(first, first + by, 0.0F);
    } else if (least_ - origin_ >= kBucket) {
        const auto raised = (least_ - origin_) / kBucket;
        origin_ += raised * kBucket;
        const auto by = static_cast<std::ptrdiff_t>(std::min<Nanos::rep>(raised, kBuckets - 1));
        for (auto fallen = first; fallen != first + by; ++fallen) {
            *(first + by) += *fallen;
        }
        std::shift_left(first, last, by);
        std::fill(last - by, last, 0.0F);
    }
}

void DelayEstimate::weigh(std::size_t bucket, Nanos duration) noexcept
{
    weight_ *= 1 + std::chrono::duration<float>(duration) / std::chrono::duration<float>(kMemory);
    mass_[bucket] += weight_;
    total_ += weight_;
    if (weight_ > kWeightMax) {
        for (float& mass : mass_) {
            mass /= weight_;
        }
        total_ /= weight_;
        weight_ = 1;
    }
}

std::size_t DelayEstimate::quantile_bucket() const noexcept
{
    float below = 0;
    std::size_t bucket = 0;
    while (bucket + 1 < kBuckets && (below += mass_[bucket]) < kQuantile * total_) {
        ++bucket;
    }
    return bucket;
}

}  // namespace rb::media
