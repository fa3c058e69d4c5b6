// media_ice.h — ICE and BUNDLE in offer and answer (RFC 8839 §4, RFC 8843 §7), as pure functions.
//
// We are an ICE-lite agent (RFC 8445 §2.5): the peer checks our addresses and says which pair is used. Two lite agents
// check nothing; media then go where c= and m= lines say, as without ICE.
#pragma once

#include "signaling/message.h"
#include "signaling/sdp.h"

#include <optional>

namespace rb::sip {

/// Whether the peer's m= line takes part in ICE.
///
/// available   we do
/// returns false also when its default destination is none of its candidates (§4.2.5): somebody on the way has changed
///         the one and not the other
[[nodiscard]] bool uses_ice(const SdpMedia& peer, bool available);

/// The login of a peer that is going to check our addresses; nothing where no checks will come.
[[nodiscard]] std::optional<IceLogin> checking_peer(const SdpMedia& peer, bool available);

/// Our attributes: host candidates at the address announced and, where that is another, at the one of the socket. One
/// that a STUN server has told is a host candidate, too: a lite agent has no others (RFC 8445 §5.2), and that the NAT
/// keeps our ports, so that the address leads in as if it were the host's, is what stunaddr takes for granted. The same
/// section grants a lite agent one IPv4 candidate; the socket's is shown all the same, for peers on our side of the NAT
/// that local_net does not name: who checks both uses the one that works.
[[nodiscard]] SdpIce own_ice(const LocalMedia& local, bool rtcp_mux);

/// Puts into our answer's line and group what those offered ask for.
void answer_transport(const SessionDescription& offer, std::size_t index, const LocalMedia& local,
                      SessionDescription& answer);

/// Puts into our offer's line and group what our capabilities allow, under the name the line has already.
void offer_transport(const LocalMedia& local, std::size_t index, SessionDescription& offer);

}  // namespace rb::sip
