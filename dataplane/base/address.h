// address.h — an IP address and a port; IPv4 is held mapped (::ffff:a.b.c.d), so that one comparison serves both.
#pragma once

#include "dataplane/base/error.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

struct sockaddr_storage;

namespace rb {

/// Trivially copyable, 18 bytes. All zero means "none".
struct Address {
    std::array<std::uint8_t, 16> ip{};
    std::array<std::uint8_t, 2> port_bytes{};  ///< network order

    friend bool operator==(const Address&, const Address&) = default;
    friend auto operator<=>(const Address&, const Address&) = default;

    [[nodiscard]] std::uint16_t port() const noexcept
    {
        return static_cast<std::uint16_t>(port_bytes[0] << 8U | port_bytes[1]);
    }
    [[nodiscard]] bool is_v4() const noexcept;
    [[nodiscard]] bool is_loopback() const noexcept;
    /// 0.0.0.0 or ::, with any port: "no address" in SDP (RFC 3264 §8.4) and "any" when binding.
    [[nodiscard]] bool is_unspecified() const noexcept;
    [[nodiscard]] explicit operator bool() const noexcept { return *this != Address{}; }

    /// The same host with another port.
    [[nodiscard]] Address with_port(std::uint16_t port) const noexcept;

    /// "10.0.0.1" or "2001:db8::1".
    [[nodiscard]] std::string host() const;
    /// "10.0.0.1:5060" or "[2001:db8::1]:5060".
    [[nodiscard]] std::string to_string() const;
};

/// Reads a literal address; host names are refused, since nobody here may wait for DNS.
///
/// text    "10.0.0.1", "10.0.0.1:5060", "::1", "[::1]" or "[::1]:5060"; port 0 where none is given
/// returns the address, or an Error that quotes the text
[[nodiscard]] Result<Address> parse_address(std::string_view text);

/// Fills what the socket calls want: AF_INET for IPv4, AF_INET6 otherwise. Returns the length used.
unsigned to_sockaddr(const Address& address, sockaddr_storage& storage) noexcept;
/// The inverse; an unknown family yields no address.
[[nodiscard]] Address from_sockaddr(const sockaddr_storage& storage) noexcept;

}  // namespace rb
