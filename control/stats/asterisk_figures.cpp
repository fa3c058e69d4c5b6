#include "control/stats/asterisk_figures.h"

#include <algorithm>

namespace rb::stats {
namespace {

void add_endpoint_states(Statsd& statsd, const config::Snapshot& snapshot)
{
    std::map<std::string_view, std::int64_t> states{{"unknown", 0}, {"offline", 0}, {"online", 0}};
    for (const auto& [name, endpoint] : snapshot.endpoints) {
        ++states[endpoint_state(snapshot, endpoint)];
    }
    statsd.gauge("endpoints.count", static_cast<std::int64_t>(snapshot.endpoints.size()));
    for (const auto& [state, count] : states) {
        statsd.gauge("endpoints.state." + std::string{state}, count);
    }
}

/// Contacts written into an aor are never asked whether they are there.
void add_contact_states(Statsd& statsd, const config::Snapshot& snapshot)
{
    std::size_t contacts = 0;
    for (const auto& [name, aor] : snapshot.aors) {
        contacts += aor.contact.size();
    }
    statsd.gauge("PJSIP.contacts.states.NonQualified", static_cast<std::int64_t>(contacts));
}

}  // namespace

std::string_view endpoint_state(const config::Snapshot& snapshot, const config::Endpoint& endpoint)
{
    const bool online = std::any_of(endpoint.aors.begin(), endpoint.aors.end(), [&](const std::string& name) {
        const auto aor = snapshot.aors.find(name);
        return aor != snapshot.aors.end() && !aor->second.contact.empty();
    });
    return online ? "online" : endpoint.aors.empty() ? "unknown" : "offline";
}

void AsteriskFigures::add(Statsd& statsd, const config::Snapshot& snapshot, const ChannelsByEndpoint& channels)
{
    const auto gauge = [&](const std::string& endpoint, std::size_t count) {
        statsd.gauge("endpoints.PJSIP." + statsd_name(endpoint) + ".channels", static_cast<std::int64_t>(count));
    };
    std::size_t total = 0;
    for (const auto& [endpoint, count] : channels) {
        total += count;
        gauge(endpoint, count);
        sent_.erase(endpoint);
    }
    for (const auto& [endpoint, count] : sent_) {
        gauge(endpoint, 0);
    }
    sent_ = channels;
    statsd.gauge("channels.count", static_cast<std::int64_t>(total));
    add_endpoint_states(statsd, snapshot);
    add_contact_states(statsd, snapshot);
}

}  // namespace rb::stats
