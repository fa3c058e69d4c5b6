// mix_kernel.h — the wide loops of mixing, compiled once per instruction set and chosen when the program loads.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <span>

namespace rb::bridges {

/// sum += frame. Both of one length.
void mix_add(std::span<std::int32_t> sum, std::span<const codecs::Sample> frame) noexcept;
/// sum −= frame. Both of one length.
void mix_subtract(std::span<std::int32_t> sum, std::span<const codecs::Sample> frame) noexcept;
/// out = sum − own. All of one length.
void mix_without(std::span<std::int32_t> out, std::span<const std::int32_t> sum,
                 std::span<const codecs::Sample> own) noexcept;
/// The greatest |x|.
[[nodiscard]] std::uint32_t mix_peak(std::span<const std::int32_t> sum) noexcept;
/// out = in, which must fit into 16 bits.
void mix_narrow(std::span<const std::int32_t> in, std::span<codecs::Sample> out) noexcept;
/// out = in × a gain that runs from `from` to `to` over the span.
void mix_scale(std::span<const std::int32_t> in, std::span<codecs::Sample> out, float from, float to) noexcept;

}  // namespace rb::bridges
