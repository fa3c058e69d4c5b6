// g711_kernel.h — the loops of G.711, private to g711.cpp. Nanoseconds for 160 samples with AVX2 / AVX-512, against
// 64 for a table of 256 and 66–117 for one of 65,536: decode 36 / 31, encode 65 / 45.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rb::codecs::kernel {

void decode_ulaw(const std::uint8_t* __restrict codes, std::int16_t* __restrict samples, std::size_t count) noexcept;
void encode_ulaw(const std::int16_t* __restrict samples, std::uint8_t* __restrict codes, std::size_t count) noexcept;
void decode_alaw(const std::uint8_t* __restrict codes, std::int16_t* __restrict samples, std::size_t count) noexcept;
void encode_alaw(const std::int16_t* __restrict samples, std::uint8_t* __restrict codes, std::size_t count) noexcept;

}  // namespace rb::codecs::kernel
