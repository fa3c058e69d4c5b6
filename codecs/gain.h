// gain.h — louder or quieter by whole decibels.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <span>

namespace rb::codecs {

inline constexpr int kGainMax_db = 30;

/// Multiplies samples by a gain; what would be too large stays at the largest value.
///
/// gain_db   beyond ±kGainMax_db it counts as that; 0 leaves the samples as they are
void apply_gain(std::span<Sample> samples, int gain_db) noexcept;

}  // namespace rb::codecs
