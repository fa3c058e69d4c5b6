// sdp_ice.h — the attributes of ICE in session descriptions (RFC 8839 §5).
#pragma once

#include "dataplane/base/address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::sip {

inline constexpr std::size_t kSdpCandidatesMax = 32;  ///< of one m= line; further ones are not read

/// One a=candidate line: an address at which its writer may be reached.
struct SdpCandidate {
    std::string foundation = "1";
    unsigned component = 1;  ///< 1 = RTP, 2 = RTCP
    std::uint32_t priority = 0;
    Address address;

    friend bool operator==(const SdpCandidate&, const SdpCandidate&) = default;
};

/// What one m= line says of ICE, with what the session level says for all.
struct SdpIce {
    std::string ufrag;  ///< empty = its writer knows no ICE
    std::string pwd;    ///< secret: never logged
    bool lite = false;  ///< checks are answered, and none are made
    std::vector<SdpCandidate> candidates;
    bool end_of_candidates = false;  ///< none will be sent later (RFC 8840)
    bool mismatch = false;           ///< the peer's addresses have been changed on their way: there will be no ICE

    [[nodiscard]] bool offered() const noexcept { return !ufrag.empty() && !pwd.empty(); }

    friend bool operator==(const SdpIce&, const SdpIce&) = default;
};

/// Reads an attribute into what it belongs to.
///
/// name    what stands before the colon
/// returns false when it is none of ICE's. Values that cannot be used are passed over: candidates of TCP, with a host
///         name (a browser's random ones under .local) or broken, and logins of a length §5.4 forbids.
bool read_ice(std::string_view name, std::string_view value, SdpIce& ice);

/// The lines of one m= section; lite belongs to the session.
void write_ice(std::string& text, const SdpIce& ice);

}  // namespace rb::sip
