// comfort.h — silence, as each codec spells it, without encoding anything.
#pragma once

#include "codecs/codec_info.h"

#include <cstdint>
#include <span>

namespace rb::codecs {

/// Writes the payload of 20 ms of silence; of a codec that is only passed on, none.
///
/// room      for it
/// returns   what was written
[[nodiscard]] std::span<const std::uint8_t> write_silence(CodecId codec, std::span<std::uint8_t> room) noexcept;

}  // namespace rb::codecs
