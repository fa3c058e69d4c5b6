#include "bridges/trunk.h"

#include <algorithm>

namespace rb::bridges {

bool TrunkLine::send(std::span<const std::int32_t> sum) noexcept
{
    const std::uint32_t number = sent_.load(std::memory_order_relaxed);
    if (number - read_.load(std::memory_order_acquire) == kFrames) {
        return false;
    }
    RB_ASSERT(sum.size() <= frame_samples_max_);
    lengths_[number % kFrames] = sum.size();
    std::ranges::copy(sum, frame(number));
    sent_.store(number + 1, std::memory_order_release);
    return true;
}

bool TrunkLine::add_to(std::span<std::int32_t> total) noexcept
{
    const std::uint32_t sent = sent_.load(std::memory_order_acquire);
    std::uint32_t number = read_.load(std::memory_order_relaxed);
    if (number == sent) {
        return false;
    }
    if (sent - number > kWaitingMax) {
        number = sent - 1;
    }
    const bool audible = lengths_[number % kFrames] == total.size();
    if (audible) {
        const std::int32_t* sum = frame(number);
        for (std::size_t i = 0; i < total.size(); ++i) {
            total[i] += sum[i];
        }
    }
    read_.store(number + 1, std::memory_order_release);
    return audible;
}

}  // namespace rb::bridges
