#include "bridges/player.h"

#include "codecs/gain.h"
#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::bridges {

Player::Player(Clips clips, const Options& options)
    : clips_{std::move(clips)},
      options_{options},
      played_{options.from},
      paused_{options.paused},
      gain_db_{options.gain_db}
{
    RB_ASSERT(!clips_.empty());
    for (const auto& clip : clips_) {
        RB_ASSERT(clip->codec() == codec());
        frames_ += clip->frames();
    }
    RB_ASSERT(frames_ > 0);
    if (gain_db_ != 0 || options_.encode_anew) {
        decoder_ = std::make_unique<codecs::Decoder>(codec());
    }
}

std::span<const std::uint8_t> Player::next(Nanos at) noexcept
{
    if (ended_) {
        return {};
    }
    if (options_.common_clock) {
        ++played_;
        return frame(static_cast<std::uint64_t>(at / kFrame) % frames_);
    }
    if (played_ >= frames_ && !options_.loop) {
        return {};
    }
    return frame(played_++ % frames_);
}

void Player::carry_out(const PlayerStep& step) noexcept
{
    switch (step.what) {
        case PlayerStep::What::Pause:
        case PlayerStep::What::Resume:
            paused_ = step.what == PlayerStep::What::Pause;
            break;
        case PlayerStep::What::Restart:
            played_ = 0;
            break;
        case PlayerStep::What::Skip:
            skip(step.by);
            break;
        case PlayerStep::What::Volume:
            gain_db_ = static_cast<std::int8_t>(std::clamp(step.by, -codecs::kGainMax_db, codecs::kGainMax_db));
            break;
        case PlayerStep::What::End:
            ended_ = true;
            paused_ = false;
            break;
    }
}

/// Not before the beginning, and not beyond the end, where the sound is over unless it is a loop.
void Player::skip(std::int64_t frames) noexcept
{
    const auto distance = static_cast<std::uint64_t>(frames < 0 ? -frames : frames);
    if (frames < 0) {
        played_ -= std::min(played_, distance);
    } else {
        played_ = options_.loop ? played_ + distance : std::min(played_ + distance, frames_);
    }
}

void Player::succeed(const Player& before) noexcept
{
    played_ = before.played_;
    paused_ = before.paused_;
    ended_ = before.ended_;
}

bool Player::decode(std::span<const std::uint8_t> payload, std::span<codecs::Sample> samples) noexcept
{
    if (decoder_ == nullptr) {
        return false;
    }
    if (decoder_->info().any_rate) {
        decoder_->set_rate(static_cast<std::uint32_t>(samples.size() * (1000 / codecs::kFrame_ms)));
    }
    const auto count = decoder_->decode(payload, samples);
    if (!count || *count != samples.size()) {
        return false;
    }
    codecs::apply_gain(samples, gain_db_);
    return true;
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
