// time_scale.h — makes audio a pitch period shorter or longer without a seam (overlap-add at the lag where the waveform
// is most alike, as WSOLA does): how a jitter buffer changes its delay while somebody speaks.
#pragma once

#include "codecs/pcm.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::codecs {

// NOLINTBEGIN(readability-identifier-naming): the unit comes last, as it does in variables
/// Lags looked at: pitch of 80 to 400 Hz. The longest needs audio of twice its length.
inline constexpr std::uint32_t kTimeScaleLag_ms_max = 12;
// NOLINTEND(readability-identifier-naming)

/// Takes one period out, in place. Background noise is shortened anywhere; other audio only where it repeats itself.
///
/// samples         at least 10 ms (asserted) of `rate`; the result begins and ends as they did
/// similarity_min  correlation demanded of the two periods laid over each other, −1 (always) to 1
/// returns         the samples left; samples.size() where nothing was alike enough
[[nodiscard]] std::size_t shorten(std::span<Sample> samples, std::uint32_t rate, float similarity_min) noexcept;

/// Puts one period in, in place.
///
/// buffer   its first `size` samples, at least 10 ms (asserted), are the audio; room for kTimeScaleLag_ms_max more
///          (asserted)
/// returns  the samples there are now, `size` where nothing was alike enough
[[nodiscard]] std::size_t lengthen(std::span<Sample> buffer, std::size_t size, std::uint32_t rate,
                                   float similarity_min) noexcept;

}  // namespace rb::codecs
