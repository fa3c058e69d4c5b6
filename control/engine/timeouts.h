// timeouts.h — TIMEOUT(): how long the plan waits for keys, and how long the call may last.
#pragma once

#include "dataplane/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace rb::engine {

/// Of one channel. The defaults are Asterisk's.
struct Timeouts {
    Nanos digit = 5s;        ///< between two keys
    Nanos response = 10s;    ///< until the first
    Nanos over_at = kNever;  ///< then the call goes to `T`
    bool changed = false;    ///< over_at has been set
};

/// TIMEOUT(which) in seconds: absolute, what is left of it, 0 = for ever; digit; response. The first letter decides.
/// Nothing where it is none of them.
[[nodiscard]] std::optional<std::string> read_timeout(const Timeouts& timeouts, std::string_view which, Nanos now);
/// Set(TIMEOUT(which)=seconds), with a fraction; false where it is none of them. What is no number is 0.
bool write_timeout(Timeouts& timeouts, std::string_view which, std::string_view value, Nanos now);

}  // namespace rb::engine
