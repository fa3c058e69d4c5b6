// endpoint_inert.cpp — the options of an endpoint that Asterisk has and that do nothing here.
#include "control/config/object_schema.h"

#include <iterator>

namespace rb::config {
namespace {

std::vector<Option> calls()
{
    return {
        inert("asymmetric_rtp_codec", "Lets the two directions use different codecs."),
        inert("allow_unauthenticated_options", "Answers OPTIONS without a login."),
        inert("subscribe_context", "Context in which subscriptions are looked up.", {"subscribecontext"}),
        inert("allow_subscribe", "Accepts SUBSCRIBE from the endpoint.", {"allowsubscribe"}),
        inert("sub_min_expiry", "Shortest subscription accepted, in seconds.", {"subminexpiry"}),
        inert("notify_early_inuse_ringing", "Shows \"early\" for an extension that is in use and ringing."),
        inert("aggregate_mwi", "One message-waiting NOTIFY for all mailboxes.", {"aggregatemwi"}),
        inert("mailboxes", "Mailboxes whose state the endpoint is told."),
        inert("mwi_from_user", "User part of From in message-waiting NOTIFYs.", {"mwifromuser"}),
        inert("mwi_subscribe_replaces_unsolicited", "A subscription ends unsolicited message-waiting NOTIFYs."),
        inert("incoming_mwi_mailbox", "Mailbox that message-waiting NOTIFYs of the endpoint stand for."),
        inert("voicemail_extension", "Extension shown for voice mail."),
        inert("callerid_privacy", "Privacy of the caller id that the endpoint's calls begin with."),
        inert("callerid_tag", "Internal tag of the endpoint's caller id."),
        inert("call_group", "Numbered groups whose members may pick up calls to the endpoint.", {"callgroup"}),
        inert("pickup_group", "Numbered groups whose calls the endpoint may pick up.", {"pickupgroup"}),
        inert("named_call_group", "Named groups whose members may pick up calls to the endpoint.", {"namedcallgroup"}),
        inert("named_pickup_group", "Named groups whose calls the endpoint may pick up.", {"namedpickupgroup"}),
        inert("connected_line_method", "Request that carries connected-line changes: invite or update."),
        inert("trust_connected_line", "Believes connected-line changes of the endpoint."),
        inert("send_connected_line", "Tells the endpoint about connected-line changes."),
        inert("rpid_immediate", "Sends connected-line changes before the answer."),
        inert("send_history_info", "Sends History-Info (RFC 7044)."),
        inert("refer_blind_progress", "Reports the progress of a blind transfer."),
        inert("user_eq_phone", "Adds user=phone to URIs of numbers.", {"usereqphone"}),
        inert("send_aoc", "Sends advice of charge."),
        inert("direct_media_glare_mitigation", "Which side waits when both would redirect media.",
              {"directmediaglaremitigation"}),
        inert("direct_media_method", "Request that redirects media: invite or update.", {"directmediamethod"}),
        inert("disable_direct_media_on_nat", "No direct media where NAT is seen.", {"disable_direct_media"}),
        inert("force_avp", "Writes AVP profiles whatever is in use."),
        inert("media_use_received_transport", "Answers with the profile of the offer."),
    };
}

std::vector<Option> media()
{
    return {
        inert("max_video_streams", "Video streams of an offer that are accepted."),
        inert("follow_early_media_fork", "Follows early media from a later branch of a forked call."),
        inert("accept_multiple_sdp_answers", "Takes a changed answer within one dialog."),
        inert("ignore_183_without_sdp", "Does not pass on a 183 without SDP."),
        inert("stir_shaken", "Signs and checks caller ids (RFC 8224)."),
        inert("stir_shaken_profile", "Profile of stir_shaken.conf."),
        inert("geoloc_incoming_call_profile", "Location profile of incoming calls."),
        inert("geoloc_outgoing_call_profile", "Location profile of outgoing calls."),
        inert("security_mechanisms", "Security mechanisms offered (RFC 3329)."),
        inert("security_negotiation", "How a security mechanism is agreed upon."),
        inert("t38_udptl_ec", "Error correction of T.38, which the two ends agree on by themselves.",
              {"t38udptl_ec", "t38udptlec"}),
        inert("t38_bind_udptl_to_media_address", "Binds UDPTL to media_address; it shares the socket of RTP."),
        inert("rtp_ipv6", "Media over IPv6; here the address of the transport decides."),
        inert("rtp_engine", "Implementation of RTP.", {"rtpengine"}),
        inert("tone_zone", "Country whose tones the endpoint hears.", {"tonezone"}),
        inert("one_touch_recording", "Recording started by a key.", {"onetouchrecording"}),
        inert("record_on_feature", "What the key starts.", {"recordonfeature"}),
        inert("record_off_feature", "What the key stops.", {"recordofffeature"}),
        inert("sdp_owner", "User name in the o= line of SDP.", {"sdpowner"}),
        inert("sdp_session", "Text of the s= line of SDP.", {"sdpsession"}),
        inert("tos_video", "IP type of service of video packets."),
        inert("cos_video", "802.1p priority of video packets."),
        inert("message_context", "Context for MESSAGE requests."),
        inert("tenantid", "Tenant the endpoint's calls belong to."),
    };
}

}  // namespace

std::vector<Option> endpoint_inert_options()
{
    std::vector<Option> options = calls();
    std::vector<Option> more = media();
    std::move(more.begin(), more.end(), std::back_inserter(options));
    return options;
}

}  // namespace rb::config
