// ice.h — the ICE logins of a channel: made for its offers and answers, and handed to its leg.
#pragma once

#include "control/engine/channel.h"
#include "control/engine/environment.h"
#include "dataplane/media/ice_lite.h"
#include "signaling/message.h"

#include <memory>

namespace rb::engine {

/// A login nobody can guess.
[[nodiscard]] sip::IceLogin new_ice_login(Environment& environment);

/// Before an answer: a peer with another login than before has restarted ICE, and so do we (RFC 8839 §4.4.3.1.1).
void settle_own_ice(ChannelMedia& media, const sip::NegotiatedMedia& agreed, Environment& environment);

/// What the leg answers checks with; nothing where none will come.
[[nodiscard]] std::unique_ptr<media::IceLite> ice_for(const ChannelMedia& media, const sip::NegotiatedMedia& agreed);

}  // namespace rb::engine
