// tone_plan.h — which talker of a room sends which tone.
//
// Whole numbers of hertz, so that a second holds whole periods of each and a second's Goertzel measures one without the
// others; primes, so that no harmonic of one (G.711 makes them) falls on another.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rb::load {

inline constexpr std::size_t kTonesMax = 32;  ///< distinct tones, hence talkers of a room whose hearing is checked

/// The frequency of the index-th tone in Hz: a prime between 350 and 3,200, spread over the band so that few talkers
/// are far apart. index below kTonesMax (asserted).
[[nodiscard]] std::uint32_t tone_hz(std::size_t index) noexcept;

/// The amplitude at which each of `talkers` speaks, in sample units: all of them together stay below half of full
/// scale.
[[nodiscard]] double tone_amplitude_for(std::size_t talkers) noexcept;

}  // namespace rb::load
