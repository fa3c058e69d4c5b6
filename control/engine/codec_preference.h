// codec_preference.h — which codecs an endpoint is answered and offered, in which order, as its options say.
//
// No codec is ever named that the endpoint's allow does not have, nor in an answer one that was not offered: that is
// why only_preferred and union cannot name more.
#pragma once

#include "codecs/codec_info.h"
#include "control/config/sip_objects.h"
#include "signaling/message.h"

#include <vector>

namespace rb::engine {

class Channel;

/// The preferred one first.
using Codecs = std::vector<codecs::CodecId>;

/// The codecs of an endpoint's allow, with the packing that they have on the wire.
[[nodiscard]] Codecs configured_codecs(const config::Endpoint& endpoint);

/// What prefs make of the codecs that come in and of those there are.
[[nodiscard]] Codecs resolve(const config::CodecPrefs& prefs, const Codecs& pending, const Codecs& configured);

/// How an endpoint's offers are read: its codec_prefs_incoming_offer, or what else says it.
[[nodiscard]] config::CodecPrefs incoming_offer_prefs(const config::Endpoint& endpoint);

/// What an endpoint is to be offered: its codec_prefs_outgoing_offer, or what else says it.
[[nodiscard]] config::CodecPrefs outgoing_offer_prefs(const config::Endpoint& endpoint);

/// What an endpoint is offered in a call made for a caller.
///
/// caller   none, or one whose codecs are not known yet: as if it had them all
/// returns  none when they have nothing in common and there must be no transcoding
[[nodiscard]] Codecs codecs_to_offer(const config::Endpoint& endpoint, const Channel* caller);

/// A caller that has not been answered yet is to be in the codec of who has answered for it, where its endpoint's
/// codec_prefs_outgoing_answer says so or one of the two forbids transcoding.
void follow_callee(Channel& caller, const Channel& callee);

/// A new offer of a channel that has followed: it stays in that codec where it can.
void stay_followed(const Channel& channel, sip::NegotiatedMedia& offered);

/// The same for SDP, where pending and configured are one set of formats in two orders.
[[nodiscard]] sip::FormatChoice choice_of(const config::CodecPrefs& prefs);

}  // namespace rb::engine
