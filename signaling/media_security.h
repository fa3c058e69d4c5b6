// media_security.h — which profile and which keys an m= line needs: RFC 4568 within RFC 3264, as pure functions.
#pragma once

#include "signaling/message.h"
#include "signaling/sdp.h"

#include <span>
#include <string>
#include <string_view>

namespace rb::sip {

/// The profile of our offers.
[[nodiscard]] std::string_view offered_profile(const MediaCapabilities& capabilities) noexcept;

/// Why an m= line offered cannot be taken for its profile or its keys; empty = it can.
[[nodiscard]] std::string security_problem(const SdpMedia& offered, const MediaCapabilities& capabilities);

/// The line of an offer to answer, its suite the one we like best; nullptr = none, and media go in the clear.
[[nodiscard]] const SdpCrypto* choose_crypto(const SdpMedia& offered, const MediaCapabilities& capabilities) noexcept;

/// Ours of this suite, or nullptr.
[[nodiscard]] const SrtpKey* find_key(std::span<const SrtpKey> keys, SrtpSuite suite) noexcept;

/// The line of an answer that takes one of our offer: same tag, same suite (RFC 4568 §5.1.3); or nullptr.
[[nodiscard]] const SdpCrypto* answering_crypto(const SdpMedia& offered, const SdpMedia& answer) noexcept;

/// Why an answer does not fit the profile or the keys we offered, or leaves in the clear what must not be; empty = it
/// fits. The profile offered does not tell: within a session it is that of the peer's last offer.
[[nodiscard]] std::string answer_problem(const SdpMedia& offered, const SdpMedia& answer, MediaSecurity security);

}  // namespace rb::sip
