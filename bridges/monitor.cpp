#include "bridges/monitor.h"

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

Monitor::Monitor(const Options& options, Recorders recorders)
    : options_{options},
      recorders_{std::move(recorders)},
      decoder_{options.codec},
      frame_samples_{decoder_.info().samples(codecs::kFrame_ms)}
{
    for (const auto& recorder : recorders_) {
        RB_ASSERT(recorder == nullptr || recorder->options().rate == decoder_.info().sample_rate);
    }
    for (const std::uint32_t rate : kMixRates) {
        if (decoder_.info().any_rate && rate < decoder_.rate()) {
            from_lower_.emplace_back(rate, decoder_.rate());
        }
    }
}

void Monitor::begin_frame(std::span<const codecs::Sample> received, bool bridged, EventOutbox& events) noexcept
{
    end(events);
    wanted_ = bridged || !options_.bridged_only;
    received_.any = !received.empty();
    if (received.empty() || received.size() == frame_samples_) {
        std::copy(received.begin(), received.end(), received_.samples.begin());
        return;
    }
    const auto lower = std::ranges::find_if(from_lower_, [received](const codecs::Resampler& resampler) {
        return codecs::frame_samples(resampler.from()) == received.size();
    });
    RB_ASSERT(lower != from_lower_.end());
    lower->process(received, std::span{received_.samples}.first(frame_samples_));
}

void Monitor::sent(std::span<const std::uint8_t> payload) noexcept
{
    const auto count = decoder_.decode(payload, sent_.samples);
    sent_.any = count && *count == frame_samples_;
}

void Monitor::end(EventOutbox& events) noexcept
{
    if (wanted_) {
        add(Track::Received, received_, events);
        add(Track::Sent, sent_, events);
        if (sent_.any && received_.any) {
            std::transform(received_.samples.begin(),
                           received_.samples.begin() + static_cast<std::ptrdiff_t>(frame_samples_),
                           sent_.samples.begin(), received_.samples.begin(), limited_sum);
        }
        add(Track::Both, received_.any ? received_ : sent_, events);
    }
    wanted_ = false;
    sent_.any = false;
}

void Monitor::add(Track track, const Frame& frame, EventOutbox& events) noexcept
{
    const auto& recorder = recorders_[static_cast<std::size_t>(track)];
    if (recorder == nullptr) {
        return;
    }
    const auto samples = std::span{frame.samples}.first(frame.any ? frame_samples_ : 0);
    if (const auto full = recorder->add(samples).full) {
        events.give_back(event::RecordBlock{.recorder = recorder.get(), .block = *full});
    }
}

}  // namespace rb::bridges
