// pjsip_inert.cpp — the section types of pjsip.conf that Asterisk has and that do nothing here.
#include "control/config/object_schema.h"

namespace rb::config {
namespace {

/// A type whose sections are accepted and have no effect.
ObjectType no_effect(std::string_view name, std::string_view help, std::vector<Option> options)
{
    return {.file = "pjsip.conf",
            .name = name,
            .help = help,
            .options = std::move(options),
            .other_keys = OtherKeys::Ignore};
}

ObjectType contact_type()
{
    return no_effect("contact", "A registered address.",
                     {
                         inert("uri", "SIP URI of the contact."),
                         inert("expiration_time", "When it ends."),
                         inert("qualify_frequency", "Seconds between OPTIONS."),
                         inert("qualify_timeout", "Seconds to wait for the answer."),
                         inert("qualify_2xx_only", "Whether only 2xx counts as reachable."),
                         inert("authenticate_qualify", "Login for OPTIONS."),
                         inert("outbound_proxy", "Proxy for OPTIONS."),
                         inert("path", "Path header (RFC 3327)."),
                         inert("user_agent", "Software of the phone."),
                         inert("endpoint", "Endpoint of the contact."),
                         inert("reg_server", "Server that took the registration."),
                         inert("via_addr", "Source address."),
                         inert("via_port", "Source port."),
                         inert("call_id", "Call-ID of the registration."),
                         inert("prune_on_boot", "Whether it ends with a restart."),
                     });
}

ObjectType registration_type()
{
    return no_effect("registration", "A registration of this node with another server.",
                     {
                         inert("auth_rejection_permanent", "Whether a refused login is final."),
                         inert("client_uri", "From and To of the registration."),
                         inert("contact_user", "User part of Contact."),
                         inert("contact_header_params", "Parameters of Contact."),
                         inert("endpoint", "Endpoint of calls that come by the registration."),
                         inert("expiration", "Seconds asked for."),
                         inert("fatal_retry_interval", "Seconds until the next try after a fatal answer."),
                         inert("forbidden_retry_interval", "Seconds until the next try after 403."),
                         inert("line", "Adds a line parameter to Contact."),
                         inert("max_random_initial_delay", "Seconds the first try may be delayed."),
                         inert("max_retries", "Tries in all."),
                         inert("outbound_auth", "Login."),
                         inert("outbound_proxy", "Proxy."),
                         inert("retry_interval", "Seconds between tries."),
                         inert("security_mechanisms", "Security mechanisms offered (RFC 3329)."),
                         inert("security_negotiation", "How one is agreed upon."),
                         inert("server_uri", "Server to register with."),
                         inert("support_outbound", "SIP outbound (RFC 5626)."),
                         inert("support_path", "Path header (RFC 3327)."),
                         inert("transport", "Transport to use."),
                         inert("user_agent", "User-Agent of the request."),
                     });
}

ObjectType domain_alias_type()
{
    return no_effect("domain_alias", "Another name of a domain.",
                     {
                         inert("domain", "The domain meant."),
                     });
}

ObjectType resource_list_type()
{
    return no_effect("resource_list", "A list of resources to subscribe to.",
                     {
                         inert("event", "Event package."),
                         inert("full_state", "Whether each NOTIFY tells everything."),
                         inert("list_item", "Members."),
                         inert("notification_batch_interval", "Milliseconds to collect changes."),
                         inert("resource_display_name", "Whether display names are shown."),
                     });
}

ObjectType subscription_persistence_type()
{
    return no_effect("subscription_persistence", "A subscription kept over a restart.",
                     {
                         inert("contact_uri", "Contact."),
                         inert("cseq", "Sequence number."),
                         inert("endpoint", "Endpoint."),
                         inert("expires", "When it ends."),
                         inert("generator_data", "Kept data."),
                         inert("local_name", "Our address."),
                         inert("local_port", "Our port."),
                         inert("packet", "The request."),
                         inert("prune_on_boot", "Whether it ends with a restart."),
                         inert("src_name", "Source address."),
                         inert("src_port", "Source port."),
                         inert("tag", "Our tag."),
                         inert("transport_key", "Transport."),
                     });
}

ObjectType inbound_publication_type()
{
    return no_effect("inbound-publication", "Publications accepted.",
                     {
                         inert("endpoint", "Endpoint that may publish."),
                         inert("event_asterisk-devicestate", "Section for device states."),
                         inert("event_asterisk-mwi", "Section for message waiting."),
                     });
}

ObjectType outbound_publish_type()
{
    return no_effect("outbound-publish", "Publications sent.",
                     {
                         inert("event", "Event package."),
                         inert("expiration", "Seconds asked for."),
                         inert("from_uri", "From."),
                         inert("max_auth_attempts", "Tries to log in."),
                         inert("multi_user", "One publication for each user."),
                         inert("outbound_auth", "Login."),
                         inert("outbound_proxy", "Proxy."),
                         inert("server_uri", "Server."),
                         inert("to_uri", "To."),
                         inert("transport", "Transport to use."),
                     });
}

ObjectType asterisk_publication_type()
{
    return no_effect("asterisk-publication", "State exchanged between servers.",
                     {
                         inert("devicestate_publish", "Section for outgoing device states."),
                         inert("device_state", "Whether device states are taken."),
                         inert("device_state_filter", "Which of them."),
                         inert("mailboxstate_publish", "Section for outgoing mailbox states."),
                         inert("mailbox_state", "Whether mailbox states are taken."),
                         inert("mailbox_state_filter", "Which of them."),
                     });
}

ObjectType phoneprov_type()
{
    return no_effect("phoneprov", "Variables for provisioning phones.",
                     {
                         inert("endpoint", "Endpoint to take values from."),
                         inert("MAC", "Address of the phone."),
                         inert("PROFILE", "Profile of phoneprov.conf."),
                         inert("SERVER", "Server."),
                         inert("TIMEZONE", "Time zone."),
                         inert("LABEL", "Label."),
                         inert("USERNAME", "User name."),
                         inert("SECRET", "Password."),
                         inert("DISPLAY_NAME", "Name shown."),
                         inert("CALLERID", "Number shown."),
                     });
}

}  // namespace

std::vector<ObjectType> pjsip_inert_types()
{
    return {contact_type(),
            registration_type(),
            domain_alias_type(),
            resource_list_type(),
            subscription_persistence_type(),
            inbound_publication_type(),
            outbound_publish_type(),
            asterisk_publication_type(),
            phoneprov_type()};
}

}  // namespace rb::config
