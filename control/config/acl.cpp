#include "control/config/acl.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

namespace rb::config {
namespace {

constexpr unsigned kMappedBits = 96;  ///< IPv4 sits in the last 32 bits of Address::ip
constexpr unsigned kV4Bits = 32;
constexpr unsigned kV6Bits = 128;

/// How many leading bits of Address::ip a network fixes.
unsigned fixed_bits(const Network& network)
{
    return network.base.is_v4() ? kMappedBits + network.prefix : network.prefix;
}

/// The bits of byte `index` that lie within the first `bits` bits.
std::uint8_t byte_mask(unsigned index, unsigned bits)
{
    const unsigned start = index * 8;
    if (bits >= start + 8) {
        return 0xff;
    }
    return bits <= start ? std::uint8_t{0} : static_cast<std::uint8_t>(0xff00U >> (bits - start));
}

/// The prefix length a dotted mask stands for; nothing where ones follow zeros.
std::optional<unsigned> prefix_of(const Address& mask)
{
    unsigned prefix = 0;
    bool ended = false;
    for (unsigned index = mask.is_v4() ? kMappedBits / 8 : 0; index < mask.ip.size(); ++index) {
        const auto ones = static_cast<unsigned>(std::countl_one(mask.ip[index]));
        if ((ended && mask.ip[index] != 0) || mask.ip[index] != byte_mask(0, ones)) {
            return std::nullopt;
        }
        prefix += ones;
        ended = ended || ones < 8;
    }
    return prefix;
}

std::optional<unsigned> read_prefix(std::string_view text, const Address& base)
{
    if (text.find_first_of(".:") != std::string_view::npos) {
        const auto mask = parse_address(text);
        return mask && mask->port() == 0 && mask->is_v4() == base.is_v4() ? prefix_of(*mask) : std::nullopt;
    }
    unsigned prefix = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), prefix);
    const bool whole = problem == std::errc{} && end == text.data() + text.size();
    return whole && prefix <= (base.is_v4() ? kV4Bits : kV6Bits) ? std::optional{prefix} : std::nullopt;
}

}  // namespace

bool Network::contains(const Address& address) const
{
    if (address.is_v4() != base.is_v4()) {
        return false;
    }
    const unsigned bits = fixed_bits(*this);
    for (unsigned index = 0; index < base.ip.size(); ++index) {
        if (((address.ip[index] ^ base.ip[index]) & byte_mask(index, bits)) != 0) {
            return false;
        }
    }
    return true;
}

std::string Network::to_string() const
{
    return base.host() + "/" + std::to_string(prefix);
}

Result<Network> parse_network(std::string_view text)
{
    const auto slash = text.find('/');
    const auto host = text.substr(0, slash);
    const auto base = parse_address(host);
    if (!base || base->port() != 0 || host.starts_with('[')) {
        return failure("'" + std::string{text} +
                       "' is not a network: expected an address, address/prefix or address/mask");
    }
    Network network{.base = *base, .prefix = base->is_v4() ? kV4Bits : kV6Bits};
    if (slash != std::string_view::npos) {
        const auto prefix = read_prefix(text.substr(slash + 1), *base);
        if (!prefix) {
            return failure("'" + std::string{text.substr(slash + 1)} + "' is not a mask for " + base->host() +
                           ": expected a prefix from 0 to " + (base->is_v4() ? "32" : "128") +
                           " or a mask of ones followed by zeros");
        }
        network.prefix = *prefix;
    }
    const unsigned bits = fixed_bits(network);
    for (unsigned index = 0; index < network.base.ip.size(); ++index) {
        network.base.ip[index] = static_cast<std::uint8_t>(network.base.ip[index] & byte_mask(index, bits));
    }
    return network;
}

bool allows(const AclRules& rules, const Address& address)
{
    bool allowed = true;
    for (const AclRule& rule : rules) {
        if (rule.network.contains(address)) {
            allowed = rule.permit;
        }
    }
    return allowed;
}

bool allows(const AccessLists& lists, const Address& address)
{
    return allows(lists.own, address) && std::all_of(lists.named.begin(), lists.named.end(),
                                                     [&](const AclRules& rules) { return allows(rules, address); });
}

}  // namespace rb::config
