// The way of a key: from whichever means a peer uses to control, and to the other parties by the means of each.
#include "bridges/native_rtp.h"
#include "bridges/party.h"
#include "bridges/recorder.h"
#include "dataplane/worker/media_core.h"

#include <algorithm>

namespace rb {

void MediaCore::take_inband_keys(media::Leg& leg) noexcept
{
    if (leg.plan->inband != nullptr) {
        for (const media::KeyChange& change : leg.plan->inband->heard()) {
            static_cast<void>(key_changed(leg, change, media::KeyWay::Tone));
        }
    }
}

/// Returns whether it counted: the same press may have come in another way before.
bool MediaCore::key_changed(media::Leg& leg, const media::KeyChange& change, media::KeyWay way) noexcept
{
    if (!leg.keys.accept(change, way, now_)) {
        return false;
    }
    if (!change.released) {
        outbox_.tell(event::KeyPressed{.leg = leg.ref, .digit = change.digit});
        return true;
    }
    const Nanos held = std::max(change.duration, leg.plan->key_held_min);
    outbox_.tell(event::KeyReleased{.leg = leg.ref, .digit = change.digit, .duration = held});
    if (leg.recorder != nullptr && leg.recorder->ends_with(change.digit)) {
        bridges::return_recorder(leg.recorder, event::Ending::Key, outbox_);
        schedule(leg);
    }
    const media::Leg* peer = bridges::native_peer(leg);
    const bool passed_already =
        way == media::KeyWay::Event && peer != nullptr && peer->plan->events_at(leg.dtmf_in.clock_rate()) != nullptr;
    if (leg.bridge != nullptr && leg.party.pass_dtmf && !passed_already) {
        pass_key_on(leg, change.digit, held);
    }
    return true;
}

void MediaCore::pass_key_on(const media::Leg& leg, char digit, Nanos held) noexcept
{
    for (media::Leg* other : leg.bridge->parties->legs()) {
        if (other != &leg) {
            send_key(*other, digit, {.held = held});
        }
    }
    if (leg.bridge->technology == Technology::NativeRtp) {
        choose(*leg.bridge);  // what is made here needs frames; no tick of the bridge is under way, for it has none
    }
}

void MediaCore::send_key(media::Leg& leg, char digit, const media::DtmfTiming& timing) noexcept
{
    if (leg.plan->info_keys) {
        outbox_.tell(event::KeyToSend{.leg = leg.ref, .digit = digit, .held = timing.held});
    } else if (leg.plan->dtmf || leg.plan->inband != nullptr) {
        static_cast<void>(leg.dtmf_out.queue(digit, timing));
    }
}

}  // namespace rb
