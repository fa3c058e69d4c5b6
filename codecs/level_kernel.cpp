#include "codecs/level_kernel.h"

#include "dataplane/base/kernel.h"

namespace rb::codecs::kernel {

RB_KERNEL std::uint64_t sum_of_squares(const std::int16_t* samples, std::size_t count) noexcept
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t sample = samples[i];
        sum += static_cast<std::uint32_t>(sample * sample);
    }
    return sum;
}

RB_KERNEL std::uint32_t peak(const std::int16_t* samples, std::size_t count) noexcept
{
    std::int32_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t sample = samples[i];
        const std::int32_t magnitude = sample < 0 ? -sample : sample;
        largest = magnitude > largest ? magnitude : largest;
    }
    return static_cast<std::uint32_t>(largest);
}

RB_KERNEL std::uint32_t sum_of_magnitudes(const std::int16_t* samples, std::size_t count) noexcept
{
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t sample = samples[i];
        sum += static_cast<std::uint32_t>(sample < 0 ? -sample : sample);
    }
    return sum;
}

}  // namespace rb::codecs::kernel
