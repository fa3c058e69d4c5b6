// offer_answer.h — RFC 3264 for one audio stream, as pure functions over session descriptions.
//
// Formats agreed are those both have, in our order or the peer's (MediaCapabilities::of_offer, of_answer), with the
// peer's payload types (§6.1). All media we do not carry are answered with port 0: video, T.38, a second audio.
// Keys for SRTP are offered and answered by RFC 4568, of the suites offered ours in our order; or a handshake is
// agreed on that will yield them (RFC 5763).
#pragma once

#include "signaling/message.h"
#include "signaling/sdp.h"

#include <tl/expected.hpp>

#include <span>
#include <string>
#include <string_view>

namespace rb::sip {

/// Why an offer or an answer cannot be used, as the response to send says it (RFC 3261 §20.43, §21.4.26).
struct MediaRefusal {
    int code = 488;
    int warning = 304;  ///< warn-code: 304 media type, 305 incompatible format, 302 protocol, 301 address
    std::string text;
};

template <typename T>
using MediaResult = tl::expected<T, MediaRefusal>;

/// The same line with port 0, as its refusal or as a stream that is no more; one token must stand (RFC 3264 §6).
[[nodiscard]] SdpMedia refused_line(const SdpMedia& offered, const Address& local);

/// What an offer comes to before the local port is known.
struct Negotiation {
    NegotiatedMedia media;
    std::size_t line = 0;  ///< index of the m= line that is used
};

/// How our capabilities answer an offer.
///
/// offer         the peer's description
/// capabilities  ours, most wanted first
/// wanted        the direction we would like; narrowed by what the peer allows
/// returns       what will flow, or why nothing can
[[nodiscard]] MediaResult<Negotiation> negotiate(const SessionDescription& offer, const MediaCapabilities& capabilities,
                                                 Direction wanted);

/// An answer and what it means.
struct AnswerMade {
    SessionDescription description;  ///< origin left for LocalDescription
    NegotiatedMedia media;
    std::size_t line = 0;  ///< index of the m= line that is used
};

/// Answers an offer with our end of the stream. Uses only what was offered; as many m= lines, in the same order.
[[nodiscard]] MediaResult<AnswerMade> answer(const SessionDescription& offer, const LocalMedia& local);

/// What earlier rounds of the session fix for the next offer (RFC 3264 §8).
struct OfferContext {
    std::span<const MediaFormat> numbers;  ///< payload types in use; one number never changes its meaning (§8.3.2)
    std::span<const SdpMedia> lines;       ///< m= lines of the last exchange; none is ever removed (§8.2)
    std::size_t line = 0;                  ///< ours among them
};

/// Our offer; origin left for LocalDescription.
[[nodiscard]] SessionDescription make_offer(const LocalMedia& local, const OfferContext& context);

/// The peer has changed over to another of the formats agreed: it becomes the preferred one, and keys go by its clock.
void change_over(NegotiatedMedia& media, int payload_type);

/// What the peer's answer to our offer comes to.
///
/// line      index of the m= line of our offer that carries our audio
/// security  our policy when we made it
/// choice    of the formats it has
[[nodiscard]] MediaResult<NegotiatedMedia> accept_answer(const SessionDescription& offer,
                                                         const SessionDescription& answer, std::size_t line,
                                                         MediaSecurity security,
                                                         const FormatChoice& choice = {.order = FormatOrder::Peers});

/// The o= line of our descriptions in one session: the id stays, the version grows only with a change (RFC 3264 §8).
class LocalDescription {
public:
    /// session_id  unique for this host: random or a time (RFC 8866 §5.2)
    explicit LocalDescription(std::uint64_t session_id) : session_id_{session_id} {}

    /// Fills in o= and s=, and returns the text to send.
    [[nodiscard]] std::string publish(SessionDescription description);

private:
    std::uint64_t session_id_;
    std::uint64_t version_ = 0;
    SessionDescription last_;
};

}  // namespace rb::sip
