#include "dataplane/media/talk_detector.h"

#include <algorithm>

namespace rb::media {

bool TalkDetector::frame(std::uint32_t magnitude, const TalkThresholds& thresholds, Nanos at) noexcept
{
    // Rises at once, falls with a time constant of eight frames.
    level_ = std::max(magnitude, (level_ * 7 + magnitude) / 8);
    const bool loud = magnitude >= thresholds.magnitude;
    loud_frames_ = loud ? loud_frames_ + 1 : 0;
    if (loud) {
        loud_at_ = at;
    }
    if (magnitude >= std::min(thresholds.magnitude, kAudibleMagnitude)) {
        audible_at_ = at;
        ever_ = true;
    }
    const bool before = talking_;
    if (loud_frames_ >= kOnset) {
        talking_ = true;
    } else if (talking_ && at - loud_at_ >= thresholds.silence) {
        talking_ = false;
    }
    return talking_ != before;
}

}  // namespace rb::media
