#include "dataplane/media/inband_dtmf.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <string_view>

namespace rb::media {
namespace {

/// −7 dBm0 for each of the two tones (ITU-T Q.23, as Asterisk sends them).
constexpr float kLevelDbov = -13.0F;

codecs::ToneSegment tones_of(char digit) noexcept
{
    constexpr std::string_view keys = "123A456B789C*0#D";
    constexpr std::array<std::uint16_t, 4> rows{697, 770, 852, 941};
    constexpr std::array<std::uint16_t, 4> columns{1209, 1336, 1477, 1633};
    const std::size_t key = keys.find(digit);
    RB_ASSERT(key != std::string_view::npos);
    return {.first_hz = rows[key / 4], .second_hz = columns[key % 4]};
}

std::uint32_t rate_of(std::size_t frame) noexcept
{
    return static_cast<std::uint32_t>(frame * 1000 / codecs::kFrame_ms);
}

}  // namespace

std::span<const KeyChange> InbandDtmf::hear(std::span<codecs::Sample> frame) noexcept
{
    count_ = 0;
    const bool sounded = detector_.sounding();
    if (frame.empty() && !sounded) {
        return heard();
    }
    for (const auto& change : detector_.process(narrow_.take(frame))) {
        changes_[count_++] = {
            .digit = change.digit, .released = change.released, .duration = std::chrono::milliseconds{change.held_ms}};
    }
    if (sounded || detector_.sounding()) {
        std::fill(frame.begin(), frame.end(), codecs::Sample{0});
    }
    return heard();
}

void InbandDtmf::sound(char digit, bool begins, std::span<codecs::Sample> frame) noexcept
{
    if (begins || !tone_) {
        const std::array segments{tones_of(digit)};
        tone_.emplace(codecs::ToneGenerator::Plan{.segments = segments, .loop_from = 0, .level_dbov = kLevelDbov},
                      rate_of(frame.size()));
    }
    static_cast<void>(tone_->generate(frame));
}

}  // namespace rb::media
