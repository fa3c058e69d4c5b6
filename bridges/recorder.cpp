#include "bridges/recorder.h"

#include "codecs/level.h"
#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::bridges {

Recorder::Recorder(const Options& options)
    : options_{options},
      block_samples_{codecs::samples_per_ms(options.rate) * kBlock_ms},
      samples_{std::make_unique_for_overwrite<codecs::Sample[]>(block_samples_ * kBlocks)}
{
    RB_ASSERT(codecs::is_sample_rate(options.rate));
}

Recorder::Step Recorder::add(std::span<const codecs::Sample> frame) noexcept
{
    const std::size_t count = codecs::frame_samples(options_.rate);
    RB_ASSERT(frame.empty() || frame.size() == count);
    Step step;
    if (flow_ == Flow::Pause) {
        return step;
    }
    if (flow_ == Flow::Mute) {
        frame = {};
    }
    if (stalled_) {
        if (const auto next = free_block()) {
            current_ = *next;
            filled_[current_] = 0;
            stalled_ = false;
        }
    }
    if (stalled_) {
        ++lost_;
    } else {
        codecs::Sample* to = samples_.get() + current_ * block_samples_ + filled_[current_];
        frame.empty() ? static_cast<void>(std::fill_n(to, count, codecs::Sample{0}))
                      : static_cast<void>(std::copy(frame.begin(), frame.end(), to));
        filled_[current_] += count;
        if (filled_[current_] == block_samples_) {
            in_flight_[current_] = true;
            step.full = current_;
            stalled_ = true;  // until the next frame finds a free one
        }
    }
    duration_ += kFrame;
    const bool silent = frame.empty() || codecs::mean_magnitude(frame) < options_.silence_magnitude;
    silence_ = flow_ == Flow::Mute ? 0ns : silent ? silence_ + kFrame : 0ns;
    if (options_.max_silence > 0ns && silence_ >= options_.max_silence) {
        step.ending = event::Ending::Silence;
    } else if (options_.max_duration > 0ns && duration_ >= options_.max_duration) {
        step.ending = event::Ending::MaxDuration;
    }
    return step;
}

bool Recorder::ends_with(char key) const noexcept
{
    return key != '\0' && std::find(options_.keys.begin(), options_.keys.end(), key) != options_.keys.end();
}

void Recorder::written(std::uint8_t block) noexcept
{
    RB_ASSERT(block < kBlocks);
    in_flight_[block] = false;
}

std::span<const codecs::Sample> Recorder::block(std::uint8_t index) const noexcept
{
    return {samples_.get() + index * block_samples_, filled_[index]};
}

std::optional<std::uint8_t> Recorder::free_block() const noexcept
{
    for (std::uint8_t i = 0; i < kBlocks; ++i) {
        if (!in_flight_[i]) {
            return i;
        }
    }
    return std::nullopt;
}

}  // namespace rb::bridges
