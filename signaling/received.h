// received.h — what a received message says, as values of ours. Private to this folder.
#pragma once

#include "dataplane/base/address.h"
#include "signaling/message.h"
#include "signaling/sofia.h"

#include <optional>
#include <string>
#include <string_view>

namespace rb::sip {

inline constexpr std::size_t kHeadersMax = 128;  ///< handed to control; further ones are left out

/// All header fields in their order, names in full where Sofia knows the header, values unfolded.
[[nodiscard]] Headers received_headers(const sip_t* sip);

/// The value of the first header of that name, or nothing.
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

/// Display name (without quotes and escapes), user (without %-escapes) and host of From, To or Contact.
[[nodiscard]] Party received_party(const char* display, const url_t* url);

/// Where the message came from.
[[nodiscard]] Address source_of(msg_t* msg);

/// The SDP in the body, also within a multipart one; empty when there is none.
[[nodiscard]] std::string_view body_of(const sip_t* sip);

/// The Q.850 cause of its Reason header, if any.
[[nodiscard]] std::optional<int> cause_of(const Headers& headers);

}  // namespace rb::sip
