// talk_detector.h — when a party talks: level above a threshold, with hang-over, so that words do not flicker.
#pragma once

#include "dataplane/base/time.h"

#include <cstdint>

namespace rb::media {

/// Thresholds as confbridge.conf gives them.
struct TalkThresholds {
    std::uint32_t magnitude = 160;  ///< mean |sample| that counts as voice (dsp_talking_threshold)
    Nanos silence = 2500ms;         ///< below it for this long = silent (dsp_silence_threshold)
};

/// Mean |sample| from which a frame is worth mixing, whoever counts as talking: −46 dBov.
inline constexpr std::uint32_t kAudibleMagnitude = 160;

/// Owner: whoever holds the leg.
class TalkDetector {
public:
    /// Frames in a row above the threshold before somebody counts as talking: a click is not a word.
    static constexpr unsigned kOnset = 2;
    /// How long a talker's frames are still decoded and mixed after the level fell: word ends are quiet.
    static constexpr Nanos kHangOver = 400ms;

    /// One frame of the party, 20 ms; returns true when talking() has changed.
    bool frame(std::uint32_t magnitude, const TalkThresholds& thresholds, Nanos at) noexcept;

    [[nodiscard]] bool talking() const noexcept { return talking_; }
    /// Whether frames are to be heard: loud now, or a moment ago.
    [[nodiscard]] bool audible(Nanos at) const noexcept { return ever_ && at - audible_at_ <= kHangOver; }
    /// Smoothed mean |sample|, for ranking talkers.
    [[nodiscard]] std::uint32_t level() const noexcept { return level_; }

private:
    bool talking_ = false;
    bool ever_ = false;
    unsigned loud_frames_ = 0;
    std::uint32_t level_ = 0;
    Nanos loud_at_ = 0ns;     // above the threshold of talking
    Nanos audible_at_ = 0ns;  // worth mixing
};

}  // namespace rb::media
