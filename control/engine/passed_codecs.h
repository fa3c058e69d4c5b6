// passed_codecs.h — codecs that are only passed on (G.729): who is offered one, who is answered with one, and what is
// done where nobody could hear it.
//
// Between two peers who both speak it such a codec is as good as any other; anywhere else it is silence. So a call has
// one only where its other end has it, too, or where its peer speaks nothing else: docs/decisions/0013-g729.md.
#pragma once

#include "control/engine/channel.h"
#include "signaling/message.h"

namespace rb::engine {

class CallEngine;

/// Whether a format of SDP is a codec that is only passed on.
[[nodiscard]] bool is_passed_only(const sip::MediaFormat& format);

/// Leaves of what a call out would be offered what its caller can hear, or can have, too; false when that is nothing.
[[nodiscard]] bool narrow_offer(sip::MediaCapabilities& own, const Channel& caller);

/// Leaves of what a caller who has made no offer is offered what the other end of its call can hear, and that first
/// which it has.
void narrow_own_offer(CallEngine& engine, Channel& channel);

/// What was agreed with a channel's peer, with the codec first that suits the other end of its call.
[[nodiscard]] sip::NegotiatedMedia suited(CallEngine& engine, const Channel& channel, sip::NegotiatedMedia agreed);

/// Writes into what we say of ourselves whether annex B (comfort noise within G.729) may be sent: where both ends of
/// the call say so (RFC 7261 §3).
void settle_annex_b(CallEngine& engine, Channel& channel);

/// Two who are to be bridged have different codecs, one of them only passed on: asks one by re-INVITE for what both can
/// use, where it has ever spoken of that, and tells the log.
void reconcile(CallEngine& engine, Channel& one, Channel& other);

/// Something is to be played to the channel, recorded of it or mixed with it: where its codec is only passed on, asks
/// its peer by re-INVITE, once, for one that is not, if it has ever spoken of such.
///
/// returns   whether its answer is awaited
bool want_audio(CallEngine& engine, Channel& channel);

}  // namespace rb::engine
