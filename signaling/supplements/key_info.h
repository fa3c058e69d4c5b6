// key_info.h — keys by SIP INFO, as Cisco's application/dtmf-relay and the older application/dtmf spell them (IVR-06).
#pragma once

#include "dataplane/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace rb::sip {

inline constexpr const char* kKeyInfoType = "application/dtmf-relay";

struct KeyInfo {
    char digit = '0';  ///< of "0123456789*#ABCD"
    Nanos held = 100ms;
};

/// Whether bodies of this type tell of keys (without its parameters, any case).
[[nodiscard]] bool is_key_info(std::string_view content_type) noexcept;

/// The key in a body of such a type: "Signal=5\r\nDuration=160" or "5"; also by its event code, "Signal=11" for #.
/// Nothing when it names none, as a flash does. Held is kept within 40 ms and 8 s.
[[nodiscard]] std::optional<KeyInfo> read_key_info(std::string_view body) noexcept;

/// The body of type kKeyInfoType that tells of a key.
[[nodiscard]] std::string write_key_info(const KeyInfo& key);

}  // namespace rb::sip
