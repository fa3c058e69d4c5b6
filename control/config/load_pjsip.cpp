// load_pjsip.cpp — pjsip.conf and acl.conf: sections into objects, and whether they fit together.
#include "control/config/codec_list.h"
#include "control/config/loading.h"
#include "control/config/text.h"

#include <algorithm>

namespace rb::config {
namespace {

constexpr std::string_view kFile = "pjsip.conf";
constexpr std::uint16_t kSipPort = 5060;

void read_transport(Loading& loading, const ObjectType& type, const IniSection& section)
{
    auto transport = read_object<Transport>(loading, type, section);
    if (section.find("bind") == nullptr) {
        return loading.error(section.place, "transport [" + section.name + "] needs bind, such as 0.0.0.0:5060");
    }
    if (transport.bind.port() == 0) {
        transport.bind = transport.bind.with_port(kSipPort);
    }
    if (!transport.external_media_address.empty() && !parse_address(transport.external_media_address)) {
        loading.error(place_of(section, "external_media_address"), "external_media_address: '" +
                                                                       transport.external_media_address +
                                                                       "' is not accepted: expected a literal address");
    }
    if (!transport.external_signaling_address.empty() && !parse_address(transport.external_signaling_address)) {
        loading.error(place_of(section, "external_signaling_address"),
                      "external_signaling_address: '" + transport.external_signaling_address +
                          "' is not accepted: expected a literal address");
    }
    add_object(loading, loading.snapshot.transports, section, std::move(transport));
}

/// A browser has no other ways (RFC 8827 §6.5, RFC 8834 §4).
void apply_webrtc(Endpoint& endpoint)
{
    endpoint.ice_support = true;
    endpoint.rtcp_mux = true;
    endpoint.bundle = true;
    endpoint.use_avpf = true;
    if (endpoint.media_encryption.empty()) {
        endpoint.media_encryption = {MediaEncryption::Dtls};
    }
}

/// Two options that say the same thing in different ways.
void check_codec_preferences(Loading& loading, const IniSection& section, const Endpoint& endpoint)
{
    const bool other_order = endpoint.incoming_call_offer_pref != IncomingOfferPref::Local;
    if (endpoint.preferred_codec_only && (other_order || endpoint.codec_prefs_incoming_offer)) {
        loading.error(place_of(section, "preferred_codec_only"),
                      "preferred_codec_only=yes means incoming_call_offer_pref=local_first: leave it out beside " +
                          std::string{other_order ? "incoming_call_offer_pref" : "codec_prefs_incoming_offer"});
    }
    const auto without_effect = [&](std::string_view option, bool detailed) {
        if (detailed && section.find(option) != nullptr) {
            loading.warning(place_of(section, option), std::string{option} + " has no effect: codec_prefs_" +
                                                           std::string{option.substr(0, option.find('_'))} +
                                                           "_offer takes its place");
        }
    };
    without_effect("incoming_call_offer_pref", endpoint.codec_prefs_incoming_offer.has_value());
    without_effect("outgoing_call_offer_pref", endpoint.codec_prefs_outgoing_offer.has_value());
}

void read_endpoint(Loading& loading, const ObjectType& type, const IniSection& section)
{
    auto endpoint = read_object<Endpoint>(loading, type, section);
    if (endpoint.webrtc) {
        apply_webrtc(endpoint);
    }
    if (endpoint.allow.empty()) {
        loading.error(
            place_of(section, "allow"),
            "endpoint [" + section.name + "] is left without a codec: allow at least one of " + join(known_codecs()));
    }
    check_codec_preferences(loading, section, endpoint);
    const auto permits = [&](MediaEncryption way) {
        return std::ranges::find(endpoint.media_encryption, way) != endpoint.media_encryption.end();
    };
    if (permits(MediaEncryption::Sdes) && endpoint.srtp_secure_signaling) {
        loading.error(place_of(section, "media_encryption"),
                      "media_encryption=sdes sends its keys in SIP, and SIP over TLS is not available: "
                      "srtp_secure_signaling=no permits that they can be read on their way");
    }
    if (permits(MediaEncryption::Dtls) && !endpoint.dtls_auto_generate_cert && endpoint.dtls_cert_file.empty()) {
        loading.error(place_of(section, "dtls_auto_generate_cert"),
                      "dtls_auto_generate_cert=no leaves DTLS without a certificate: set dtls_cert_file");
    }
    const bool wants_chain = endpoint.dtls_verify == DtlsVerify::Certificate || endpoint.dtls_verify == DtlsVerify::Yes;
    if (permits(MediaEncryption::Dtls) && wants_chain && endpoint.dtls_ca_file.empty() &&
        endpoint.dtls_ca_path.empty()) {
        loading.error(place_of(section, "dtls_verify"),
                      "dtls_verify trusts nobody without an authority: set dtls_ca_file or dtls_ca_path");
    }
    if (endpoint.bind_rtp_to_media_address && !endpoint.media_address) {
        loading.error(place_of(section, "bind_rtp_to_media_address"), "bind_rtp_to_media_address needs media_address");
    }
    add_object(loading, loading.snapshot.endpoints, section, std::move(endpoint));
}

void read_auth(Loading& loading, const ObjectType& type, const IniSection& section)
{
    auto auth = read_object<Auth>(loading, type, section);
    const auto needs = [&](std::string_view what) {
        loading.error(section.place, "auth [" + section.name + "] needs " + std::string{what});
    };
    if (auth.username.empty()) {
        needs("username");
    }
    if (auth.kind == AuthKind::UserPass && auth.password.empty()) {
        needs("password, or another auth_type");
    } else if (auth.kind == AuthKind::Md5 && !auth.hashes.contains("md5")) {
        needs("md5_cred for auth_type=md5");
    } else if (auth.kind == AuthKind::Digest && auth.hashes.empty() && auth.password.empty()) {
        needs("password_digest or password for auth_type=digest");
    }
    add_object(loading, loading.snapshot.auths, section, std::move(auth));
}

void read_aor(Loading& loading, const ObjectType& type, const IniSection& section)
{
    auto aor = read_object<Aor>(loading, type, section);
    if (aor.minimum_expiration > aor.maximum_expiration) {
        loading.error(place_of(section, "minimum_expiration"), "minimum_expiration is longer than maximum_expiration");
    }
    add_object(loading, loading.snapshot.aors, section, std::move(aor));
}

void read_identify(Loading& loading, const ObjectType& type, const IniSection& section)
{
    auto identify = read_object<Identify>(loading, type, section);
    if (identify.endpoint.empty()) {
        loading.error(section.place, "identify [" + section.name + "] needs endpoint");
    }
    if (identify.match.empty() && !identify.match_header) {
        loading.error(section.place, "identify [" + section.name + "] needs match or match_header");
    }
    add_object(loading, loading.snapshot.identifies, section, std::move(identify));
}

void read_typed(Loading& loading, const ObjectType& type, const IniSection& section)
{
    Snapshot& snapshot = loading.snapshot;
    if (type.name == "transport") {
        read_transport(loading, type, section);
    } else if (type.name == "endpoint") {
        read_endpoint(loading, type, section);
    } else if (type.name == "auth") {
        read_auth(loading, type, section);
    } else if (type.name == "aor") {
        read_aor(loading, type, section);
    } else if (type.name == "identify") {
        read_identify(loading, type, section);
    } else if (type.name == "global") {
        read_into(loading, type, section, snapshot.global);
    } else if (type.name == "system") {
        read_into(loading, type, section, snapshot.system);
    } else if (type.name == "acl") {
        add_object(loading, snapshot.sip_acls, section, read_object<Acl>(loading, type, section));
    }
}

/// Every name an endpoint or identify refers to must be there.
void check_references(Loading& loading, const IniSection& section, std::string_view type)
{
    const Snapshot& snapshot = loading.snapshot;
    const auto missing = [&](std::string_view option, const std::string& name, std::string_view kind) {
        loading.error(place_of(section, option),
                      std::string{option} + ": there is no " + std::string{kind} + " named '" + name + "'");
    };
    if (type == "endpoint") {
        const Endpoint& endpoint = snapshot.endpoints.find(section.name)->second;
        for (const auto& aor : endpoint.aors) {
            if (!snapshot.aors.contains(aor)) {
                missing("aors", aor, "aor");
            }
        }
        for (const auto& auth : endpoint.outbound_auth) {
            if (!snapshot.auths.contains(auth)) {
                missing("outbound_auth", auth, "auth");
            }
        }
        if (!endpoint.transport.empty() && !snapshot.transports.contains(endpoint.transport)) {
            missing("transport", endpoint.transport, "transport");
        }
    } else if (type == "identify") {
        const auto& endpoint = snapshot.identifies.find(section.name)->second.endpoint;
        if (!endpoint.empty() && !snapshot.endpoints.contains(endpoint)) {
            missing("endpoint", endpoint, "endpoint");
        }
    }
}

void check_binds(Loading& loading)
{
    std::map<Address, std::string> users;
    for (const auto& [name, transport] : loading.snapshot.transports) {
        const auto [user, is_first] = users.emplace(transport.bind, name);
        if (!is_first) {
            loading.error({.file = std::string{kFile}}, "transports [" + user->second + "] and [" + name +
                                                            "] both bind " + transport.bind.to_string());
        }
    }
}

}  // namespace

void load_acl(Loading& loading)
{
    const IniFile file = read_ini(loading.source, "acl.conf", loading.problems);
    const ObjectType* type = find_type("acl.conf", "(list)");
    for (const IniSection& section : file.sections) {
        if (!section.is_template) {
            add_object(loading, loading.snapshot.named_acls, section, read_object<Acl>(loading, *type, section));
        }
    }
}

void load_pjsip(Loading& loading)
{
    const IniFile file = read_ini(loading.source, std::string{kFile}, loading.problems);
    std::vector<std::pair<const IniSection*, std::string_view>> referring;
    std::map<std::string_view, const IniSection*> single;
    for (const IniSection& section : file.sections) {
        const ObjectType* type = section.is_template ? nullptr : type_of(loading, kFile, section);
        if (type == nullptr) {
            continue;
        }
        const bool is_single = type->name == "global" || type->name == "system";
        if (is_single && !single.emplace(type->name, &section).second) {
            loading.error(section.place, "there may be one section of type " + std::string{type->name});
            continue;
        }
        read_typed(loading, *type, section);
        if (type->name == "endpoint" || type->name == "identify") {
            referring.emplace_back(&section, type->name);
        }
    }
    for (const auto& [section, type] : referring) {
        check_references(loading, *section, type);
    }
    check_binds(loading);
}

}  // namespace rb::config
