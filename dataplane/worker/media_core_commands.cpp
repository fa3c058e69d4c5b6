// What each command does. A command that names a leg or bridge no longer here is ignored, but what it lent goes home.
#include "bridges/monitor.h"
#include "bridges/native_rtp.h"
#include "bridges/party.h"
#include "bridges/player.h"
#include "bridges/rate_change.h"
#include "bridges/recorder.h"
#include "dataplane/worker/media_core.h"

#include <utility>

namespace rb {

void MediaCore::on(const command::AdoptLeg& command) noexcept
{
    media::Leg& leg = *command.leg;
    const std::size_t index = leg.ref.index;
    RB_ASSERT(index < legs_.size());
    RB_ASSERT(legs_[index] == nullptr);
    RB_ASSERT(leaving_[index] == nullptr);
    RB_ASSERT(leg.holder == media::Holder::Queue);
    leg.holder = media::Holder::Worker;
    leg.home_slot = static_cast<std::uint8_t>(index % kSlotsPerFrame);
    leg.agreed_at = now_;
    // A leg that comes from another worker brings its sockets along as they are.
    leg.connected = leg.connected || leg.plan->connected;
    leg.rtcp_connected = leg.rtcp_connected || leg.plan->connected;
    if (leg.plan->ice) {
        leg.plan->ice->begin(now_);
    }
    legs_[index] = &leg;
    slots_used_ = std::max(slots_used_, index + 1);
    ++leg_count_;
    heard_at_ = now_;  // it soon will be
    schedule(leg);
    if (leg.plan->rtcp_interval > 0s) {
        leg.rtcp.start(now_);
    }
    changes_.push_back({.kind = SocketChange::Kind::Attach,
                        .connected = leg.plan->connected,
                        .slot = leg.slot(),
                        .generation = leg.ref.generation,
                        .fds = leg.fds,
                        .peers = {leg.plan->remote_rtp, leg.plan->remote_rtcp}});
}

void MediaCore::on(const command::ReturnLeg& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr) {
        return;
    }
    leave(*leg);
    if (leg->player != nullptr) {
        bridges::return_player(leg->player, event::Ending::Stopped, outbox_);
    }
    if (leg->recorder != nullptr) {
        bridges::return_recorder(leg->recorder, event::Ending::Stopped, outbox_);
    }
    if (leg->monitor != nullptr && !command.migrating) {
        return_monitor(*leg);
    }
    if (!command.migrating) {
        return_snoops(*leg);
    }
    leg_schedule_.remove(*leg);
    if (!command.migrating && leg->plan->rtcp_interval > 0s && leg->sender.packets() > 0) {
        send_rtcp(*leg, true);
    }
    legs_[leg->ref.index] = nullptr;
    leaving_[leg->ref.index] = leg;
    --leg_count_;
    changes_.push_back({.kind = SocketChange::Kind::Detach, .slot = leg->slot(), .fds = leg->fds});
}

void MediaCore::on(const command::ChangeMedia& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr) {
        outbox_.give_back(event::PlanReturned{.leg = command.leg, .plan = command.plan});
        return;
    }
    media::MediaPlan& plan = *command.plan;
    plan.take_over(*leg->plan, now_);
    const bool moved = plan.remote_rtp != leg->plan->remote_rtp;
    const bool other_rate =
        codecs::codec_info(plan.codec).sample_rate != codecs::codec_info(leg->plan->codec).sample_rate;
    if (other_rate && leg->recorder != nullptr) {
        bridges::return_recorder(leg->recorder, event::Ending::Stopped, outbox_);  // its file has one rate
    }
    if (leg->monitor != nullptr && leg->monitor->codec() != plan.codec) {
        return_monitor(*leg);
    }
    if (plan.codec != leg->plan->codec) {
        return_snoops(*leg);  // theirs is the rate of the old one
    }
    if (plan.codec != leg->plan->codec || plan.opus != leg->plan->opus) {
        leg->opus_kind = bridges::kOpusKinds;  // served alone until JoinBridge tells of which kind it is now
    }
    outbox_.give_back(event::PlanReturned{.leg = leg->ref, .plan = leg->plan.release()});
    leg->plan.reset(&plan);
    if (!plan.dtmf && !plan.inband_keys) {
        leg->dtmf_out = {};  // what is left could never be sent, and would keep its bridge from passing packets on
    }
    // A hold ends or begins: what was not passed on meanwhile, either way, was not lost.
    leg->sender.interrupt();
    if (media::Leg* peer = bridges::native_peer(*leg)) {
        peer->sender.interrupt();
    }
    leg->agreed_at = now_;
    leg->reported_timeout = false;
    leg->in_wanted_at = 0ns;  // of another codec, it may be wanted at once
    if (moved) {
        leg->lock.signal(plan.source, plan.remote_rtp);
    } else {
        leg->lock.renew();
    }
    if ((moved || plan.ice) && leg->connected) {
        leg->connected = plan.connected;
        leg->rtcp_connected = plan.connected;
        changes_.push_back({.kind = plan.connected ? SocketChange::Kind::Connect : SocketChange::Kind::Disconnect,
                            .slot = leg->slot(),
                            .fds = leg->fds,
                            .peers = {plan.remote_rtp, plan.remote_rtcp}});
    }
    leg->encoder_in_use = false;
    schedule(*leg);
    if (leg->bridge != nullptr) {
        plan.set_rate(leg->bridge->options.rate);
        choose(*leg->bridge);
    }
}

void MediaCore::on(const command::LendAudioIn& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr || leg->plan->in != nullptr || command.in->info().id != leg->plan->codec) {
        outbox_.give_back(event::AudioInReturned{.in = command.in});
        return;
    }
    leg->plan->listen_by(std::unique_ptr<media::AudioIn>{command.in});
}

void MediaCore::on(const command::AdoptBridge& command) noexcept
{
    bridges::Bridge& bridge = *command.bridge;
    RB_ASSERT(bridge.ref.index < bridges_.size());
    RB_ASSERT(bridges_[bridge.ref.index] == nullptr);
    RB_ASSERT(bridge.holder == media::Holder::Queue);
    bridge.holder = media::Holder::Worker;
    bridges_[bridge.ref.index] = &bridge;
    counters_.add(WorkerCounter::Bridges);
}

void MediaCore::on(const command::ReturnBridge& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    if (bridge == nullptr) {
        return;
    }
    RB_ASSERT(bridge->parties->size() == 0);
    if (bridge->player != nullptr) {
        bridges::return_player(bridge->player, event::Ending::Stopped, outbox_);
    }
    if (bridge->recorder != nullptr) {
        bridges::return_recorder(bridge->recorder, event::Ending::Stopped, outbox_);
    }
    return_tracks(*bridge);
    while (bridge->trunks != nullptr) {
        bridges::TrunkEnd& end = *std::exchange(bridge->trunks, bridge->trunks->next);
        end.holder = media::Holder::Queue;
        outbox_.give_back(event::TrunkReturned{.end = &end});
    }
    choose(*bridge);  // without trunks it has no more to do
    RB_ASSERT(bridge->change == nullptr);
    bridges_[bridge->ref.index] = nullptr;
    counters_.set(WorkerCounter::Bridges, counters_.get(WorkerCounter::Bridges) - 1);
    bridge->holder = media::Holder::Queue;
    outbox_.give_back(event::BridgeReturned{.bridge = bridge});
}

void MediaCore::on(const command::GrowBridge& command) noexcept
{
    bridges::PartyList* outgrown = command.list;
    if (bridges::Bridge* bridge = find(command.bridge)) {
        // A fan-out under way ends here: its payloads lie in the list that goes.
        std::erase(fan_outs_, bridge);
        command.list->take_over(*bridge->parties);
        outgrown = bridge->parties.release();
        bridge->parties.reset(command.list);
    }
    outbox_.give_back(event::PartyListReturned{.list = outgrown});
}

void MediaCore::on(const command::AddGroup& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    RB_ASSERT(bridge != nullptr);  // control returns a bridge only after its last command to it
    const bool early = bridge->change != nullptr && command.group->mix_rate() == bridge->change->rate;
    auto& groups = early ? bridge->change->groups : bridge->groups;
    groups[command.group->number()].reset(command.group);
}

void MediaCore::on(const command::AddTrunk& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    RB_ASSERT(bridge != nullptr);  // as above
    RB_ASSERT(command.end->holder == media::Holder::Queue);
    command.end->holder = media::Holder::Worker;
    command.end->next = std::exchange(bridge->trunks, command.end);
    choose(*bridge);
}

void MediaCore::on(const command::ChangeRate& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    RB_ASSERT(bridge != nullptr);  // as above
    RB_ASSERT(bridge->change == nullptr);
    bridge->change = command.change;
    for (auto& party : command.change->parties) {
        media::Leg* leg = find(party.leg);
        if (leg != nullptr && leg->bridge == bridge) {
            leg->next_adapter = &party.adapter;
        }
    }
    if (bridge->technology != Technology::Softmix) {
        bridges::finish_rate_change(*bridge, outbox_);
    }
}

void MediaCore::on(const command::SetJitter& command) noexcept
{
    if (media::Leg* leg = find(command.leg)) {
        leg->plan->jitter = command.options;
        if (leg->plan->in) {
            leg->plan->in->set_jitter(command.options);
        }
    }
}

void MediaCore::on(const command::SetEcho& command) noexcept
{
    if (media::Leg* leg = find(command.leg)) {
        leg->echo = command.on;
        leg->sender.interrupt();
    }
}

void MediaCore::on(const command::Play& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr) {
        outbox_.give_back(event::PlayerReturned{.player = command.player, .ending = event::Ending::Failed});
        return;
    }
    if (command.succeeds && leg->player == nullptr) {
        outbox_.give_back(event::PlayerReturned{.player = command.player, .ending = event::Ending::Finished});
        return;
    }
    if (leg->player != nullptr) {
        if (command.succeeds) {
            command.player->succeed(*leg->player);
        }
        bridges::return_player(leg->player, event::Ending::Stopped, outbox_);
    }
    leg->player = command.player;
    schedule(*leg);
    if (leg->bridge != nullptr) {
        choose(*leg->bridge);
    }
}

void MediaCore::on(const command::StopPlaying& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg != nullptr && leg->player != nullptr) {
        bridges::return_player(leg->player, event::Ending::Stopped, outbox_);
        schedule(*leg);
    }
}

void MediaCore::on(const command::PlayToBridge& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    if (bridge == nullptr) {
        outbox_.give_back(event::PlayerReturned{.player = command.player, .ending = event::Ending::Failed});
        return;
    }
    if (bridge->player != nullptr) {
        bridges::return_player(bridge->player, event::Ending::Stopped, outbox_);
    }
    bridge->player = command.player;
    for (const auto& other : bridge->others) {
        if (other != nullptr) {
            other->to_mix.reset();
        }
    }
    choose(*bridge);
}

void MediaCore::on(const command::StopPlayingToBridge& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    if (bridge != nullptr && bridge->player != nullptr) {
        bridges::return_player(bridge->player, event::Ending::Stopped, outbox_);
        choose(*bridge);
    }
}

void MediaCore::on(const command::SteerPlayer& command) noexcept
{
    const media::Leg* leg = find(command.leg);
    const bridges::Bridge* bridge = leg == nullptr ? find(command.bridge) : nullptr;
    bridges::Player* player = leg != nullptr ? leg->player : bridge != nullptr ? bridge->player : nullptr;
    if (player != nullptr) {
        player->carry_out(command.step);
    }
}

void MediaCore::on(const command::LimitComplexity& command) noexcept
{
    complexity_max_ = command.most;
}

void MediaCore::on(const command::SendDtmf& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg != nullptr) {
        send_key(*leg, command.digit, command.timing);
        schedule(*leg);
        if (leg->bridge != nullptr) {
            choose(*leg->bridge);
        }
    }
}

void MediaCore::on(const command::ReceiveKey& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr) {
        return;
    }
    static_cast<void>(key_changed(*leg, {.digit = command.digit}, media::KeyWay::Info));
    static_cast<void>(
        key_changed(*leg, {.digit = command.digit, .released = true, .duration = command.held}, media::KeyWay::Info));
}

}  // namespace rb
