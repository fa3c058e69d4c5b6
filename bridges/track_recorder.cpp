#include "bridges/track_recorder.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::bridges {

TrackRecorder::TrackRecorder(const Options& options)
    : options_{options},
      frame_samples_max_{codecs::frame_samples(options.rate_max)},
      samples_{std::make_unique_for_overwrite<codecs::Sample[]>(kBlocks * kBlockFrames * frame_samples_max_)},
      blocks_{std::make_unique<std::array<Block, kBlocks>>()}
{
}

void TrackRecorder::begin_tick(Nanos at, std::uint32_t rate, EventOutbox& events) noexcept
{
    options_.begin = options_.begin.value_or(at);
    if (at < *options_.begin) {
        return;
    }
    frame_ = static_cast<std::uint32_t>((at - *options_.begin) / kFrame);
    rate_ = rate;
    const Block& block = (*blocks_)[current_];
    const bool waits = !stalled_ && block.count > 0;
    if (waits && (block.rate != rate || *frame_ - block.frames[0].number >= kBlockAge_frames)) {
        hand_out(events);
    }
}

void TrackRecorder::add(std::uint32_t track, std::span<const codecs::Sample> samples, EventOutbox& events) noexcept
{
    if (!frame_) {
        return;
    }
    if (samples.size() > frame_samples_max_ || !find_block()) {
        ++lost_;
        return;
    }
    Block& block = (*blocks_)[current_];
    block.rate = rate_;
    block.frames[block.count] = {.track = track, .number = *frame_};
    std::copy(samples.begin(), samples.end(), samples_of(current_) + block.count * samples.size());
    ++block.count;
    if (block.count == kBlockFrames) {
        hand_out(events);
    }
}

void TrackRecorder::written(std::uint8_t block) noexcept
{
    RB_ASSERT(block < kBlocks);
    (*blocks_)[block].in_flight = false;
}

TrackRecorder::View TrackRecorder::block(std::uint8_t index) const noexcept
{
    const Block& block = (*blocks_)[index];
    return {.rate = block.rate,
            .frames = std::span{block.frames}.first(block.count),
            .samples = {samples_of(index), block.count * codecs::frame_samples(block.rate)}};
}

void TrackRecorder::hand_out(EventOutbox& events) noexcept
{
    (*blocks_)[current_].in_flight = true;
    stalled_ = true;
    events.give_back(event::TrackBlock{.recorder = this, .block = current_});
}

/// Makes the current block one that has room.
bool TrackRecorder::find_block() noexcept
{
    if (!stalled_) {
        return true;
    }
    const auto free = std::ranges::find_if(*blocks_, [](const Block& block) { return !block.in_flight; });
    if (free == blocks_->end()) {
        return false;
    }
    current_ = static_cast<std::uint8_t>(free - blocks_->begin());
    free->count = 0;
    stalled_ = false;
    return true;
}

}  // namespace rb::bridges
