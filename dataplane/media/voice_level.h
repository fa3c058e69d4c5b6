// voice_level.h — how loud somebody is while speaking, and whether the microphone is overdriven.
#pragma once

#include <cstdint>

namespace rb::media {

/// Owner: whoever holds the leg.
class VoiceLevel {
public:
    /// |sample| at which G.711 has next to nothing left above: a frame that reaches it is clipped.
    static constexpr std::uint32_t kClipped = 32'000;

    /// One frame of 20 ms that counts as speech.
    ///
    /// magnitude   mean |sample|
    /// peak        greatest |sample|
    void frame(std::uint32_t magnitude, std::uint32_t peak) noexcept
    {
        ++frames_;
        clipped_ += peak >= kClipped ? 1U : 0U;
        constexpr float share = 1.0F / 64;  // of the last second or so of speech
        const auto now = static_cast<float>(magnitude);
        mean_ += frames_ == 1 ? now : (now - mean_) * share;
    }

    [[nodiscard]] std::uint32_t magnitude() const noexcept { return static_cast<std::uint32_t>(mean_); }
    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
    [[nodiscard]] std::uint64_t clipped() const noexcept { return clipped_; }

private:
    float mean_ = 0;
    std::uint64_t frames_ = 0;
    std::uint64_t clipped_ = 0;
};

}  // namespace rb::media
