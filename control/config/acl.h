// acl.h — networks and access lists: of the rules that match an address the last one decides, as in Asterisk.
#pragma once

#include "dataplane/base/address.h"

#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

/// An address and how many of its bits count; an IPv4 network never matches an IPv6 address, and the other way round.
struct Network {
    Address base;         ///< bits beyond the prefix are zero; no port
    unsigned prefix = 0;  ///< 0 to 32 for IPv4, 0 to 128 for IPv6

    [[nodiscard]] bool contains(const Address& address) const;
    /// "10.0.0.0/8".
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const Network&, const Network&) = default;
};

/// Reads "10.0.0.0/8", "10.0.0.0/255.0.0.0", "2001:db8::/32", or a single address.
/// Returns an Error for a mask with holes, a prefix that is too long, and anything that is not a literal address.
[[nodiscard]] Result<Network> parse_network(std::string_view text);

struct AclRule {
    bool permit = false;
    Network network;

    friend bool operator==(const AclRule&, const AclRule&) = default;
};

using AclRules = std::vector<AclRule>;

/// Whether the rules let the address in: the last rule that matches decides; no match, or no rules, is yes.
[[nodiscard]] bool allows(const AclRules& rules, const Address& address);

/// An object's own permit and deny, and the named lists it refers to: an address must pass each of them, as in
/// Asterisk, so that a list cannot take back what another refuses.
struct AccessLists {
    AclRules own;
    std::vector<AclRules> named;

    [[nodiscard]] bool empty() const { return own.empty() && named.empty(); }

    friend bool operator==(const AccessLists&, const AccessLists&) = default;
};

[[nodiscard]] bool allows(const AccessLists& lists, const Address& address);

}  // namespace rb::config
