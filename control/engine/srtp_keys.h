// srtp_keys.h — the SRTP keys of a channel: made for its offers and answers, matched with the peer's, and turned into
// sessions for its leg.
//
// A key of ours is new or goes on as it is; none is ever taken up again, so that no packet index is used twice.
#pragma once

#include "control/engine/channel.h"
#include "control/engine/environment.h"
#include "dataplane/media/protection.h"
#include "signaling/message.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rb::engine {

/// Keys to offer: one for each suite, in their order; none where media are not to be encrypted, or by other keys.
[[nodiscard]] std::vector<SrtpKey> keys_to_offer(const sip::MediaCapabilities& capabilities, Environment& environment);

/// Before an offer within the call that the peer has asked for: another key of the suite in use and no other. The offer
/// may go to somebody else, who does not know our rollover counter.
void offer_again(ChannelMedia& media, Environment& environment);

/// Whether media.local has a key that the leg does not send with yet.
[[nodiscard]] bool own_key_changes(const ChannelMedia& media);

/// Makes sure that media.local has our key for what was agreed. In an answer a peer that has renewed its key gets a new
/// one of ours: it may be somebody else by now, who does not know our rollover counter.
void settle_own_key(ChannelMedia& media, const sip::NegotiatedMedia& agreed, bool answering, Environment& environment);

/// What protects the leg from now on, and notes the keys in use. A direction whose key is unchanged gets no session:
/// the one it has goes on.
///
/// ssrc   with which the leg sends
[[nodiscard]] Result<media::Protection> protection_for(ChannelMedia& media, const sip::NegotiatedMedia& agreed,
                                                       std::uint32_t ssrc);

}  // namespace rb::engine
