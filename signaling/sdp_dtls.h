// sdp_dtls.h — the attributes of a DTLS handshake in session descriptions (RFC 8122, RFC 4145, RFC 8842).
#pragma once

#include "signaling/fingerprint.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::sip {

inline constexpr std::size_t kSdpFingerprintsMax = 16;  ///< of one m= line; further ones are not read

/// What one m= line says of it, or the session level for all that say nothing.
struct SdpDtls {
    std::vector<Fingerprint> fingerprints;  ///< those that can be checked
    std::optional<DtlsSetup> setup;
    std::string tls_id;  ///< empty = none

    /// Whether a certificate is named, and it is left possible that somebody begins.
    [[nodiscard]] bool offered() const noexcept { return !fingerprints.empty() && setup != DtlsSetup::HoldConn; }

    friend bool operator==(const SdpDtls&, const SdpDtls&) = default;
};

/// Reads an attribute into what it belongs to; false when it is none of DTLS's.
///
/// name    what stands before the colon
bool read_dtls(std::string_view name, std::string_view value, SdpDtls& dtls);

/// A line that says nothing of its own goes by the session's (RFC 8122 §5, RFC 4145 §4, RFC 8842 §5).
void add_session_dtls(SdpDtls& media, const SdpDtls& session);

/// The lines of one m= section.
void write_dtls(std::string& text, const SdpDtls& dtls);

}  // namespace rb::sip
