// sdes.h — a=crypto lines of SDP: SRTP keys in session descriptions (RFC 4568).
#pragma once

#include "dataplane/base/srtp_suite.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rb::sip {

/// One a=crypto line that can be used. Holds a secret: never logged.
struct SdpCrypto {
    std::uint32_t tag = 1;  ///< by which an answer names the line of the offer it takes
    SrtpKey key;            ///< with which the writer of the line sends
    bool old_name = false;  ///< the suite is called as before RFC 6188; an answer has to repeat that (§5.1.2)
    std::uint64_t lifetime =
        0;  ///< packets it may be used for; 0 = not said: 2^48 of SRTP, 2^31 of SRTCP. Told, not enforced.

    friend bool operator==(const SdpCrypto&, const SdpCrypto&) = default;
};

/// Reads what follows "a=crypto:".
///
/// returns the line, or nothing where it cannot be used and must be passed over (§6, §7.1): what is no crypto line, a
///         suite or key method unknown here, a key of the wrong length, several keys or one with a master key
///         identifier, session parameters other than WSH that are not marked as optional
[[nodiscard]] std::optional<SdpCrypto> read_crypto(std::string_view value);

/// The value of the line; read_crypto(write_crypto(x)) == x.
[[nodiscard]] std::string write_crypto(const SdpCrypto& crypto);

}  // namespace rb::sip
