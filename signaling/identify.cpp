#include "signaling/identify.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::sip {

EndpointIndex::EndpointIndex(std::shared_ptr<const Settings> settings) : settings_{std::move(settings)}
{
    RB_ASSERT(settings_ != nullptr);
    for (const EndpointSettings& endpoint : settings_->endpoints) {
        by_name_.emplace(endpoint.name, &endpoint);
        for (const Network& network : endpoint.match) {
            by_network_.push_back({network, &endpoint});
        }
    }
    // The narrowest network wins, so that one host can be told apart inside a trusted range.
    std::stable_sort(by_network_.begin(), by_network_.end(),
                     [](const Match& a, const Match& b) { return a.network.prefix_bits > b.network.prefix_bits; });
}

const EndpointSettings* EndpointIndex::find(std::string_view name) const
{
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

const EndpointSettings* EndpointIndex::by_ip(const Address& source) const
{
    for (const Match& match : by_network_) {
        if (match.endpoint->identify_by_ip && match.network.contains(source)) {
            return match.endpoint;
        }
    }
    return nullptr;
}

const EndpointSettings* EndpointIndex::identify(const Address& source, std::string_view from_user) const
{
    for (const IdentifyBy method : settings_->endpoint_identifier_order) {
        const EndpointSettings* found = nullptr;
        switch (method) {
            case IdentifyBy::Ip:
                found = by_ip(source);
                break;
            case IdentifyBy::Username:
                found = find(from_user);
                found = found != nullptr && found->identify_by_username ? found : nullptr;
                break;
            case IdentifyBy::Anonymous:
                found = find("anonymous");
                break;
        }
        if (found != nullptr) {
            return found;
        }
    }
    return nullptr;
}

}  // namespace rb::sip
