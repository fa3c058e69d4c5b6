#include "signaling/network.h"

#include "signaling/text.h"

#include <bit>
#include <string>

namespace rb::sip {
namespace {

constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address in its mapped form

/// "255.255.0.0" as 16; nothing when the ones are not in front.
std::optional<unsigned> mask_bits(std::string_view text)
{
    const auto mask = parse_address(text);
    if (!mask || !mask->is_v4() || mask->port() != 0) {
        return std::nullopt;
    }
    const std::uint32_t value = static_cast<std::uint32_t>(mask->ip[12]) << 24U |
                                static_cast<std::uint32_t>(mask->ip[13]) << 16U |
                                static_cast<std::uint32_t>(mask->ip[14]) << 8U | mask->ip[15];
    const auto ones = static_cast<unsigned>(std::countl_one(value));
    return std::popcount(value) == static_cast<int>(ones) ? std::optional{ones} : std::nullopt;
}

}  // namespace

bool Network::contains(const Address& address) const noexcept
{
    const unsigned whole = prefix_bits / 8;
    for (unsigned i = 0; i < whole; ++i) {
        if (address.ip[i] != base.ip[i]) {
            return false;
        }
    }
    const unsigned rest = prefix_bits % 8;
    return rest == 0 || (address.ip[whole] ^ base.ip[whole]) >> (8U - rest) == 0;
}

Result<Network> parse_network(std::string_view text)
{
    auto rest = trim(text);
    const auto host = take_until(rest, '/');
    const auto base = parse_address(host);
    if (!base || base->port() != 0) {
        return failure("'" + std::string{text} +
                       "' is not a network: expected an address, address/bits or address/mask");
    }
    const unsigned family_bits = base->is_v4() ? 32 : 128;
    if (rest.empty()) {
        return Network{.base = *base, .prefix_bits = 128};
    }
    const auto bits = rest.find('.') == std::string_view::npos ? read_number<unsigned>(rest) : mask_bits(rest);
    if (!bits || *bits > family_bits) {
        return failure("'" + std::string{text} + "': the prefix must be 0 to " + std::to_string(family_bits) +
                       " or a mask such as 255.255.0.0");
    }
    return Network{.base = *base, .prefix_bits = *bits + (base->is_v4() ? kMappedBits : 0)};
}

}  // namespace rb::sip
