#include "codecs/g711.h"

#include "codecs/g711_kernel.h"
#include "dataplane/base/assert.h"

namespace rb::codecs {

void decode_ulaw(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept
{
    RB_ASSERT(payload.size() == samples.size());
    kernel::decode_ulaw(payload.data(), samples.data(), payload.size());
}

void encode_ulaw(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept
{
    RB_ASSERT(payload.size() == samples.size());
    kernel::encode_ulaw(samples.data(), payload.data(), payload.size());
}

void decode_alaw(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept
{
    RB_ASSERT(payload.size() == samples.size());
    kernel::decode_alaw(payload.data(), samples.data(), payload.size());
}

void encode_alaw(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept
{
    RB_ASSERT(payload.size() == samples.size());
    kernel::encode_alaw(samples.data(), payload.data(), payload.size());
}

}  // namespace rb::codecs
