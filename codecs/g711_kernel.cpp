#include "codecs/g711_kernel.h"

#include "dataplane/base/kernel.h"

#include <bit>

// Two formulations that need no lookup and no shift by a variable, which AVX2 does not have for 16 bits:
// expanding multiplies by (1 or 2)·(1 or 4)·(1 or 16), one factor for each bit of the segment number; compressing lets
// the conversion to float find the leading one, so that exponent and four mantissa bits lie side by side.
namespace rb::codecs::kernel {
namespace {

constexpr int kMantissaShift = 19;  // of a float's 23 mantissa bits the top four are the code's

inline std::int32_t exponent_and_step(std::int32_t magnitude) noexcept
{
    return std::bit_cast<std::int32_t>(static_cast<float>(magnitude)) >> kMantissaShift;
}

/// 1 << segment, for 0 to 7.
inline std::int16_t power_of_two(std::int16_t segment) noexcept
{
    return static_cast<std::int16_t>((1 + (segment & 1)) * (1 + 3 * (segment >> 1 & 1)) *
                                     (1 + 15 * (segment >> 2 & 1)));
}

constexpr std::int32_t float_field(std::int32_t exponent) noexcept
{
    return (127 + exponent) << 4;
}

}  // namespace

RB_KERNEL void decode_ulaw(const std::uint8_t* __restrict codes, std::int16_t* __restrict samples,
                           std::size_t count) noexcept
{
    constexpr std::int16_t bias = 132;
    for (std::size_t i = 0; i < count; ++i) {
        const auto code = static_cast<std::int16_t>(codes[i] ^ 0xff);
        const auto step = static_cast<std::int16_t>(((code & 0x0f) << 3) + bias);
        const auto segment = static_cast<std::int16_t>(code >> 4 & 7);
        const auto magnitude = static_cast<std::int16_t>(step * power_of_two(segment) - bias);
        const auto sign = static_cast<std::int16_t>(-(code >> 7));  // 0 or −1
        samples[i] = static_cast<std::int16_t>((magnitude ^ sign) - sign);
    }
}

RB_KERNEL void encode_ulaw(const std::int16_t* __restrict samples, std::uint8_t* __restrict codes,
                           std::size_t count) noexcept
{
    constexpr std::int32_t bias = 132;
    constexpr std::int32_t largest = 32767;
    constexpr std::int32_t first_segment = float_field(7);  // 132 = 2^7 + 4: the bias puts every sample at 2^7 or more
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t sample = samples[i];
        const std::int32_t biased = (sample < 0 ? -sample : sample) + bias;
        const std::int32_t clipped = biased > largest ? largest : biased;
        const std::int32_t code = exponent_and_step(clipped) - first_segment;
        codes[i] = static_cast<std::uint8_t>(code ^ (sample < 0 ? 0x7f : 0xff));
    }
}

RB_KERNEL void decode_alaw(const std::uint8_t* __restrict codes, std::int16_t* __restrict samples,
                           std::size_t count) noexcept
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto code = static_cast<std::int16_t>(codes[i] ^ 0x55);
        const auto segment = static_cast<std::int16_t>(code >> 4 & 7);
        const auto above_first = static_cast<std::int16_t>(segment != 0 ? 1 : 0);
        const auto step = static_cast<std::int16_t>(((code & 0x0f) << 4) + 8 + (above_first << 8));
        const auto magnitude =
            static_cast<std::int16_t>(step * power_of_two(static_cast<std::int16_t>(segment - above_first)));
        const auto sign = static_cast<std::int16_t>((code >> 7) - 1);  // a set bit means positive: 0 or −1
        samples[i] = static_cast<std::int16_t>((magnitude ^ sign) - sign);
    }
}

RB_KERNEL void encode_alaw(const std::int16_t* __restrict samples, std::uint8_t* __restrict codes,
                           std::size_t count) noexcept
{
    constexpr std::int32_t linear_below = 16;  // the first segment has no leading one to find
    constexpr std::int32_t first_segment = float_field(3);
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t sample = samples[i];
        const std::int32_t sign = sample >> 31;  // 0 or −1
        const std::int32_t magnitude = (sample ^ sign) >> 4;
        const std::int32_t compressed = exponent_and_step(magnitude) - first_segment;
        const std::int32_t linear = (magnitude - linear_below) >> 31;  // −1 in the first segment
        const std::int32_t code = (magnitude & linear) | (compressed & ~linear);
        codes[i] = static_cast<std::uint8_t>(code ^ 0xd5 ^ (sign & 0x80));
    }
}

}  // namespace rb::codecs::kernel
