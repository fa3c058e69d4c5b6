// level.h — how loud audio is: mean square, level in dBov, peak, and a cheap guess from a payload nobody has decoded.
#pragma once

#include "codecs/codec_info.h"
#include "codecs/pcm.h"

#include <cstdint>
#include <optional>
#include <span>

namespace rb::codecs {

/// A level of digital silence, and the lowest that RFC 6464 can carry.
inline constexpr float kSilenceDbov = -127.0F;

/// dBm0 = dBov + this: a full-scale sine is −3.01 dBov and +3.14 dBm0 (ITU-T G.711 µ-law; A-law differs by 0.03).
inline constexpr float kDbm0AboveDbov = 6.15F;

/// Σ x² of the samples. An empty span gives 0.
[[nodiscard]] std::uint64_t sum_of_squares(std::span<const Sample> samples) noexcept;

/// The greatest |x|, 0 to 32768.
[[nodiscard]] std::uint32_t peak(std::span<const Sample> samples) noexcept;

/// The mean of |x|, 0 to 32768, rounded down; cheaper than a level and good enough for a gate.
[[nodiscard]] std::uint32_t mean_magnitude(std::span<const Sample> samples) noexcept;

/// RMS level against a full-scale square wave: 0 to kSilenceDbov (ITU-T P.56's dBov).
[[nodiscard]] float level_dbov(std::span<const Sample> samples) noexcept;

/// The mean of |x| guessed from every eighth sample or so of a payload, without decoding: the talk gate of a conference
/// looks at thousands of packets that nobody will decode.
///
/// returns  0 to 32768; nothing when the codec does not carry samples one by one (Opus but for its shortest
///          payloads), 0 for an empty payload, and for a codec that is only passed on
[[nodiscard]] std::optional<std::uint32_t> payload_magnitude(CodecId codec,
                                                             std::span<const std::uint8_t> payload) noexcept;

}  // namespace rb::codecs
