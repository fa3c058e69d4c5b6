// g711.h — ITU-T G.711 companding, both laws: one byte a sample. Wide loops, compiled once per instruction set.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <span>

namespace rb::codecs {

/// Expands µ-law to samples. Both spans are of one length (asserted).
void decode_ulaw(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept;
/// Compresses samples to µ-law. Both spans are of one length (asserted).
void encode_ulaw(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept;
/// Expands A-law to samples. Both spans are of one length (asserted).
void decode_alaw(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept;
/// Compresses samples to A-law. Both spans are of one length (asserted).
void encode_alaw(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept;

/// One µ-law byte as a sample.
[[nodiscard]] constexpr Sample expand_ulaw(std::uint8_t code) noexcept
{
    constexpr int bias = 132;
    const int inverted = code ^ 0xff;
    const int magnitude = ((((inverted & 0x0f) << 3) + bias) << (inverted >> 4 & 7)) - bias;
    return static_cast<Sample>((inverted & 0x80) != 0 ? -magnitude : magnitude);
}

/// One A-law byte as a sample.
[[nodiscard]] constexpr Sample expand_alaw(std::uint8_t code) noexcept
{
    const int toggled = code ^ 0x55;
    const int segment = toggled >> 4 & 7;
    const int step = (toggled & 0x0f) << 4;
    const int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
    return static_cast<Sample>((toggled & 0x80) != 0 ? magnitude : -magnitude);
}

}  // namespace rb::codecs
