#include "bridges/both_ways.h"

#include "bridges/bridge.h"
#include "dataplane/base/assert.h"

#include <algorithm>
#include <limits>

namespace rb::bridges {
namespace {

codecs::Sample limited_sum(codecs::Sample a, codecs::Sample b) noexcept
{
    constexpr int kLow = std::numeric_limits<codecs::Sample>::min();
    constexpr int kHigh = std::numeric_limits<codecs::Sample>::max();
    return static_cast<codecs::Sample>(std::clamp(int{a} + int{b}, kLow, kHigh));
}

}  // namespace

BothWays::BothWays(codecs::CodecId codec) : decoder_{codec}, frame_samples_{decoder_.info().samples(codecs::kFrame_ms)}
{
    for (const std::uint32_t lower : kMixRates) {
        if (decoder_.info().any_rate && lower < rate()) {
            from_lower_.push_back({codecs::Resampler{lower, rate()}, codecs::Resampler{lower, rate()}});
        }
    }
}

void BothWays::begin(std::span<const codecs::Sample> received) noexcept
{
    sent_.any = false;
    take(received_, received);
}

void BothWays::send(std::span<const std::uint8_t> payload) noexcept
{
    const auto count = decoder_.decode(payload, sent_.samples);
    sent_.any = count && *count == frame_samples_;
}

void BothWays::send(std::span<const codecs::Sample> samples) noexcept
{
    take(sent_, samples);
}

std::span<const codecs::Sample> BothWays::sum(std::span<codecs::Sample> room) const noexcept
{
    if (!received_.any || !sent_.any) {
        return received_.any ? received() : sent();
    }
    std::transform(received().begin(), received().end(), sent_.samples.begin(), room.begin(), limited_sum);
    return room.first(frame_samples_);
}

void BothWays::take(Frame& frame, std::span<const codecs::Sample> samples) noexcept
{
    frame.any = !samples.empty();
    if (samples.empty() || samples.size() == frame_samples_) {
        std::copy(samples.begin(), samples.end(), frame.samples.begin());
        return;
    }
    const auto lower = std::ranges::find_if(from_lower_, [samples](const auto& resamplers) {
        return codecs::frame_samples(resamplers[0].from()) == samples.size();
    });
    RB_ASSERT(lower != from_lower_.end());
    (*lower)[&frame == &sent_ ? 1 : 0].process(samples, std::span{frame.samples}.first(frame_samples_));
}

}  // namespace rb::bridges
