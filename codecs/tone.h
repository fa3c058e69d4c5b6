// tone.h — call progress tones and beeps: a list of segments, each one or two frequencies for a time, once or for ever.
#pragma once

#include "codecs/pcm.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::codecs {

/// One stretch of a tone: silence when both frequencies are 0.
struct ToneSegment {
    std::uint16_t first_hz = 0;
    std::uint16_t second_hz = 0;  ///< 0 = a single tone
    bool modulated = false;       ///< first_hz with its amplitude varied at second_hz ("400*25"), instead of their sum
    std::uint32_t duration_ms = 0;  ///< 0 = does not end
};

inline constexpr std::size_t kToneSegmentsMax = 32;

/// The level of each frequency: −16.1 dBov, that is −10 dBm0 (ITU-T E.180 §3).
inline constexpr float kToneLevelDbov = -16.15F;

/// Makes the samples of a list of segments. Phases run on across segments, so a change of frequency does not click.
class ToneGenerator {
public:
    /// What to play and how.
    struct Plan {
        std::span<const ToneSegment> segments;  ///< copied; at most kToneSegmentsMax (asserted)
        std::size_t loop_from = 0;              ///< segment to go on with after the last; segments.size() = play once
        float level_dbov = kToneLevelDbov;      ///< of each frequency
    };

    /// rate   one of kSampleRates (asserted)
    ToneGenerator(const Plan& plan, std::uint32_t rate) noexcept;

    /// Writes the next samples; after the end, silence.
    /// returns   the samples before the end, out.size() while it lasts
    std::size_t generate(std::span<Sample> out) noexcept;

    [[nodiscard]] bool ended() const noexcept { return current_ >= count_; }

private:
    struct Oscillator {
        std::uint32_t phase = 0;  // of 2^32 per turn
        std::uint32_t step = 0;
        [[nodiscard]] float next() noexcept;
    };

    void enter(std::size_t segment) noexcept;
    [[nodiscard]] Sample next_sample() noexcept;

    std::array<ToneSegment, kToneSegmentsMax> segments_{};
    std::size_t count_;
    std::size_t loop_from_;
    std::size_t current_ = 0;
    std::uint32_t rate_;
    std::uint64_t left_ = 0;  // samples of the current segment
    float amplitude_;
    Oscillator first_;
    Oscillator second_;
};

}  // namespace rb::codecs
