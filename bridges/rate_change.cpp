#include "bridges/rate_change.h"

#include <algorithm>
#include <utility>

namespace rb::bridges {
namespace {

/// 5 ms: the resamplers, whose filters last 4.5 ms at the most, run empty in one quarter of a frame and full in
/// another.
constexpr std::size_t kQuarters = 4;

void exchange_adapter(media::Leg& leg) noexcept
{
    std::unique_ptr<RateAdapter>* coming = std::exchange(leg.next_adapter, nullptr);
    if (coming != nullptr) {
        RateAdapter* going = leg.adapter;
        leg.adapter = coming->release();
        coming->reset(going);
    }
}

}  // namespace

void step_rate_change(Bridge& bridge, Nanos at, EventOutbox& events) noexcept
{
    if (bridge.change == nullptr) {
        bridge.fade = bridge.fade == Fade::Silent ? Fade::In : Fade::None;
    } else if (bridge.fade == Fade::Out) {
        finish_rate_change(bridge, events);
        bridge.fade = bridge.trunks != nullptr ? Fade::Silent : Fade::In;
    } else {
        bridge.fade = at + kFrame >= bridge.change->not_before ? Fade::Out : Fade::None;
    }
}

void finish_rate_change(Bridge& bridge, EventOutbox& events) noexcept
{
    RateChange& change = *bridge.change;
    // Who has come since brought an adapter to the new rate.
    for (media::Leg* leg : bridge.parties->legs()) {
        exchange_adapter(*leg);
        leg->plan->set_rate(change.rate);
    }
    for (std::size_t group = 0; group < kGroupsMax; ++group) {
        if (bridge.groups[group] != nullptr && change.groups[group] != nullptr) {
            change.groups[group]->take_history(*bridge.groups[group]);
        }
        std::swap(bridge.groups[group], change.groups[group]);
    }
    std::swap(bridge.others, change.others);
    bridge.options.rate = change.rate;
    bridge.fade = Fade::None;
    bridge.change = nullptr;
    events.give_back(event::RateChanged{.bridge = bridge.ref, .change = &change});
}

void apply_fade(Fade fade, std::span<codecs::Sample> samples) noexcept
{
    const std::size_t quarter = samples.size() / kQuarters;
    const auto ramp = [quarter](std::span<codecs::Sample> piece, bool up) {
        for (std::size_t i = 0; i < quarter; ++i) {
            const auto gain = static_cast<std::int32_t>(up ? i : quarter - i);
            piece[i] = static_cast<codecs::Sample>(piece[i] * gain / static_cast<std::int32_t>(quarter));
        }
    };
    switch (fade) {
        case Fade::None:
            break;
        case Fade::Out:
            ramp(samples.subspan(2 * quarter, quarter), false);
            std::ranges::fill(samples.last(quarter), codecs::Sample{0});
            break;
        case Fade::Silent:
            std::ranges::fill(samples, codecs::Sample{0});
            break;
        case Fade::In:
            std::ranges::fill(samples.first(quarter), codecs::Sample{0});
            ramp(samples.subspan(quarter, quarter), true);
            break;
    }
}

}  // namespace rb::bridges
