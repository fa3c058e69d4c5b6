// host_port.h — a server that may be given by name: host[:port].
#pragma once

#include "dataplane/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rb::config {

struct HostPort {
    std::string host;  ///< a name, or a literal address without brackets
    std::uint16_t port = 0;

    friend bool operator==(const HostPort&, const HostPort&) = default;
    /// "stun.example.com:3478" or "[2001:db8::1]:3478".
    [[nodiscard]] std::string to_string() const;
};

/// Reads "stun.example.com", "192.0.2.1:3478", "2001:db8::1" or "[2001:db8::1]:3478"; the name is not looked up.
///
/// default_port   where none is given
/// returns        both, or an Error that quotes the text and says what was expected
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port);

}  // namespace rb::config
