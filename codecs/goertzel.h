// goertzel.h — how much of one frequency is in a span of samples (Goertzel's algorithm).
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <span>

namespace rb::codecs {

/// Amplitude of the sine of `frequency_hz` in the samples, in sample units: a full-scale sine gives 32767.
///
/// frequency_hz   above 0, below half the rate. Exact when the span holds whole periods; else neighbours leak in.
/// returns        0 for an empty span
[[nodiscard]] double tone_amplitude(std::span<const Sample> samples, double frequency_hz, std::uint32_t rate) noexcept;

/// The same as an RMS level in dBov; never below −127.
[[nodiscard]] double tone_level_dbov(std::span<const Sample> samples, double frequency_hz, std::uint32_t rate) noexcept;

}  // namespace rb::codecs
