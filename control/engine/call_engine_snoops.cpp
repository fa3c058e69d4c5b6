// Channels that listen in on others.
#include "bridges/snoop.h"
#include "control/engine/call.h"
#include "control/engine/call_engine.h"

namespace rb::engine {

std::uint64_t CallEngine::start_snoop(Channel& spy, Channel& target, const Snooping& how)
{
    const codecs::CodecId codec = target.media.codec;
    const std::uint32_t rate = codecs::codec_info(codec).sample_rate;
    const std::size_t worker = spy.media.worker;
    trunk_ends_.resize(workers_.size());
    if (!spy.media.adopted || !target.media.adopted || trunk_ends_[worker] == bridges::kTrunkEndsMax) {
        return 0;
    }
    const bridges::BridgeRef bridge =
        make_bridge(worker, {.kind = bridges::BridgeKind::Conference, .rate = rate, .parties = 1});
    if (!bridge) {
        return 0;
    }
    const std::uint64_t tag = next_serial_++;
    auto& trunk = *trunks_.emplace_back(std::make_unique<bridges::Trunk>(rate));
    for (bridges::TrunkEnd& end : trunk.ends()) {
        end.holder = media::Holder::Queue;
    }
    ++trunk_ends_[worker];
    workers_[worker]->post(command::AddTrunk{.bridge = bridge, .end = &trunk.ends()[0]});
    auto snoop = std::make_unique<bridges::Snoop>(bridges::Snoop::Options{.codec = codec,
                                                                          .received_only = how.received_only,
                                                                          .whispers = how.whispers,
                                                                          .barges = how.barges,
                                                                          .tag = tag},
                                                  trunk.ends()[1]);
    snoopers_[tag] = {.spy = spy.ref,
                      .application_serial = spy.application_serial,
                      .target = target.ref,
                      .at = {.worker = worker, .bridge = bridge}};
    listen_to(target);
    command(target, command::StartSnoop{.leg = target.media.leg, .snoop = snoop.release()});
    join(spy, bridge, {.muted = !how.whispers && !how.barges, .pass_dtmf = false, .talk = {}});
    return tag;
}

void CallEngine::stop_snoop(std::uint64_t tag)
{
    const auto found = snoopers_.extract(tag);
    if (found.empty()) {
        return;
    }
    const Snooper& snooper = found.mapped();
    Channel* target = channels_.find(snooper.target);
    if (target != nullptr && target->media.leg) {
        command(*target, command::StopSnoop{.leg = target->media.leg, .tag = tag});
    }
    if (Channel* spy = channels_.find(snooper.spy)) {
        leave(*spy);
    }
    return_bridge(snooper.at.worker, snooper.at.bridge);
}

void CallEngine::on(std::size_t /*worker*/, const event::SnoopReturned& event)
{
    const std::unique_ptr<bridges::Snoop> snoop{event.snoop};
    trunk_end_returned(snoop->end());
    const auto found = snoopers_.find(snoop->options().tag);
    if (found == snoopers_.end()) {
        return;  // it was stopped
    }
    const Snooper snooper = found->second;
    stop_snoop(snoop->options().tag);
    Channel* spy = channels_.find(snooper.spy);
    if (spy != nullptr && spy->application != nullptr && spy->application_serial == snooper.application_serial) {
        Call call{*this, *spy};
        spy->application->on_snoop_ended(call);
    }
}

}  // namespace rb::engine
