// fax_offer.h — RFC 3264 for T.38 that takes the place of the audio in a session, as pure functions over descriptions.
//
// §8.3.3: the stream changes its media type in its own m= line. Peers that add a second line and give the first port 0
// are understood as well.
#pragma once

#include "signaling/offer_answer.h"

namespace rb::sip {

/// An offer of T.38 over UDPTL in which no audio lives, or why it is none that could be met.
[[nodiscard]] MediaResult<Negotiation> negotiate_fax(const SessionDescription& offer);

/// Answers such an offer with our end, local.rtp, and with local.fax (asserted); all other lines have port 0.
[[nodiscard]] MediaResult<AnswerMade> answer_fax(const SessionDescription& offer, const LocalMedia& local);

/// Our offer of local.fax (asserted) in the m= line context.line.
[[nodiscard]] SessionDescription offer_fax(const LocalMedia& local, const OfferContext& context);

/// What the peer's answer to such an offer comes to; it has neither fax nor formats where that refuses the stream.
[[nodiscard]] MediaResult<NegotiatedMedia> accept_fax(const SessionDescription& answer, std::size_t line);

}  // namespace rb::sip
