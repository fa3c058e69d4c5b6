// pjsip.cpp — the section types of pjsip.conf and acl.conf.
#include "control/config/object_schema.h"
#include "control/config/options/readers.h"
#include "control/config/text.h"

#include <iterator>

namespace rb::config {
namespace {

constexpr std::string_view kFile = "pjsip.conf";

std::vector<Option> joined(std::vector<Option> options, std::vector<Option> more)
{
    std::move(more.begin(), more.end(), std::back_inserter(options));
    return options;
}

Result<void> transport_tos(Transport& transport, std::string_view value, ReadContext& /*context*/)
{
    return read_tos(value, transport.tos);
}

Result<void> add_contact(Aor& aor, std::string_view value, ReadContext& /*context*/)
{
    for (const auto uri : split(value, ',')) {
        if (!lower(uri).starts_with("sip:") && !lower(uri).starts_with("sips:")) {
            return failure("'" + std::string{uri} + "' is not accepted: expected a SIP URI such as sip:10.0.0.1:5060");
        }
        aor.contact.emplace_back(uri);
    }
    return {};
}

Result<void> match_header(Identify& identify, std::string_view value, ReadContext& /*context*/)
{
    const auto colon = value.find(':');
    if (colon == std::string_view::npos || trim(value.substr(0, colon)).empty()) {
        return failure("'" + std::string{value} + "' is not accepted: expected Header: value");
    }
    identify.match_header = MatchHeader{.name = std::string{trim(value.substr(0, colon))},
                                        .value = std::string{trim(value.substr(colon + 1))}};
    return {};
}

Result<void> identifier_order(GlobalSip& global, std::string_view value, ReadContext& context)
{
    static const Choices kWays{"ip", "username", "anonymous", "header", "auth_username", "request_uri"};
    std::vector<std::string> order;
    for (const auto word : split(value, ',')) {
        if (const auto known = detail::read_choice(word, kWays); !known) {
            return tl::unexpected(known.error());
        }
        order.push_back(lower(word));
        warn_of_way(order.back(), context);
    }
    global.endpoint_identifier_order = std::move(order);
    return {};
}

Result<void> acl_named(Acl& acl, std::string_view value, ReadContext& context)
{
    return append_named_acls(acl.rules, value, context);
}

Result<void> acl_permit(Acl& acl, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(acl.rules.own, value, true);
}

Result<void> acl_deny(Acl& acl, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(acl.rules.own, value, false);
}

Result<void> contact_acl_named(Acl& acl, std::string_view value, ReadContext& context)
{
    return append_named_acls(acl.contact_rules, value, context);
}

Result<void> contact_permit(Acl& acl, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(acl.contact_rules.own, value, true);
}

Result<void> contact_deny(Acl& acl, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(acl.contact_rules.own, value, false);
}

std::vector<Option> transport_inert()
{
    return {
        inert("async_operations", "Simultaneous operations on the transport."),
        inert("domain", "Domain the transport stands for."),
        inert("allow_reload", "Whether a reload may change the transport."),
        inert("allow_wildcard_certs", "Accepts certificates for *.example.com."),
        inert("websocket_write_timeout", "Milliseconds a WebSocket write may take."),
        inert("tcp_keepalive_enable", "TCP keep-alive."),
        inert("tcp_keepalive_idle_time", "Seconds until the first TCP keep-alive."),
        inert("tcp_keepalive_interval_time", "Seconds between TCP keep-alives."),
        inert("tcp_keepalive_probe_count", "TCP keep-alives without an answer that end the connection."),
        inert("ca_list_file", "Authorities trusted."),
        inert("ca_list_path", "Directory of authorities trusted."),
        inert("cert_file", "Certificate."),
        inert("cipher", "Ciphers."),
        inert("method", "TLS version."),
        inert("password", "Password of the private key."),
        inert("priv_key_file", "Private key."),
        inert("require_client_cert", "Asks clients for a certificate."),
        inert("verify_client", "Checks the certificate of clients."),
        inert("verify_server", "Checks the certificate of servers."),
    };
}

ObjectType transport_type()
{
    return {
        .file = kFile,
        .name = "transport",
        .help = "A local address that SIP is spoken on.",
        .options = joined(
            {
                choice<&Transport::protocol>("protocol", {"udp"}, "Protocol of the transport.",
                                             {.reload = Reload::Restart}),
                field<&Transport::bind>("bind", "Local address and port; port 5060 where none is given.",
                                        {.reload = Reload::Restart}),
                field<&Transport::external_signaling_address>(
                    "external_signaling_address", "Address shown in Via and Contact to peers outside local_net."),
                field<&Transport::external_signaling_port>("external_signaling_port",
                                                           "Port shown beside it; 0: the port of bind."),
                field<&Transport::external_media_address>("external_media_address",
                                                          "Address shown in SDP to peers outside local_net; where "
                                                          "it is empty, the one that stunaddr of rtp.conf tells."),
                field<&Transport::local_net>("local_net", "Networks that are reached without address translation.",
                                             {.aliases = {"localnet"}, .repeatable = true}),
                with_default<Transport>(
                    custom<Transport>("tos", "ef, cs0 to cs7, af11 to af43, or 0 to 255",
                                      "IP type of service of SIP packets.", transport_tos, {.reload = Reload::Restart}),
                    [](const Transport&) { return std::string{"0"}; }),
                field<&Transport::symmetric_transport>("symmetric_transport",
                                                       "Requests within a call leave by the transport it began on.",
                                                       {.acts_as = "yes"}),
                field<&Transport::cos>("cos", "802.1p priority of SIP packets.",
                                       {.max = 7, .reload = Reload::Restart, .acts_as = "0"}),
            },
            transport_inert()),
        .fresh = fresh_object<Transport>,
    };
}

std::vector<Option> aor_inert()
{
    return {
        inert("voicemail_extension", "Extension shown for voice mail."),
        inert("authenticate_qualify", "Login for OPTIONS."),
        inert("qualify_2xx_only", "Whether only 2xx counts as reachable."),
        inert("remove_unavailable", "Unreachable contacts go first when there are too many."),
    };
}

ObjectType aor_type()
{
    return {
        .file = kFile,
        .name = "aor",
        .help = "Where an endpoint is reached.",
        .options = joined(
            {
                custom<Aor>("contact", "SIP URIs", "Permanent contacts.", add_contact, {.repeatable = true}),
                field<&Aor::max_contacts>("max_contacts", "Contacts that may register; 0: none.",
                                          {.max = 1000, .aliases = {"maxcontacts"}, .acts_as = "0"}),
                field<&Aor::remove_existing>("remove_existing", "A new registration replaces the oldest.",
                                             {.aliases = {"removeexisting"}, .acts_as = "no"}),
                field<&Aor::minimum_expiration>("minimum_expiration", "Shortest registration accepted.",
                                                {.max = 86400, .acts_as = ""}),
                field<&Aor::maximum_expiration>("maximum_expiration", "Longest registration granted.",
                                                {.max = 31536000, .acts_as = ""}),
                field<&Aor::default_expiration>("default_expiration", "Registration granted where none is asked for.",
                                                {.max = 31536000, .acts_as = ""}),
                field<&Aor::qualify_frequency>("qualify_frequency", "Time between OPTIONS to each contact; 0: none.",
                                               {.max = 86400, .acts_as = "0"}),
                field<&Aor::qualify_timeout_seconds>("qualify_timeout", "How long the answer may take.",
                                                     {.unit = "s", .max = 300, .acts_as = ""}),
                field<&Aor::outbound_proxy>("outbound_proxy", "SIP URI that requests pass through."),
                field<&Aor::support_path>("support_path", "Keeps the Path of registrations (RFC 3327).",
                                          {.acts_as = "no"}),
                field<&Aor::mailboxes>("mailboxes", "Mailboxes that can be subscribed to.", {.acts_as = ""}),
            },
            aor_inert()),
        .fresh = fresh_object<Aor>,
    };
}

std::vector<Option> identify_inert()
{
    return {
        inert("srv_lookups", "Looks host names up by SRV; only literal addresses are accepted here."),
        inert("match_request_uri", "Recognises the endpoint by the request URI."),
        inert("transport", "Transport the request must have come on."),
    };
}

ObjectType identify_type()
{
    return {
        .file = kFile,
        .name = "identify",
        .help = "Recognises an endpoint by where a request comes from.",
        .options = joined(
            {
                field<&Identify::endpoint>("endpoint", "The endpoint recognised."),
                field<&Identify::match>("match", "Networks requests of the endpoint come from; literal addresses only.",
                                        {.repeatable = true}),
                custom<Identify>("match_header", "Header: value",
                                 "A header requests of the endpoint carry; /value/ is a regular expression.",
                                 match_header, {.acts_as = ""}),
            },
            identify_inert()),
        .fresh = fresh_object<Identify>,
    };
}

std::vector<Option> global_inert()
{
    return {
        inert("contact_expiration_check_interval", "Seconds between looks for expired contacts."),
        inert("default_voicemail_extension", "Extension shown for voice mail."),
        inert("allow_sending_180_after_183", "Sends 180 after 183."),
        inert("regcontext", "Context that gets an extension for each registration."),
        inert("mwi_disable_initial_unsolicited", "No message-waiting NOTIFYs at start."),
        inert("mwi_tps_queue_high", "Queue length at which message waiting pauses."),
        inert("mwi_tps_queue_low", "Queue length at which it goes on."),
        inert("norefersub", "Offers REFER without a subscription (RFC 4488)."),
        inert("send_contact_status_on_update_registration", "Event for each refreshed registration."),
        inert("taskprocessor_overload_trigger", "What counts as overload."),
        inert("unidentified_request_count", "Unknown requests that make an event."),
        inert("unidentified_request_period", "Seconds in which they are counted."),
        inert("unidentified_request_prune_interval", "Seconds between clean-ups of the count."),
        inert("use_callerid_contact", "Uses the caller id in Contact."),
        inert("all_codecs_on_empty_reinvite", "Offers every codec in answer to an empty re-INVITE."),
        inert("default_auth_algorithms_uac", "Digest algorithms for outgoing requests."),
        inert("default_auth_algorithms_uas", "Digest algorithms for incoming requests."),
    };
}

ObjectType global_type()
{
    return {
        .file = kFile,
        .name = "global",
        .help = "Settings of SIP as a whole; one section.",
        .options = joined(
            {
                field<&GlobalSip::user_agent>("user_agent", "User-Agent and Server header; empty: none.",
                                              {.aliases = {"useragent"}}),
                field<&GlobalSip::max_forwards>("max_forwards", "Max-Forwards of requests.", {.min = 1, .max = 255}),
                with_default<GlobalSip>(
                    custom<GlobalSip>("endpoint_identifier_order",
                                      "list of ip, username, anonymous, header, auth_username, request_uri",
                                      "In which order ways to recognise an endpoint are tried.", identifier_order),
                    [](const GlobalSip&) { return std::string{"ip,username,anonymous"}; }),
                field<&GlobalSip::default_from_user>("default_from_user", "User part of From where nothing else is."),
                field<&GlobalSip::default_realm>("default_realm", "Realm of digest challenges.", {.acts_as = ""}),
                field<&GlobalSip::default_outbound_endpoint>(
                    "default_outbound_endpoint", "Endpoint whose settings serve calls to a bare URI.", {.acts_as = ""}),
                field<&GlobalSip::max_initial_qualify_time>("max_initial_qualify_time",
                                                            "Time over which the first OPTIONS are spread.",
                                                            {.max = 3600, .acts_as = ""}),
                field<&GlobalSip::keep_alive_interval>(
                    "keep_alive_interval", "Time between keep-alives on connections.", {.max = 3600, .acts_as = ""}),
                field<&GlobalSip::disable_multi_domain>("disable_multi_domain",
                                                        "Recognises endpoints by name alone, without the domain.",
                                                        {.acts_as = "yes"}),
                field<&GlobalSip::ignore_uri_user_options>("ignore_uri_user_options",
                                                           "Cuts the user part of a URI at its first semicolon.",
                                                           {.acts_as = "no"}),
                field<&GlobalSip::debug>("debug", "Logs every SIP message.", {.acts_as = "no"}),
            },
            global_inert()),
        .fresh = fresh_object<GlobalSip>,
    };
}

std::vector<Option> system_inert()
{
    return {
        inert("threadpool_initial_size", "Threads at start."),
        inert("threadpool_auto_increment", "Threads added at once."),
        inert("threadpool_idle_timeout", "Seconds until an idle thread ends."),
        inert("threadpool_max_size", "Threads at most."),
        inert("follow_early_media_fork", "Follows early media from a later branch of a forked call."),
        inert("accept_multiple_sdp_answers", "Takes a changed answer within one dialog."),
        inert("disable_rport", "Leaves rport out of Via."),
    };
}

ObjectType system_type()
{
    return {
        .file = kFile,
        .name = "system",
        .help = "Settings of the SIP stack; one section.",
        .options = joined(
            {
                field<&SystemSip::timer_t1>("timer_t1", "First retransmission (RFC 3261 §17.1.1.1).",
                                            {.min = 100, .max = 10000, .reload = Reload::Restart}),
                field<&SystemSip::timer_b>("timer_b", "How long an INVITE may stay without an answer.",
                                           {.min = 1000, .max = 600000, .reload = Reload::Restart}),
                field<&SystemSip::compact_headers>("compact_headers", "Writes short header names.",
                                                   {.reload = Reload::Restart, .acts_as = "no"}),
                field<&SystemSip::disable_tcp_switch>("disable_tcp_switch", "Stays on UDP for large requests.",
                                                      {.acts_as = "yes"}),
            },
            system_inert()),
        .fresh = fresh_object<SystemSip>,
    };
}

std::vector<Option> acl_options()
{
    return {
        custom<Acl>("acl", "names from acl.conf", "Named lists whose rules are taken.", acl_named,
                    {.repeatable = true}),
        custom<Acl>("permit", "networks", "Networks let in; the last rule that matches counts.", acl_permit,
                    {.repeatable = true}),
        custom<Acl>("deny", "networks", "Networks kept out.", acl_deny, {.repeatable = true}),
        custom<Acl>("contact_acl", "names from acl.conf", "Named lists for the address in Contact.", contact_acl_named,
                    {.aliases = {"contactacl"}, .repeatable = true, .acts_as = ""}),
        custom<Acl>("contact_permit", "networks", "Networks a Contact may name.", contact_permit,
                    {.aliases = {"contactpermit"}, .repeatable = true, .acts_as = ""}),
        custom<Acl>("contact_deny", "networks", "Networks a Contact may not name.", contact_deny,
                    {.aliases = {"contactdeny"}, .repeatable = true, .acts_as = ""}),
    };
}

}  // namespace

std::vector<ObjectType> pjsip_types()
{
    return {
        transport_type(),
        {.file = kFile,
         .name = "endpoint",
         .help = "A peer: who may call, and how calls with it are made.",
         .options = endpoint_options(),
         .fresh = fresh_object<Endpoint>},
        auth_type(),
        aor_type(),
        identify_type(),
        global_type(),
        system_type(),
        {.file = kFile,
         .name = "acl",
         .help = "Who may speak SIP to the node at all; every such section applies.",
         .options = acl_options(),
         .fresh = fresh_object<Acl>},
        {.file = "acl.conf",
         .name = "(list)",
         .selector = Selector::AnyName,
         .help = "A list of rules that other files use by the name of the section.",
         .options = {acl_options()[1], acl_options()[2]},
         .fresh = fresh_object<Acl>},
    };
}

}  // namespace rb::config
