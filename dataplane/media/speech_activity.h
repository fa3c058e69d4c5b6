// speech_activity.h — how much somebody has been speaking, over three spans of time: who leads a conversation is judged
// by all of them, so that neither a cough nor a word of assent counts (after Volfin and Cohen, 2013).
#pragma once

#include "dataplane/base/time.h"

#include <cstdint>

namespace rb::media {

/// Owner: whoever holds the leg.
class SpeechActivity {
public:
    /// Mean activity of a frame, the newest weighing most: silence 0, speech at the threshold 3, the loudest 8.
    struct Scores {
        float immediate = 0;  ///< half of the weight lies in the last 100 ms
        float medium = 0;     ///< 500 ms
        float lasting = 0;    ///< 1 s
    };

    /// One frame of 20 ms.
    ///
    /// magnitude   mean |sample|
    /// threshold   that counts as voice, at least 1
    void frame(std::uint32_t magnitude, std::uint32_t threshold, Nanos at) noexcept;

    /// As they are at this time, in which nothing was said since the last frame().
    [[nodiscard]] Scores scores(Nanos at) const noexcept;

private:
    Scores scores_;
    Nanos at_ = 0ns;
};

/// Whether somebody takes the floor from another: has spoken more at each scale, at the shorter ones far more. From
/// nobody, whoever has spoken for a moment.
[[nodiscard]] bool takes_floor(const SpeechActivity::Scores& challenger, const SpeechActivity::Scores& holder) noexcept;

}  // namespace rb::media
