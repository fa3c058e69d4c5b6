#include "codecs/l16.h"

#include "dataplane/base/assert.h"

namespace rb::codecs {

void decode_l16(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept
{
    RB_ASSERT(payload.size() == samples.size() * 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] = static_cast<Sample>(payload[2 * i] << 8 | payload[2 * i + 1]);
    }
}

void encode_l16(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept
{
    RB_ASSERT(payload.size() == samples.size() * 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto bits = static_cast<std::uint16_t>(samples[i]);
        payload[2 * i] = static_cast<std::uint8_t>(bits >> 8U);
        payload[2 * i + 1] = static_cast<std::uint8_t>(bits & 0xffU);
    }
}

}  // namespace rb::codecs
