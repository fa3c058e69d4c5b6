// network.h — a block of addresses, as `match`, `permit` and `local_net` write it: 10.0.0.0/8, 2001:db8::/32, one host.
#pragma once

#include "dataplane/base/address.h"

#include <string_view>

namespace rb::sip {

struct Network {
    Address base;
    unsigned prefix_bits = 128;  ///< counted in the mapped form: an IPv4 /8 is 104

    [[nodiscard]] bool contains(const Address& address) const noexcept;

    friend bool operator==(const Network&, const Network&) = default;
};

/// Reads "10.0.0.0/8", "10.0.0.0/255.0.0.0", "2001:db8::/32" or a single address; bits beyond the prefix are ignored.
[[nodiscard]] Result<Network> parse_network(std::string_view text);

}  // namespace rb::sip
