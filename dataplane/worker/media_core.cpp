#include "dataplane/worker/media_core.h"

#include "bridges/holding.h"
#include "bridges/party.h"
#include "bridges/rate_change.h"
#include "bridges/simple.h"
#include "bridges/softmix.h"

#include <algorithm>

namespace rb {

MediaCore::MediaCore(const CoreLimits& limits, CommandQueue& commands, EventQueue& events, Counters counters,
                     LegRows rows)
    : limits_{limits},
      commands_{commands},
      events_{events},
      counters_{counters},
      rows_{rows},
      // A leg may come home with a plan, a player, an adapter, cleaners, spies, and four recorders and their blocks at
      // once; a bridge with a player, a recorder, one of tracks, and their blocks; and as many datagrams go home as
      // come.
      outbox_{limits.legs * 30 + limits.bridges * 28 + bridges::kTrunkEndsMax + 2 * media::kSideDatagramsMax},
      scratch_{std::make_unique<bridges::MixScratch>()},
      legs_(limits.legs),
      bridges_(limits.bridges),
      leaving_(limits.legs),
      leg_schedule_{limits.legs},
      bridge_schedule_{limits.bridges},
      side_datagrams_{std::make_unique_for_overwrite<media::SideDatagram[]>(media::kSideDatagramsMax)}
{
    free_datagrams_.reserve(media::kSideDatagramsMax);
    for (std::size_t i = media::kSideDatagramsMax; i-- > 0;) {
        free_datagrams_.push_back(&side_datagrams_[i]);
    }
    fan_outs_.reserve(limits.bridges);
    changes_.reserve(limits.legs * 4);
}

void MediaCore::begin_slot(Nanos now) noexcept
{
    now_ = now;
    slot_began_ = now;
    changes_.clear();
    if (slot_index_ == 0 || idle()) {
        slot_index_ = now / kSlot;
    }
    const Nanos late = now - next_slot_at_;
    const auto lateness_us = static_cast<std::uint64_t>(std::max<std::int64_t>(late / 1us, 0));
    if (leg_count_ > 0) {
        counters_.add(static_cast<std::size_t>(WorkerCounter::FirstLateness) + bucket_of<kLatencyBuckets>(lateness_us));
        counters_.add(WorkerCounter::SlotsLate, late > kSlot ? 1 : 0);
    }
}

void MediaCore::on_commands() noexcept
{
    Command command;
    while (changes_.size() < limits_.legs * 2 && commands_.pop(command)) {
        counters_.add(WorkerCounter::Commands);
        std::visit([this](const auto& body) { on(body); }, command);
    }
    keep_house();
}

void MediaCore::on_detached(std::span<const LegSlot> slots) noexcept
{
    for (const LegSlot slot : slots) {
        media::Leg* leg = std::exchange(leaving_[index_of(slot)], nullptr);
        RB_ASSERT(leg != nullptr);
        RB_ASSERT(leg->holder == media::Holder::Worker);
        rows_.clear(index_of(slot));
        leg->holder = media::Holder::Queue;
        outbox_.give_back(event::LegReturned{.leg = leg});
    }
}

void MediaCore::run_slot() noexcept
{
    const std::int64_t current = now_ / kSlot;
    if (current > slot_index_ + kCatchUpMax) {
        slot_index_ = current - kCatchUpMax;
    }
    for (; slot_index_ <= current; ++slot_index_) {
        run_one_slot(static_cast<unsigned>(slot_index_ % kSlotsPerFrame), kSlot * slot_index_);
        counters_.add(WorkerCounter::Slots);
    }
    outbox_.flush(events_);
    counters_.add(WorkerCounter::PacketsSent, tx_.packets().size());
    next_slot_at_ = kSlot * slot_index_ + (resting() ? kRest : 0ns);
}

void MediaCore::run_one_slot(unsigned slot, Nanos at) noexcept
{
    bridges::TickContext context{
        .at = at, .tx = tx_, .events = outbox_, .scratch = *scratch_, .complexity_max = complexity_max_};
    std::erase_if(fan_outs_, [&](bridges::Bridge* bridge) { return !bridges::continue_fan_out(*bridge, context); });
    context.at = at;
    bridge_schedule_.for_each(slot, [&](bridges::Bridge& bridge) { tick(bridge, context); });
    counters_.add(WorkerCounter::TrunkFramesLost, context.trunk_frames_lost);
    counters_.add(WorkerCounter::MixesApart, context.mixes_apart);
    leg_schedule_.for_each(slot, [&](media::Leg& leg) { tick(leg, context); });
}

void MediaCore::tick(bridges::Bridge& bridge, bridges::TickContext& context) noexcept
{
    switch (bridge.technology) {
        case Technology::None:
        case Technology::NativeRtp:
            break;
        case Technology::Simple:
            bridges::tick_simple(bridge, context);
            break;
        case Technology::Softmix:
            bridges::tick_softmix(bridge, context);
            if (bridge.fan_out_next < bridge.parties->size()) {
                fan_outs_.push_back(&bridge);
            }
            break;
        case Technology::Holding:
            bridges::tick_holding(bridge, context);
            break;
    }
    if (std::exchange(context.keys_heard, false)) {
        for (media::Leg* leg : bridge.parties->legs()) {
            take_inband_keys(*leg);
        }
    }
    choose(bridge);  // a prompt may have ended, a key may have been sent
}

/// A leg by itself: what it says is recorded, what plays is sent.
void MediaCore::tick(media::Leg& leg, bridges::TickContext& context) noexcept
{
    if (leg.recorder != nullptr || leg.monitor != nullptr || leg.snoop != nullptr || leg.plan->listens()) {
        const std::span samples = std::span{scratch_->talkers[0].samples}.first(leg.plan->frame_samples());
        const bool audible = bridges::hear(leg, samples, false, context).audible;
        if (leg.recorder != nullptr) {
            bridges::record(leg.recorder, audible ? samples : std::span<const codecs::Sample>{}, outbox_);
        }
        if (std::exchange(context.keys_heard, false)) {
            take_inband_keys(leg);
        }
    }
    if (!bridges::send_private(leg, context) && bridges::is_whispered_to(leg) && !leg.echo) {
        bridges::send_silence(leg, context);
    }
    schedule(leg);
}

/// Puts a leg on its slot's list exactly while it has something to do there.
void MediaCore::schedule(media::Leg& leg) noexcept
{
    const bool busy = leg.player != nullptr || leg.recorder != nullptr || leg.monitor != nullptr ||
                      leg.snoop != nullptr || leg.plan->listens() || leg.dtmf_out.busy();
    // A native bridge has no frames: who records a codec that is only passed on is given silence here.
    if ((leg.bridge == nullptr || leg.bridge->technology == Technology::NativeRtp) && busy) {
        leg_schedule_.add(leg);
    } else {
        leg_schedule_.remove(leg);
    }
}

/// Asks the truth table again, and changes over where its answer has.
void MediaCore::choose(bridges::Bridge& bridge) noexcept
{
    const Technology chosen = bridges::choose_bridge(bridge.traits());
    if (chosen == bridge.technology) {
        return;
    }
    const bool was_mixed = bridge.technology != Technology::NativeRtp && bridge.technology != Technology::None;
    const bool is_mixed = chosen != Technology::NativeRtp && chosen != Technology::None;
    change_technology(bridge, chosen);
    if (is_mixed && !was_mixed) {
        for (media::Leg* leg : bridge.parties->legs()) {
            leg->plan->forget_heard();  // what it held is from before the native bridge
            want_audio_in(*leg);        // before its next packet comes
        }
        bridge.home_slot = bridge_schedule_.emptiest();
        bridge_schedule_.add(bridge);
    } else if (!is_mixed && was_mixed) {
        bridge_schedule_.remove(bridge);
        std::erase(fan_outs_, &bridge);
    }
    if (chosen != Technology::Softmix && bridge.change != nullptr) {
        bridges::finish_rate_change(bridge, outbox_);  // nobody hears the difference, or nobody is left
    }
    for (media::Leg* leg : bridge.parties->legs()) {
        leg->sender.interrupt();
        schedule(*leg);
    }
    outbox_.tell(event::TechnologyChanged{.bridge = bridge.ref, .technology = chosen});
}

/// Keeps the gauges of each technology true.
void MediaCore::change_technology(bridges::Bridge& bridge, Technology technology) noexcept
{
    const auto gauge = [](Technology of) {
        switch (of) {
            case Technology::None:
                break;
            case Technology::NativeRtp:
                return WorkerCounter::BridgesNative;
            case Technology::Simple:
                return WorkerCounter::BridgesSimple;
            case Technology::Softmix:
                return WorkerCounter::BridgesSoftmix;
            case Technology::Holding:
                return WorkerCounter::BridgesHolding;
        }
        return WorkerCounter::Count_;
    };
    const WorkerCounter from = gauge(std::exchange(bridge.technology, technology));
    const WorkerCounter to = gauge(technology);
    if (from != WorkerCounter::Count_) {
        counters_.set(from, counters_.get(from) - 1);
    }
    if (to != WorkerCounter::Count_) {
        counters_.add(to);
    }
}

void MediaCore::end_slot(Nanos now) noexcept
{
    const Nanos busy = now - slot_began_;
    counters_.add(WorkerCounter::BusyNanos, static_cast<std::uint64_t>(busy.count()));
    counters_.add(static_cast<std::size_t>(WorkerCounter::FirstBusy) +
                  bucket_of<kLatencyBuckets>(static_cast<std::uint64_t>(busy / 1us)));
    counters_.set(WorkerCounter::EventsDropped, outbox_.dropped());
    counters_.set(WorkerCounter::TxOverflow, tx_.refused);
    counters_.set(WorkerCounter::Legs, leg_count_);
    counters_.set(WorkerCounter::Heartbeat, static_cast<std::uint64_t>(to_ms(now)));
}

media::Leg* MediaCore::find(media::LegRef ref) noexcept
{
    media::Leg* leg = ref.index < legs_.size() ? legs_[ref.index] : nullptr;
    return leg != nullptr && leg->ref == ref ? leg : nullptr;
}

bridges::Bridge* MediaCore::find(bridges::BridgeRef ref) noexcept
{
    bridges::Bridge* bridge = ref.index < bridges_.size() ? bridges_[ref.index] : nullptr;
    return bridge != nullptr && bridge->ref == ref ? bridge : nullptr;
}

}  // namespace rb
