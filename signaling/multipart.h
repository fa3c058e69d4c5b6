// multipart.h — the SDP inside a multipart body (RFC 2046 §5.1, RFC 5621), as gateways send it beside ISUP and the
// like.
#pragma once

#include <optional>
#include <string_view>

namespace rb::sip {

/// The body of the first part of type application/sdp.
///
/// content_type  value of Content-Type with its parameters: "multipart/mixed;boundary=\"x y\""
/// body          the whole body; the result points into it
/// returns       nothing when the type is not multipart, has no boundary, or no part is SDP
[[nodiscard]] std::optional<std::string_view> find_sdp_part(std::string_view content_type, std::string_view body);

}  // namespace rb::sip
