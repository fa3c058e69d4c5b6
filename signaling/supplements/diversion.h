// diversion.h — who sent a call on to here: the Diversion header (RFC 5806).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rb::sip {

struct Diversion {
    std::string number;              ///< user part of who sent the call on; empty = nobody did
    std::string reason = "unknown";  ///< a token: "user-busy", "no-answer", "unconditional", …

    friend bool operator==(const Diversion&, const Diversion&) = default;
};

/// The first entry of a Diversion value, which is the newest (RFC 5806 §5.2): its number, unescaped, without control
/// characters, and its reason. Nothing when it has no user part, or is no URI of sip:, sips: or tel:.
[[nodiscard]] std::optional<Diversion> read_diversion(std::string_view header);

/// "<sip:4930@192.0.2.1>;reason=user-busy". The host is taken as it stands; a reason that is no token is unknown.
[[nodiscard]] std::string write_diversion(const Diversion& diversion, std::string_view host);

}  // namespace rb::sip
