#include "bridges/player.h"

#include "dataplane/base/assert.h"

namespace rb::bridges {

Player::Player(Clips clips, const Options& options) : clips_{std::move(clips)}, options_{options}, played_{options.from}
{
    RB_ASSERT(!clips_.empty());
    for (const auto& clip : clips_) {
        RB_ASSERT(clip->codec() == codec());
        frames_ += clip->frames();
    }
    RB_ASSERT(frames_ > 0);
}

std::span<const std::uint8_t> Player::next(Nanos at) noexcept
{
    if (options_.common_clock) {
        ++played_;
        return frame(static_cast<std::uint64_t>(at / kFrame) % frames_);
    }
    if (played_ >= frames_ && !options_.loop) {
        return {};
    }
    return frame(played_++ % frames_);
}

std::span<const std::uint8_t> Player::frame(std::uint64_t index) const noexcept
{
    for (const auto& clip : clips_) {
        if (index < clip->frames()) {
            return clip->frame(index);
        }
        index -= clip->frames();
    }
    return {};
}

}  // namespace rb::bridges
