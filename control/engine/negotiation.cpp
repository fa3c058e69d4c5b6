#include "control/engine/negotiation.h"

#include "control/engine/opus_fmtp.h"

#include <algorithm>
#include <optional>

namespace rb::engine {
namespace {

/// Whom a leg may hear besides the signalled address. A peer that signals from the very host it names is believed; on
/// loopback there is no NAT at all.
///
/// symmetric   media go to where they come from
media::SourcePolicy source_policy(const PlanInputs& inputs, bool symmetric)
{
    using Learn = media::SourcePolicy::Learn;
    const Address& media = inputs.media.remote_rtp;
    const Address& signalling = inputs.signalling_source;
    // Loopback of the other address family is this host, too.
    const bool other_loopback = media.is_loopback() && signalling.is_loopback() && media.is_v4() != signalling.is_v4();
    const bool same_host = media.ip == signalling.ip || other_loopback;
    Learn learn = same_host ? Learn::SameHost : Learn::Anyone;
    if (!symmetric || (same_host && signalling.is_loopback())) {
        learn = Learn::Nobody;
    }
    return {.strict = inputs.rtp.strictrtp != config::StrictRtp::No,
            .learn = learn,
            .send_to_source = symmetric,
            .probation = std::max(1U, inputs.rtp.probation),
            .or_loopback = inputs.local.is_loopback(),
            .signalling = signalling};
}

/// Whether the sockets may be connected at once: nobody else is ever to be heard.
bool settled(const media::SourcePolicy& source, const sip::NegotiatedMedia& media)
{
    return source.strict && source.learn == media::SourcePolicy::Learn::Nobody && !media.remote_rtp.is_unspecified() &&
           !media.ice;
}

/// What stands behind a=fmtp of a codec of ours.
std::string fmtp_of(codecs::CodecId codec, const config::Opus& opus)
{
    if (codec == codecs::CodecId::Opus) {
        return write_opus_fmtp(wanted_opus(opus));
    }
    return codec == codecs::CodecId::G729 ? "annexb=no" : std::string{};
}

/// The other ways a mode knows, where no telephone-events were agreed.
void choose_key_way(config::DtmfMode mode, media::MediaPlan& plan)
{
    using config::DtmfMode;
    const bool hears_tones = !codecs::codec_info(plan.codec).passed_only;
    plan.inband_keys = hears_tones && !plan.dtmf && (mode == DtmfMode::Inband || mode == DtmfMode::Auto);
    plan.info_keys = !plan.dtmf && (mode == DtmfMode::Info || mode == DtmfMode::AutoInfo);
}

media::DtmfFormat dtmf_of(const sip::MediaFormat& events)
{
    return {.payload_type = static_cast<std::uint8_t>(events.payload_type), .clock_rate = events.clock_rate};
}

/// What the peer may send besides the audio and the events of the plan.
void note_other_numbers(const PlanInputs& inputs, media::MediaPlan& plan)
{
    for (const sip::MediaFormat& further : inputs.media.formats) {
        if (further.payload_type != plan.payload_type && codec_of(further, inputs.endpoint)) {
            plan.further_formats.set(static_cast<std::size_t>(further.payload_type));
        }
    }
    for (const sip::MediaFormat& events : inputs.media.telephone_events) {
        if (!plan.dtmf || plan.dtmf->payload_type != events.payload_type) {
            plan.further_dtmf.push_back(dtmf_of(events));
        }
    }
    for (const sip::PayloadAlias& alias : inputs.media.aliases) {
        plan.aliases.push_back(
            {.heard = static_cast<std::uint8_t>(alias.heard), .means = static_cast<std::uint8_t>(alias.means)});
    }
}

std::uint32_t packet_time(const config::Endpoint& endpoint, const sip::NegotiatedMedia& media)
{
    const unsigned wanted = endpoint.use_ptime || media.ptime_ms != 20 ? media.ptime_ms : 20;
    const unsigned limited = media.maxptime_ms == 0 ? wanted : std::min(wanted, media.maxptime_ms);
    return std::clamp(limited / 10 * 10, 10U, 60U);
}

sip::MediaSecurity security_of(const config::Endpoint& endpoint)
{
    if (endpoint.media_encryption.empty()) {
        return sip::MediaSecurity::None;
    }
    return endpoint.media_encryption_optimistic ? sip::MediaSecurity::Optional : sip::MediaSecurity::Required;
}

std::vector<sip::MediaKeying> keying_of(const config::Endpoint& endpoint)
{
    std::vector<sip::MediaKeying> keying;
    for (const config::MediaEncryption way : endpoint.media_encryption) {
        keying.push_back(way == config::MediaEncryption::Dtls ? sip::MediaKeying::Dtls : sip::MediaKeying::Sdes);
    }
    return keying;
}

sip::DtlsSetup setup_of(const config::Endpoint& endpoint)
{
    switch (endpoint.dtls_setup) {
        case config::DtlsSetup::ActPass:
            break;
        case config::DtlsSetup::Active:
            return sip::DtlsSetup::Active;
        case config::DtlsSetup::Passive:
            return sip::DtlsSetup::Passive;
    }
    return sip::DtlsSetup::ActPass;
}

/// GCM first, for it costs least; short tags, which an attacker guesses sooner, only where they are wanted.
std::vector<SrtpSuite> suites_of(const config::Endpoint& endpoint)
{
    using enum SrtpSuite;
    if (endpoint.media_encryption.empty()) {
        return {};
    }
    if (endpoint.srtp_tag_32) {
        return {AeadAes128Gcm, AesCm128HmacSha1_32, AesCm128HmacSha1_80,
                AeadAes256Gcm, AesCm256HmacSha1_32, AesCm256HmacSha1_80};
    }
    return {AeadAes128Gcm,       AesCm128HmacSha1_80, AeadAes256Gcm,
            AesCm256HmacSha1_80, AesCm128HmacSha1_32, AesCm256HmacSha1_32};
}

}  // namespace

sip::MediaCapabilities capabilities_of(const config::Endpoint& endpoint, const config::Snapshot& configuration)
{
    using config::DtmfMode;
    const DtmfMode mode = endpoint.dtmf_mode;
    sip::MediaCapabilities capabilities{
        .of_offer = choice_of(incoming_offer_prefs(endpoint)),
        .of_answer = choice_of(endpoint.codec_prefs_incoming_answer),
        .telephone_event = mode == DtmfMode::Rfc4733 || mode == DtmfMode::Auto || mode == DtmfMode::AutoInfo,
        .comfort_noise = endpoint.comfort_noise,
        .rtcp_mux = endpoint.rtcp_mux,
        .ice = endpoint.ice_support && configuration.rtp.icesupport,
        .bundle = endpoint.bundle,
        .fax = endpoint.t38_udptl,
        .avpf = endpoint.use_avpf,
        .security = security_of(endpoint),
        .keying = keying_of(endpoint),
        .suites = suites_of(endpoint),
        .setup = setup_of(endpoint)};
    capabilities.formats = formats_of(configured_codecs(endpoint), endpoint, configuration);
    return capabilities;
}

std::vector<sip::MediaFormat> formats_of(const Codecs& codecs, const config::Endpoint& endpoint,
                                         const config::Snapshot& configuration)
{
    std::vector<sip::MediaFormat> formats;
    for (const codecs::CodecId codec : codecs) {
        const auto& info = codecs::codec_info(named_in_sdp(codec, endpoint));
        sip::MediaFormat format{.encoding = std::string{info.encoding_name},
                                .clock_rate = info.clock_rate,
                                .channels = info.channels,
                                .payload_type = info.static_payload_type ? int{*info.static_payload_type} : -1,
                                .fmtp = fmtp_of(codec, configuration.opus)};
        if (std::ranges::find(formats, format) == formats.end()) {
            formats.push_back(std::move(format));
        }
    }
    return formats;
}

codecs::CodecId named_in_sdp(codecs::CodecId codec, const config::Endpoint& endpoint) noexcept
{
    return endpoint.g726_non_standard && codec == codecs::CodecId::G726Aal2 ? codecs::CodecId::G726 : codec;
}

codecs::CodecId as_packed(codecs::CodecId codec, const config::Endpoint& endpoint) noexcept
{
    return endpoint.g726_non_standard && codec == codecs::CodecId::G726 ? codecs::CodecId::G726Aal2 : codec;
}

std::optional<codecs::CodecId> codec_of(const sip::MediaFormat& format, const config::Endpoint& endpoint)
{
    const auto named = codecs::codec_by_rtpmap({.encoding_name = format.encoding,
                                                .clock_rate = format.clock_rate,
                                                .channels = static_cast<std::uint8_t>(format.channels)});
    return named ? std::optional{as_packed(*named, endpoint)} : std::nullopt;
}

codecs::CodecId likely_codec(const std::optional<sip::NegotiatedMedia>& agreed, const config::Endpoint& endpoint)
{
    std::optional<codecs::CodecId> likely;
    const auto consider = [&likely](std::optional<codecs::CodecId> codec) {
        if (codec && (!likely || codecs::codec_info(*likely).passed_only)) {  // which is taken last, and costs least
            likely = codec;
        }
    };
    if (agreed && !agreed->formats.empty()) {
        std::ranges::for_each(agreed->formats, [&](const auto& format) { consider(codec_of(format, endpoint)); });
    } else {
        std::ranges::for_each(endpoint.allow, [&](const auto& name) { consider(codecs::codec_by_config_name(name)); });
    }
    return likely.value_or(codecs::CodecId::Pcmu);
}

Address media_host(const config::ByName<config::Transport>& transports, const config::Endpoint& endpoint,
                   const Address& local, const Address& offered)
{
    if (endpoint.media_address && endpoint.bind_rtp_to_media_address) {
        return *endpoint.media_address;
    }
    if (offered && !offered.is_unspecified() && offered.is_v4() != local.is_v4()) {
        for (const auto& [name, transport] : transports) {
            if (!transport.bind.is_unspecified() && transport.bind.is_v4() == offered.is_v4()) {
                return transport.bind;
            }
        }
    }
    return local;
}

Address announced_address(const config::Transport* transport, const config::Endpoint& endpoint, const Address& local,
                          const Address& peer, const Address& learned)
{
    const Address own = endpoint.media_address.value_or(local).with_port(local.port());
    if (transport == nullptr) {
        return own;
    }
    Address external = endpoint.media_address ? Address{} : learned;
    if (!transport->external_media_address.empty()) {
        external = parse_address(transport->external_media_address).value_or(Address{});
    }
    const bool inside = std::any_of(transport->local_net.begin(), transport->local_net.end(),
                                    [&peer](const config::Network& network) { return peer && network.contains(peer); });
    const bool usable = external && external.is_v4() == local.is_v4();
    return usable && !inside ? external.with_port(local.port()) : own;
}

std::unique_ptr<media::MediaPlan> make_plan(const PlanInputs& inputs)
{
    const sip::NegotiatedMedia& media = inputs.media;
    const auto codec_in = [&inputs](const sip::MediaFormat& format) { return codec_of(format, inputs.endpoint); };
    const auto format =
        std::ranges::find_if(media.formats, [&](const auto& candidate) { return codec_in(candidate).has_value(); });
    if (format == media.formats.end()) {
        return nullptr;
    }
    auto plan = std::make_unique<media::MediaPlan>();
    plan->codec = *codec_in(*format);
    plan->payload_type = static_cast<std::uint8_t>(format->payload_type);
    plan->ptime_ms = packet_time(inputs.endpoint, media);
    if (plan->codec == codecs::CodecId::Opus) {
        plan->opus = opus_options(inputs.opus, parse_opus_fmtp(format->fmtp));
        plan->opus.short_frames = plan->ptime_ms < codecs::kFrame_ms;
    }
    if (media.telephone_event) {
        plan->dtmf = dtmf_of(*media.telephone_event);
    }
    note_other_numbers(inputs, *plan);
    choose_key_way(inputs.endpoint.dtmf_mode, *plan);
    plan->key_held_min = inputs.key_held_min;
    if (media.comfort_noise) {
        plan->noise_payload_type = static_cast<std::uint8_t>(media.comfort_noise->payload_type);
        // The peer may have changed over to a codec of another clock since.
        plan->describe_silence = inputs.endpoint.comfort_noise &&
                                 media.comfort_noise->clock_rate == format->clock_rate &&
                                 !codecs::codec_info(plan->codec).passed_only;
    }
    plan->send = media.direction == sip::Direction::SendReceive || media.direction == sip::Direction::SendOnly;
    plan->receive = media.direction == sip::Direction::SendReceive || media.direction == sip::Direction::ReceiveOnly;
    plan->remote_rtp = media.remote_rtp;
    plan->remote_rtcp = media.remote_rtcp;
    plan->rtcp_mux = media.rtcp_mux;
    plan->voip_metrics = media.voip_metrics;
    plan->source = source_policy(inputs, inputs.endpoint.rtp_symmetric);
    plan->connected = settled(plan->source, media);
    plan->rtp_timeout = inputs.endpoint.rtp_timeout;
    plan->rtp_timeout_hold = inputs.endpoint.rtp_timeout_hold;
    plan->rtp_keepalive = inputs.endpoint.rtp_keepalive;
    plan->dtls = media.dtls.has_value();
    // A handshake of its own would have to yield the keys for another port (RFC 5764 §4.1): RTCP shares it, or is not.
    plan->rtcp_interval = media.dtls && !media.rtcp_mux ? 0s : inputs.rtp.rtcpinterval;
    plan->jitter = inputs.jitter;
    const bool same_states = inputs.previous != nullptr && inputs.previous->codec == plan->codec &&
                             inputs.previous->ptime_ms == plan->ptime_ms && inputs.previous->opus == plan->opus;
    if (!same_states && inputs.listened) {
        plan->build_states();
    } else if (!same_states) {
        plan->build_encoding();
    }
    if (plan->inband_keys && !(same_states && inputs.previous->inband_keys)) {
        plan->build_inband();
    }
    return plan;
}

void carry_fax(media::MediaPlan& plan, const PlanInputs& inputs)
{
    plan.udptl = true;
    plan.send = false;
    plan.receive = false;
    plan.source = source_policy(inputs, inputs.endpoint.t38_udptl_nat);
    plan.connected = settled(plan.source, inputs.media);
    plan.rtp_timeout = 0s;
    plan.rtp_timeout_hold = 0s;
    plan.rtp_keepalive = 0s;
    plan.rtcp_interval = 0s;
}

}  // namespace rb::engine
