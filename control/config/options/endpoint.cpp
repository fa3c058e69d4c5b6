// endpoint.cpp — the options of an endpoint that do something here.
#include "control/config/object_schema.h"
#include "control/config/options/readers.h"
#include "control/config/text.h"

#include <iterator>

namespace rb::config {
namespace {

Result<void> identify_by(Endpoint& endpoint, std::string_view value, ReadContext& context)
{
    static const Choices kWays{"username", "auth_username", "ip", "header", "request_uri"};
    std::vector<IdentifyBy> ways;
    for (const auto word : split(value, ',')) {
        const auto way = detail::read_choice(word, kWays);
        if (!way) {
            return tl::unexpected(way.error());
        }
        ways.push_back(static_cast<IdentifyBy>(*way));
        warn_of_way(kWays[*way], context);
    }
    endpoint.identify_by = std::move(ways);
    return {};
}

/// A password that nobody asks for would leave the endpoint open to the world.
Result<void> auth(Endpoint& /*endpoint*/, std::string_view value, ReadContext& /*context*/)
{
    return value.empty() ? Result<void>{}
                         : failure(
                               "digest authentication is not available, and without it anyone could call as this "
                               "endpoint; remove auth and say by acl, permit or identify who may");
}

Result<void> callerid(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    const auto id = read_caller_id(value);
    if (!id) {
        return tl::unexpected(id.error());
    }
    endpoint.callerid = *id;
    return {};
}

Result<void> set_var(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    const auto equals = value.find('=');
    const auto name = trim(value.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
        return failure("'" + std::string{value} + "' is not accepted: expected NAME=value");
    }
    endpoint.set_var.push_back({.name = std::string{name}, .value = std::string{trim(value.substr(equals + 1))}});
    return {};
}

Result<void> tos_audio(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    return read_tos(value, endpoint.tos_audio);
}

Result<void> acl(Endpoint& endpoint, std::string_view value, ReadContext& context)
{
    return append_named_acls(endpoint.acl, value, context);
}

Result<void> permit(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(endpoint.acl.own, value, true);
}

Result<void> deny(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(endpoint.acl.own, value, false);
}

Result<void> contact_acl(Endpoint& endpoint, std::string_view value, ReadContext& context)
{
    return append_named_acls(endpoint.contact_acl, value, context);
}

Result<void> contact_permit(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(endpoint.contact_acl.own, value, true);
}

Result<void> contact_deny(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    return append_rules(endpoint.contact_acl.own, value, false);
}

std::vector<Option> signalling()
{
    return {
        field<&Endpoint::context>("context", "Context of extensions.conf in which calls from the endpoint begin."),
        with_default<Endpoint>(
            custom<Endpoint>("identify_by", "list of username, auth_username, ip, header, request_uri",
                             "By what a request may be recognised as coming from the endpoint.", identify_by),
            [](const Endpoint&) { return std::string{"username,ip"}; }),
        field<&Endpoint::aors>("aors", "Addresses of record at which the endpoint is reached.", {.aliases = {"aor"}}),
        custom<Endpoint>("auth", "none", "Digest login of calls from the endpoint; refused until it is available.",
                         auth),
        field<&Endpoint::transport>("transport", "Transport for requests to the endpoint; empty: the one that fits."),
        field<&Endpoint::from_user>("from_user", "User part of From in requests to the endpoint.",
                                    {.aliases = {"fromuser"}}),
        field<&Endpoint::contact_user>("contact_user", "User part of the Contact shown to the endpoint."),
        field<&Endpoint::from_domain>("from_domain", "Host part of From in requests to the endpoint.",
                                      {.aliases = {"fromdomain"}}),
        field<&Endpoint::outbound_proxy>("outbound_proxy", "SIP URIs that requests to the endpoint pass through.",
                                         {.aliases = {"outboundproxy"}}),
        field<&Endpoint::outbound_auth>("outbound_auth",
                                        "Sections of type auth that answer 401 and 407 of the endpoint, by names."),
        custom<Endpoint>("callerid", "\"Name\" <number>", "Caller id of calls from the endpoint, instead of its own.",
                         callerid),
        field<&Endpoint::trust_id_inbound>(
            "trust_id_inbound", "Believes the identity headers (PAI, RPID) of the endpoint.", {.acts_as = "no"}),
        field<&Endpoint::trust_id_outbound>(
            "trust_id_outbound", "Shows identities that asked for privacy to the endpoint.", {.acts_as = "no"}),
        field<&Endpoint::send_diversion>("send_diversion",
                                         "Tells the endpoint by Diversion (RFC 5806) who sent the call on, where "
                                         "CALLERID(rdnis) of the caller says so."),
        field<&Endpoint::send_pai>("send_pai", "Sends P-Asserted-Identity to the endpoint (RFC 3325).",
                                   {.acts_as = "no"}),
        field<&Endpoint::send_rpid>("send_rpid", "Sends Remote-Party-ID to the endpoint.", {.acts_as = "no"}),
        field<&Endpoint::rewrite_contact>("rewrite_contact",
                                          "Uses the source address of the endpoint instead of its Contact."),
        field<&Endpoint::force_rport>("force_rport", "Answers to the source port, as if the Via had rport (RFC 3581)."),
        field<&Endpoint::allow_overlap>("allow_overlap", "Answers 484 while a longer number could still match.",
                                        {.aliases = {"allowoverlap"}, .acts_as = "no"}),
        field<&Endpoint::allow_transfer>("allow_transfer", "Accepts REFER from the endpoint.",
                                         {.aliases = {"allowtransfer"}, .acts_as = "no"}),
        field<&Endpoint::inband_progress>("inband_progress", "Sends ringing as sound with 183 instead of 180.",
                                          {.acts_as = "no"}),
        field<&Endpoint::suppress_q850_reason_headers>("suppress_q850_reason_headers",
                                                       "Leaves Reason out of what is sent to the endpoint (RFC 3326)."),
        choice<&Endpoint::reliable>("100rel", {"no", "yes", "required", "peer_supported"},
                                    "Reliable provisional responses (RFC 3262): yes where the caller requires them, "
                                    "peer_supported where it offers them, required from everybody."),
        choice<&Endpoint::redirect_method>("redirect_method", {"user", "uri_core", "uri_pjsip"},
                                           "Where a 3xx answer of the endpoint sends a call: to the user it names at "
                                           "the address called before, or (both others) to the URI it names."),
        choice<&Endpoint::timers>("timers", {"no", "yes", "required", "always"}, "Session timers (RFC 4028).",
                                  {.old_values = {{"forced", "always"}}, .acts_as = "no"}),
        field<&Endpoint::timers_min_se>("timers_min_se", "Shortest session interval accepted.",
                                        {.min = 90, .max = 86400, .acts_as = ""}),
        field<&Endpoint::timers_sess_expires>("timers_sess_expires", "Session interval asked for.",
                                              {.min = 90, .max = 86400, .acts_as = ""}),
        field<&Endpoint::device_state_busy_at>("device_state_busy_at",
                                               "Calls at which the endpoint counts as busy; 0: never.",
                                               {.aliases = {"devicestate_busy_at"}}),
        custom<Endpoint>("set_var", "NAME=value",
                         "Channel variable that each call of the endpoint begins with, or function, as Set takes them: "
                         "JITTERBUFFER(fixed)=100 gives all its calls such a buffer.",
                         set_var, {.aliases = {"setvar"}, .repeatable = true}),
        field<&Endpoint::language>("language", "Language of the prompts, a folder of the sounds directory."),
        field<&Endpoint::accountcode>("accountcode", "Account code in the records of the endpoint's calls.",
                                      {.acts_as = ""}),
    };
}

std::vector<Option> media()
{
    return {
        field<&Endpoint::direct_media>("direct_media",
                                       "Kept for Asterisk's sake: media always passes through the node, natively where "
                                       "nothing needs to be heard.",
                                       {.aliases = {"directmedia"}, .acts_as = "no"}),
        field<&Endpoint::rtp_symmetric>("rtp_symmetric", "Sends RTP to where it comes from, not to what SDP says.",
                                        {.aliases = {"rtpsymmetric"}}),
        field<&Endpoint::use_ptime>("use_ptime", "Sends packets of the duration the endpoint asks for.",
                                    {.aliases = {"useptime"}}),
        field<&Endpoint::comfort_noise>("comfort_noise",
                                        "Offers CN (RFC 3389), and sends a description of silence every 400 ms in "
                                        "place of silence in a bridge, where the endpoint has CN, too. Its own is "
                                        "understood anyway."),
        field<&Endpoint::g726_non_standard>(
            "g726_non_standard",
            "Packs G.726 as AAL2 does but calls it G726-32, as some phones do; g726 and g726aal2 in allow then mean "
            "the same."),
        field<&Endpoint::rtcp_mux>("rtcp_mux", "RTCP on the RTP port where both sides can (RFC 5761)."),
        field<&Endpoint::ice_support>("ice_support",
                                      "ICE-lite (RFC 8445): the endpoint checks our addresses, and media flow only to "
                                      "and from the one of its own that it proves and nominates. Behind NAT the node "
                                      "needs external_media_address, or stunaddr of rtp.conf.",
                                      {.aliases = {"icesupport"}}),
        field<&Endpoint::bundle>("bundle", "Answers a BUNDLE group (RFC 8843), which then has the audio line alone."),
        choice<&Endpoint::dtmf_mode>(
            "dtmf_mode", {"rfc4733", "inband", "info", "auto", "auto_info", "none"},
            "How keys travel: as telephone-events, as tones in the audio, by SIP INFO; auto and auto_info: the latter "
            "two "
            "where the peer knows no telephone-events. Keys that come by INFO count in every mode but none.",
            {.aliases = {"dtmfmode"}, .old_values = {{"rfc2833", "rfc4733"}}}),
        field<&Endpoint::media_address>("media_address", "Address shown in SDP instead of the one the socket has."),
        field<&Endpoint::bind_rtp_to_media_address>("bind_rtp_to_media_address", "Binds RTP to media_address too."),
        field<&Endpoint::rtp_timeout>("rtp_timeout", "Hangs up after so long without RTP; 0: never.", {.max = 86400}),
        field<&Endpoint::rtp_timeout_hold>(
            "rtp_timeout_hold", "Hangs up after so long without RTP while on hold; 0: never.", {.max = 86400}),
        field<&Endpoint::rtp_keepalive>("rtp_keepalive", "Sends a packet when it has sent none for so long; 0: never.",
                                        {.max = 3600}),
        with_default<Endpoint>(custom<Endpoint>("tos_audio", "ef, cs0 to cs7, af11 to af43, or 0 to 255",
                                                "IP type of service of RTP packets.", tos_audio),
                               [](const Endpoint&) { return std::string{"0"}; }),
        field<&Endpoint::cos_audio>("cos_audio", "802.1p priority of RTP packets.", {.max = 7, .acts_as = "0"}),
        field<&Endpoint::max_audio_streams>("max_audio_streams", "Audio streams of an offer that are accepted.",
                                            {.min = 1, .max = 1}),
        field<&Endpoint::use_avpf>("use_avpf",
                                   "Offers the profiles AVPF and SAVPF (RFC 4585); each is accepted anyway.",
                                   {.aliases = {"useavpf"}}),
        field<&Endpoint::webrtc>("webrtc",
                                 "What browsers need, in one word: ice_support, rtcp_mux, bundle and use_avpf whatever "
                                 "they say, and media_encryption=dtls where none is given."),
        field<&Endpoint::t38_udptl>(
            "t38_udptl",
            "T.38 fax over UDPTL is passed on to an endpoint that has it too, while nothing but "
            "the two is in their bridge and neither is encrypted; else it is refused with 488, "
            "and the audio goes on.",
            {.aliases = {"t38udptl"}}),
        field<&Endpoint::t38_udptl_maxdatagram>(
            "t38_udptl_maxdatagram",
            "Largest datagram the endpoint is said to take, in place of its own "
            "T38FaxMaxDatagram; 0: that.",
            {.max = 2000, .aliases = {"t38udptl_maxdatagram", "t38udptlmaxdatagram"}}),
        field<&Endpoint::t38_udptl_nat>("t38_udptl_nat", "Sends UDPTL to where it comes from, not to what SDP says.",
                                        {.aliases = {"t38udptl_nat", "t38udptlnat"}}),
        field<&Endpoint::fax_detect>(
            "fax_detect",
            "The tone of a calling fax machine (CNG, 1100 Hz) sends a call from the endpoint to the extension fax of "
            "its context, where there is one; FAXEXTEN is the one it was in. Until then none of its bridges is "
            "native.",
            {.aliases = {"faxdetect"}}),
        field<&Endpoint::fax_detect_timeout>("fax_detect_timeout",
                                             "Stops listening for fax after so long, counted from the first media; 0: "
                                             "never.",
                                             {.max = 86400}),
        field<&Endpoint::moh_suggest>(
            "moh_suggest", "Music class of whom the endpoint puts on hold, unless that has a CHANNEL(musicclass).",
            {.aliases = {"mohsuggest"}}),
        field<&Endpoint::moh_passthrough>("moh_passthrough",
                                          "Who is put on hold by the other side of Dial is told so by re-INVITE "
                                          "(sendonly, sendrecv afterwards), and hears what that sends; no music."),
        field<&Endpoint::suppress_moh_on_sendonly>(
            "suppress_moh_on_sendonly", "The endpoint's sendonly or inactive in SDP is no hold: nobody hears music."),
    };
}

std::vector<Option> access()
{
    return {
        custom<Endpoint>("acl", "names from acl.conf", "Who may use the endpoint, by named lists.", acl,
                         {.repeatable = true}),
        custom<Endpoint>("permit", "networks", "Networks that may use the endpoint; the last rule that matches counts.",
                         permit, {.repeatable = true}),
        custom<Endpoint>("deny", "networks", "Networks that may not.", deny, {.repeatable = true}),
        custom<Endpoint>("contact_acl", "names from acl.conf", "Which addresses a Contact may name, by named lists.",
                         contact_acl, {.aliases = {"contactacl"}, .repeatable = true, .acts_as = ""}),
        custom<Endpoint>("contact_permit", "networks", "Networks a Contact may name.", contact_permit,
                         {.aliases = {"contactpermit"}, .repeatable = true, .acts_as = ""}),
        custom<Endpoint>("contact_deny", "networks", "Networks a Contact may not name.", contact_deny,
                         {.aliases = {"contactdeny"}, .repeatable = true, .acts_as = ""}),
    };
}

}  // namespace

std::vector<Option> endpoint_options()
{
    std::vector<Option> options;
    for (auto part : {signalling(), endpoint_codec_options(), media(), endpoint_encryption_options(), access(),
                      endpoint_inert_options()}) {
        std::move(part.begin(), part.end(), std::back_inserter(options));
    }
    return options;
}

}  // namespace rb::config
