// delay_estimate.h — how long packets take, told from their timestamps: the least lately, and what nearly all stay
// below.
//
// A transit is the time of arrival less the time of the timestamp. Its zero means nothing, since the two clocks have
// never been compared; only differences count.
#pragma once

#include "dataplane/base/time.h"

#include <array>
#include <cstddef>

namespace rb::media {

/// A histogram of transits that forgets, above the least one of the last second or two. A sender whose clock drifts
/// moves both, slowly enough.
/// Owner: whoever holds the leg.
class DelayEstimate {
public:
    /// Resolution of most(), and the widest spread told apart.
    static constexpr Nanos kBucket = 5ms;
    static constexpr std::size_t kBuckets = 64;

    /// Takes one packet into account.
    ///
    /// duration   of its audio; a long packet weighs as much as the short ones it stands for
    /// now        when it came
    void observe(Nanos transit, Nanos duration, Nanos now) noexcept;

    /// The least transit of the last second or two; observe() was called since reset().
    [[nodiscard]] Nanos least() const noexcept { return least_; }
    /// What 97 of 100 packets of about the last second stayed below, rounded up to a bucket.
    [[nodiscard]] Nanos most() const noexcept { return most_; }
    [[nodiscard]] bool known() const noexcept { return total_ > 0; }

    void reset() noexcept;

private:
    void start(Nanos transit, Nanos now) noexcept;
    void track_least(Nanos transit, Nanos now) noexcept;
    void move_origin() noexcept;
    void weigh(std::size_t bucket, Nanos duration) noexcept;
    [[nodiscard]] std::size_t quantile_bucket() const noexcept;

    std::array<float, kBuckets> mass_{};
    float weight_ = 1;  // of the next packet: growing, it has the same effect as letting all others shrink
    float total_ = 0;
    Nanos origin_ = 0ns;  // lower bound of the first bucket, at most a bucket below the least
    Nanos least_ = 0ns;
    Nanos most_ = 0ns;
    Nanos least_now_ = 0ns;  // of the present epoch
    Nanos least_before_ = 0ns;
    Nanos epoch_ = 0ns;
};

}  // namespace rb::media
