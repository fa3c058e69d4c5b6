// asterisk_figures.h — the figures Asterisk sends to statsd, under its names, from the configuration and the calls.
#pragma once

#include "control/config/objects.h"
#include "control/stats/statsd.h"

#include <cstddef>
#include <map>
#include <string>

namespace rb::stats {

/// How many channels each endpoint has; one that has none may be missing.
using ChannelsByEndpoint = std::map<std::string, std::size_t, std::less<>>;

/// Owner: control.
class AsteriskFigures {
public:
    /// Adds the figures of this moment; the caller flushes. An endpoint's channels are sent while it has any, and once
    /// more when it has none: of 50,000 endpoints most are idle.
    void add(Statsd& statsd, const config::Snapshot& snapshot, const ChannelsByEndpoint& channels);

private:
    ChannelsByEndpoint sent_;  // those not 0 at the last time
};

/// Asterisk's word for an endpoint's state: online with a contact, offline with an aor that has none, else unknown.
[[nodiscard]] std::string_view endpoint_state(const config::Snapshot& snapshot, const config::Endpoint& endpoint);

}  // namespace rb::stats
