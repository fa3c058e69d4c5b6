// media_security.h — which profile and which keys an m= line needs: RFC 4568 and RFC 5763 within RFC 3264, as pure
// functions.
#pragma once

#include "signaling/message.h"
#include "signaling/sdp.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rb::sip {

/// The profile of our offers.
[[nodiscard]] std::string_view offered_profile(const MediaCapabilities& capabilities) noexcept;

/// Why an m= line offered cannot be taken for its profile or its keys; empty = it can.
[[nodiscard]] std::string security_problem(const SdpMedia& offered, const MediaCapabilities& capabilities);

/// Where the keys for an m= line offered are to come from: of the ways it has, the one we like best; nothing = media go
/// in the clear.
[[nodiscard]] std::optional<MediaKeying> choose_keying(const SdpMedia& offered,
                                                       const MediaCapabilities& capabilities) noexcept;

/// The line of an offer to answer, its suite the one we like best; nullptr = none that can be used.
[[nodiscard]] const SdpCrypto* choose_crypto(const SdpMedia& offered, const MediaCapabilities& capabilities) noexcept;

/// Ours of this suite, or nullptr.
[[nodiscard]] const SrtpKey* find_key(std::span<const SrtpKey> keys, SrtpSuite suite) noexcept;

/// What the lines of a peer's offer or answer come to. Of several fingerprints those of the strongest hash count.
///
/// wanted   who we would like to begin, where the peer leaves it to us
[[nodiscard]] DtlsAgreement agree_on_dtls(const SdpMedia& peer, DtlsSetup wanted);

/// The line of an answer that takes one of our offer: same tag, same suite (RFC 4568 §5.1.3); or nullptr.
[[nodiscard]] const SdpCrypto* answering_crypto(const SdpMedia& offered, const SdpMedia& answer) noexcept;

/// Whether an answer takes up the handshake offered.
[[nodiscard]] bool answers_dtls(const SdpMedia& offered, const SdpMedia& answer) noexcept;

/// Why an answer does not fit the profile or the keys we offered, or leaves in the clear what must not be; empty = it
/// fits. The profile offered does not tell: within a session it is that of the peer's last offer.
[[nodiscard]] std::string answer_problem(const SdpMedia& offered, const SdpMedia& answer, MediaSecurity security);

}  // namespace rb::sip
