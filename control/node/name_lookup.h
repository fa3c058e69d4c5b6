// name_lookup.h — the address of a host name, asked of the system's resolver without waiting for it.
#pragma once

#include "control/config/host_port.h"
#include "dataplane/base/address.h"
#include "dataplane/base/error.h"

#include <memory>
#include <optional>

namespace rb::node {

/// One lookup. It runs on a thread of its own that ends with it and that nobody waits for, the resolver taking as many
/// seconds as its name servers are slow: whoever loses interest lets go of the lookup.
/// Owner: one thread.
class NameLookup {
public:
    /// Begins; a literal address is found at once.
    explicit NameLookup(const config::HostPort& of);

    /// Nothing as long as there is no answer; then the first IPv4 address with the port, else the first there is, or
    /// why there is none.
    [[nodiscard]] std::optional<Result<Address>> result() const;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;  // with the thread
};

}  // namespace rb::node
