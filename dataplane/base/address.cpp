#include "dataplane/base/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rb {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::array<std::uint8_t, 16> map_v4(const void* four_bytes) noexcept
{
    std::array<std::uint8_t, 16> ip{};
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin());
    std::memcpy(ip.data() + kMappedPrefix.size(), four_bytes, 4);
    return ip;
}

bool read_ip(const std::string& text, std::array<std::uint8_t, 16>& ip) noexcept
{
    in_addr v4{};
    if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
        ip = map_v4(&v4);
        return true;
    }
    return inet_pton(AF_INET6, text.c_str(), ip.data()) == 1;
}

}  // namespace

bool Address::is_v4() const noexcept
{
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin());
}

bool Address::is_loopback() const noexcept
{
    static constexpr std::array<std::uint8_t, 16> kLoopback6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return is_v4() ? ip[12] == 127 : ip == kLoopback6;
}

bool Address::is_unspecified() const noexcept
{
    const auto first = is_v4() ? ip.begin() + kMappedPrefix.size() : ip.begin();
    return std::all_of(first, ip.end(), [](std::uint8_t byte) { return byte == 0; });
}

Address Address::with_port(std::uint16_t port) const noexcept
{
    Address other = *this;
    other.port_bytes = {static_cast<std::uint8_t>(port >> 8U), static_cast<std::uint8_t>(port & 0xffU)};
    return other;
}

std::string Address::host() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4();
    const std::uint8_t* bytes = v4 ? ip.data() + kMappedPrefix.size() : ip.data();
    return inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size()) != nullptr ? text.data() : "";
}

std::string Address::to_string() const
{
    const std::string port_text = ":" + std::to_string(port());
    return is_v4() ? host() + port_text : "[" + host() + "]" + port_text;
}

Result<Address> parse_address(std::string_view text)
{
    std::string_view host = text;
    std::string_view port_text;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos || (close + 1 < text.size() && text[close + 1] != ':')) {
            return failure("'" + std::string{text} + "' is not an address: expected [IPv6]:port");
        }
        host = text.substr(1, close - 1);
        port_text = close + 1 < text.size() ? text.substr(close + 2) : std::string_view{};
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        host = text.substr(0, text.find(':'));
        port_text = text.substr(text.find(':') + 1);
    }
    Address address;
    if (!read_ip(std::string{host}, address.ip)) {
        return failure("'" + std::string{text} + "' is not an IPv4 or IPv6 address (host names are not accepted here)");
    }
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (!port_text.empty() && (problem != std::errc{} || end != port_text.data() + port_text.size())) {
        return failure("'" + std::string{text} + "': the port must be a number from 0 to 65535");
    }
    return address.with_port(port);
}

unsigned to_sockaddr(const Address& address, sockaddr_storage& storage) noexcept
{
    storage = {};
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        std::memcpy(&v4.sin_port, address.port_bytes.data(), 2);
        std::memcpy(&v4.sin_addr, address.ip.data() + kMappedPrefix.size(), 4);
        std::memcpy(&storage, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_port, address.port_bytes.data(), 2);
    std::memcpy(&v6.sin6_addr, address.ip.data(), 16);
    std::memcpy(&storage, &v6, sizeof v6);
    return sizeof v6;
}

Address from_sockaddr(const sockaddr_storage& storage) noexcept
{
    Address address;
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof v4);
        address.ip = map_v4(&v4.sin_addr);
        std::memcpy(address.port_bytes.data(), &v4.sin_port, 2);
    } else if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        std::memcpy(address.ip.data(), &v6.sin6_addr, 16);
        std::memcpy(address.port_bytes.data(), &v6.sin6_port, 2);
    }
    return address;
}

}  // namespace rb
