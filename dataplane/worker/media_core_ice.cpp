// The worker's end of ICE: checks are answered in the slot they come in, and consent is watched.
#include "dataplane/worker/media_core.h"

namespace rb {

void MediaCore::on_stun(media::Leg& leg, const RxPacket& packet) noexcept
{
    if (!leg.plan->ice) {
        return drop(leg, Drop::Unsupported);
    }
    const auto out = tx_.reserve(wire::kStunAnswerBytesMax);
    if (out.empty()) {
        ++tx_.refused;
        return consume(leg);  // lost as on the network: the peer repeats its check
    }
    const auto outcome =
        leg.plan->ice->receive({.bytes = packet.bytes, .source = packet.source, .socket = packet.socket}, out, now_);
    const bool stranger = outcome.refused == Drop::StunStranger;
    if (outcome.answer > 0 && (!stranger || leg.stun_budget.take(now_))) {
        tx_.commit(leg.slot(), packet.socket, outcome.answer, packet.source);
        ++leg.counters.sent;
        counters_.add(outcome.refused ? WorkerCounter::IceErrors : WorkerCounter::IceChecks);
    }
    if (outcome.moved) {
        outbox_.tell(event::IceNominated{.leg = leg.ref, .peer = leg.plan->ice->destination(Socket::Rtp)});
    }
    if (outcome.refused) {
        return drop(leg, *outcome.refused);
    }
    heard_at_ = now_;  // media will follow
    consume(leg);
}

/// A peer that has stopped checking gets nothing more, and control is told as of one that has fallen silent.
void MediaCore::watch_consent(media::Leg& leg) noexcept
{
    if (!leg.plan->ice || !leg.plan->ice->lapse(now_)) {
        return;
    }
    counters_.add(WorkerCounter::IceConsentLost);
    if (!leg.reported_timeout) {
        leg.reported_timeout = true;
        outbox_.tell(event::RtpTimeout{.leg = leg.ref, .consent_lost = true});
    }
}

}  // namespace rb
