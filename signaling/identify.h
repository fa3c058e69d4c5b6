// identify.h — which endpoint a request belongs to: pure look-ups over a settings snapshot.
#pragma once

#include "signaling/settings.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rb::sip {

/// The endpoints of one snapshot, indexed by name; keeps the snapshot alive.
class EndpointIndex {
public:
    explicit EndpointIndex(std::shared_ptr<const Settings> settings);

    /// Tries the methods in endpoint_identifier_order; nullptr when none knows the caller.
    ///
    /// source     where the request came from; the port plays no part
    /// from_user  user part of From
    [[nodiscard]] const EndpointSettings* identify(const Address& source, std::string_view from_user) const;

    /// nullptr when there is no endpoint of that name.
    [[nodiscard]] const EndpointSettings* find(std::string_view name) const;

    [[nodiscard]] const Settings& settings() const noexcept { return *settings_; }
    [[nodiscard]] const std::shared_ptr<const Settings>& snapshot() const noexcept { return settings_; }

private:
    struct Match {
        Network network;
        const EndpointSettings* endpoint = nullptr;
    };

    [[nodiscard]] const EndpointSettings* by_ip(const Address& source) const;

    std::shared_ptr<const Settings> settings_;
    std::unordered_map<std::string_view, const EndpointSettings*> by_name_;
    std::vector<Match> by_network_;  ///< longest prefix first
};

}  // namespace rb::sip
