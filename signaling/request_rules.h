// request_rules.h — what every request must satisfy before anybody looks at it (RFC 3261 §8.2). Private to this folder.
#pragma once

#include "signaling/counters.h"
#include "signaling/reply.h"
#include "signaling/settings.h"
#include "signaling/sofia.h"

#include <optional>

namespace rb::sip {

struct RequestRefusal {
    Reply reply;
    SipCounter counter{};
};

/// The first rule a request breaks: version, size, hops, method, scheme, extensions, body. ACK and CANCEL break none,
/// since nobody may answer them so. nta has already refused what cannot be parsed.
///
/// reliable   of the endpoint the request comes from: whether 100rel may be required
[[nodiscard]] std::optional<RequestRefusal> refuse_by_rule(const sip_t* sip, Reliable reliable);

/// Whether Require, or either of Require and Supported, names the extension.
[[nodiscard]] bool requires_extension(const sip_t* sip, const char* name) noexcept;
[[nodiscard]] bool speaks_extension(const sip_t* sip, const char* name) noexcept;

/// Counts the request by its method.
[[nodiscard]] SipCounter request_counter(const sip_t* sip) noexcept;

}  // namespace rb::sip
