#include "control/node/sip_settings.h"

#include "control/engine/negotiation.h"

namespace rb::node {
namespace {

sip::Network to_sip(const config::Network& network)
{
    return {.base = network.base, .prefix_bits = network.prefix + (network.base.is_v4() ? 96U : 0U)};
}

std::vector<sip::Network> to_sip(const std::vector<config::Network>& networks)
{
    std::vector<sip::Network> result;
    for (const config::Network& network : networks) {
        result.push_back(to_sip(network));
    }
    return result;
}

sip::TransportSettings to_sip(const config::Transport& transport)
{
    sip::TransportSettings settings{.name = transport.name,
                                    .bind = transport.bind,
                                    .local_net = to_sip(transport.local_net),
                                    .tos = static_cast<int>(transport.tos)};
    if (const auto external = parse_address(transport.external_signaling_address)) {
        settings.external_signaling = external->with_port(transport.external_signaling_port);
    }
    return settings;
}

bool identifies_by(const config::Endpoint& endpoint, config::IdentifyBy by)
{
    return std::find(endpoint.identify_by.begin(), endpoint.identify_by.end(), by) != endpoint.identify_by.end();
}

sip::Reliable to_sip(config::Reliable reliable)
{
    switch (reliable) {
        case config::Reliable::No:
            return sip::Reliable::No;
        case config::Reliable::Yes:
            return sip::Reliable::Yes;
        case config::Reliable::Required:
            return sip::Reliable::Required;
        case config::Reliable::PeerSupported:
            return sip::Reliable::PeerSupported;
    }
    return sip::Reliable::No;
}

sip::DigestCredentials to_sip(const config::Auth& auth)
{
    sip::DigestCredentials credentials{.realm = auth.realm, .username = auth.username};
    credentials.password = auth.kind == config::AuthKind::Md5 ? "" : auth.password;
    for (const auto& [name, hash] : auth.hashes) {
        const auto algorithm = sip::read_digest_algorithm(name);
        const bool meant =
            auth.kind == config::AuthKind::Digest || (auth.kind == config::AuthKind::Md5 && name == "md5");
        if (algorithm && meant) {
            credentials.hashes[*algorithm] = hash;
        }
    }
    for (const auto& name : auth.algorithms_uac) {
        if (const auto algorithm = sip::read_digest_algorithm(name)) {
            credentials.algorithms.push_back(*algorithm);
        }
    }
    return credentials;
}

/// What passes every one of the lists; empty where nothing is said in any.
std::function<bool(const Address&)> all_of(std::vector<config::AccessLists> all)
{
    std::erase_if(all, [](const config::AccessLists& lists) { return lists.empty(); });
    if (all.empty()) {
        return {};
    }
    return [lists = std::move(all)](const Address& address) {
        return std::all_of(lists.begin(), lists.end(),
                           [&](const config::AccessLists& each) { return config::allows(each, address); });
    };
}

sip::EndpointSettings to_sip(const config::Endpoint& endpoint, const config::Snapshot& snapshot)
{
    sip::EndpointSettings settings{.name = endpoint.name,
                                   .match = {},
                                   .identify_by_ip = identifies_by(endpoint, config::IdentifyBy::Ip),
                                   .identify_by_username = identifies_by(endpoint, config::IdentifyBy::Username),
                                   .capabilities = engine::capabilities_of(endpoint, snapshot),
                                   .force_rport = endpoint.force_rport,
                                   .rewrite_contact = endpoint.rewrite_contact,
                                   .from_user = endpoint.from_user,
                                   .contact_user = endpoint.contact_user,
                                   .from_domain = endpoint.from_domain,
                                   .outbound_proxy = endpoint.outbound_proxy.empty() ? "" : endpoint.outbound_proxy[0],
                                   .transport = endpoint.transport,
                                   .acl = {},
                                   .calls_max = endpoint.device_state_busy_at,
                                   .send_reason = !endpoint.suppress_q850_reason_headers,
                                   .reliable = to_sip(endpoint.reliable),
                                   .redirect = endpoint.redirect_method == config::RedirectMethod::User
                                                   ? sip::Redirect::User
                                                   : sip::Redirect::Uri};
    for (const auto& name : endpoint.outbound_auth) {
        settings.outbound_auth.push_back(to_sip(snapshot.auths.at(name)));
    }
    for (const auto& [name, identify] : snapshot.identifies) {
        if (identify.endpoint == endpoint.name) {
            const auto networks = to_sip(identify.match);
            settings.match.insert(settings.match.end(), networks.begin(), networks.end());
        }
    }
    std::vector<config::AccessLists> sources{endpoint.acl};
    std::vector<config::AccessLists> contacts{endpoint.contact_acl};
    for (const auto& [name, acl] : snapshot.sip_acls) {
        sources.push_back(acl.rules);
        contacts.push_back(acl.contact_rules);
    }
    settings.acl = all_of(std::move(sources));
    settings.contact_acl = all_of(std::move(contacts));
    return settings;
}

std::vector<sip::IdentifyBy> identifier_order(const std::vector<std::string>& names)
{
    std::vector<sip::IdentifyBy> order;
    for (const std::string& name : names) {
        if (name == "ip") {
            order.push_back(sip::IdentifyBy::Ip);
        } else if (name == "username") {
            order.push_back(sip::IdentifyBy::Username);
        } else if (name == "anonymous") {
            order.push_back(sip::IdentifyBy::Anonymous);
        }
    }
    return order;
}

}  // namespace

std::shared_ptr<const sip::Settings> make_sip_settings(const engine::Configuration& configuration)
{
    const config::Snapshot& snapshot = *configuration.snapshot;
    auto settings = std::make_shared<sip::Settings>();
    for (const auto& [name, transport] : snapshot.transports) {
        settings->transports.push_back(to_sip(transport));
    }
    for (const auto& [name, endpoint] : snapshot.endpoints) {
        settings->endpoints.push_back(to_sip(endpoint, snapshot));
    }
    settings->endpoint_identifier_order = identifier_order(snapshot.global.endpoint_identifier_order);
    settings->user_agent = snapshot.global.user_agent;
    settings->max_forwards = snapshot.global.max_forwards;
    settings->default_from_user = snapshot.global.default_from_user;
    settings->timer_t1 = snapshot.system.timer_t1;
    settings->timer_b = snapshot.system.timer_b;
    settings->sessions_max = snapshot.node.limits.calls_max * 2UL;
    settings->invites_per_second_max = snapshot.node.limits.calls_per_second_max;
    settings->retry_after_s = static_cast<unsigned>(snapshot.node.limits.retry_after.count());
    settings->extension_exists = [plan = configuration.plan, kept = configuration.snapshot](
                                     const sip::EndpointSettings& endpoint, const std::string& user) {
        const auto found = kept->endpoints.find(endpoint.name);
        return user.empty() || (found != kept->endpoints.end() &&
                                plan->exists({.context = found->second.context, .exten = user, .caller_id = {}}));
    };
    return settings;
}

}  // namespace rb::node
