// comfort.h — silence, as each codec spells it, without encoding anything.
#pragma once

#include "codecs/codec_info.h"

#include <cstdint>
#include <span>

namespace rb::codecs {

/// The byte that a payload of silence repeats.
[[nodiscard]] std::uint8_t silence_byte(CodecId codec) noexcept;

/// Fills a payload with silence.
void write_silence(CodecId codec, std::span<std::uint8_t> payload) noexcept;

}  // namespace rb::codecs
