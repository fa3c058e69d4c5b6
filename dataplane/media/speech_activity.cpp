#include "dataplane/media/speech_activity.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>

namespace rb::media {
namespace {

constexpr float kHalfImmediate_ms = 100;
constexpr float kHalfMedium_ms = 500;
constexpr float kHalfLasting_ms = 1000;

// What one frame keeps of the past: 2^(−20 / half).
constexpr float kKeepImmediate = 0.870551F;
constexpr float kKeepMedium = 0.972655F;
constexpr float kKeepLasting = 0.986233F;

// Far more, more, and at all: two who speak at once stay below these unless one is 24 dB louder.
constexpr float kImmediateRatio = 2.0F;
constexpr float kMediumRatio = 1.5F;
/// Medium score of 290 ms of the quietest speech, or 100 ms of the loudest.
constexpr float kMediumMin = 1.0F;

float activity_of(std::uint32_t magnitude, std::uint32_t threshold) noexcept
{
    if (magnitude < threshold) {
        return 0;
    }
    return 2.0F + static_cast<float>(std::min(std::bit_width(magnitude / threshold), 6U));  // steps of 6 dB
}

}  // namespace

void SpeechActivity::frame(std::uint32_t magnitude, std::uint32_t threshold, Nanos at) noexcept
{
    const float activity = activity_of(magnitude, threshold);
    const auto add = [activity](float score, float keep) { return score * keep + activity * (1 - keep); };
    const Scores before = at - at_ > kFrame ? scores(at - kFrame) : scores_;
    scores_ = {.immediate = add(before.immediate, kKeepImmediate),
               .medium = add(before.medium, kKeepMedium),
               .lasting = add(before.lasting, kKeepLasting)};
    at_ = at;
}

SpeechActivity::Scores SpeechActivity::scores(Nanos at) const noexcept
{
    if (at <= at_) {
        return scores_;
    }
    const float silent_ms = std::chrono::duration<float, std::milli>(at - at_).count();
    return {.immediate = scores_.immediate * std::exp2(-silent_ms / kHalfImmediate_ms),
            .medium = scores_.medium * std::exp2(-silent_ms / kHalfMedium_ms),
            .lasting = scores_.lasting * std::exp2(-silent_ms / kHalfLasting_ms)};
}

bool takes_floor(const SpeechActivity::Scores& challenger, const SpeechActivity::Scores& holder) noexcept
{
    return challenger.medium > kMediumMin && challenger.immediate > kImmediateRatio * holder.immediate &&
           challenger.medium > kMediumRatio * holder.medium && challenger.lasting > holder.lasting;
}

}  // namespace rb::media
