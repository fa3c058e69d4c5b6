#include "tools/rbload/tone_meter.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rb::load {

ToneMeter::ToneMeter(std::size_t tones, std::uint32_t rate) : rate_{rate}, groups_((tones + kLanes - 1) / kLanes)
{
    RB_ASSERT(tones <= kTonesMax);
    for (std::size_t i = 0; i < tones; ++i) {
        const double turn = 2 * std::numbers::pi * tone_hz(i) / rate_;
        groups_[i / kLanes].coefficient[i % kLanes] = 2 * std::cos(turn);
    }
}

void ToneMeter::add(std::span<const codecs::Sample> samples) noexcept
{
    while (!samples.empty()) {
        const std::size_t now = std::min(samples.size(), rate_ - samples_);
        for (Group& group : groups_) {
            run(group, samples.first(now));
        }
        samples_ += now;
        samples = samples.subspan(now);
        if (samples_ == rate_) {
            end_second();
        }
    }
}

double ToneMeter::amplitude(std::size_t tone) const noexcept
{
    RB_ASSERT(tone / kLanes < groups_.size());
    return seconds_ == 0 ? 0 : groups_[tone / kLanes].amplitude_sum[tone % kLanes] / static_cast<double>(seconds_);
}

void ToneMeter::run(Group& group, std::span<const codecs::Sample> samples) noexcept
{
    auto before = group.before;
    auto last = group.last;
    for (const codecs::Sample sample : samples) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const double next = group.coefficient[lane] * last[lane] - before[lane] + sample;
            before[lane] = last[lane];
            last[lane] = next;
        }
    }
    group.before = before;
    group.last = last;
}

void ToneMeter::end_second() noexcept
{
    for (Group& group : groups_) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const double a = group.last[lane];
            const double b = group.before[lane];
            const double power = a * a + b * b - group.coefficient[lane] * a * b;
            group.amplitude_sum[lane] += 2 * std::sqrt(std::max(power, 0.0)) / rate_;
        }
        group.before = {};
        group.last = {};
    }
    samples_ = 0;
    ++seconds_;
}

}  // namespace rb::load
