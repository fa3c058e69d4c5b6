// comfort_noise.h — how a pause sounds: what RFC 3389 says of the noise at the other end, and noise that sounds like
// it.
#pragma once

#include "codecs/pcm.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::codecs {

/// Most coefficients used of a payload; what is beyond describes detail that nobody hears in noise.
inline constexpr std::size_t kNoiseOrderMax = 12;

/// Noise of a described level and colour.
/// Owner: whoever holds the stream. Nothing allocates.
class ComfortNoise {
public:
    /// Takes a description (RFC 3389 §3): the level in −dBov, then reflection coefficients or none. Returns false and
    /// changes nothing when the payload is empty.
    bool describe(std::span<const std::uint8_t> payload) noexcept;

    /// The mean |x| that fill() is going to produce.
    [[nodiscard]] std::uint32_t magnitude() const noexcept { return magnitude_; }

    /// Fills with noise, going on from where the last call ended.
    void fill(std::span<Sample> samples) noexcept;

private:
    [[nodiscard]] float excitation() noexcept;

    std::array<float, kNoiseOrderMax> coefficients_{};  // of the all-pole filter
    std::array<float, kNoiseOrderMax> past_{};          // its newest outputs, newest first
    std::size_t order_ = 0;
    float amplitude_ = 0;  // of the excitation, uniform
    std::uint32_t magnitude_ = 0;
    std::uint32_t random_ = 1;
};

}  // namespace rb::codecs
