// l16.h — L16 (RFC 3551 §4.5.11): the samples themselves, in network byte order.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <span>

namespace rb::codecs {

/// payload   two bytes for each of `samples` (asserted)
void decode_l16(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept;
/// payload   two bytes for each of `samples` (asserted)
void encode_l16(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept;

}  // namespace rb::codecs
