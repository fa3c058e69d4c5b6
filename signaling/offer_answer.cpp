#include "signaling/offer_answer.h"

#include "signaling/media_ice.h"
#include "signaling/media_security.h"
#include "signaling/payload_types.h"
#include "signaling/text.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rb::sip {
namespace {

constexpr unsigned kPtimeStep = 10;
constexpr unsigned kPtimeMin = 10;
constexpr unsigned kPtimeMax = 60;

bool sends(Direction direction) noexcept
{
    return direction == Direction::SendOnly || direction == Direction::SendReceive;
}

bool receives(Direction direction) noexcept
{
    return direction == Direction::ReceiveOnly || direction == Direction::SendReceive;
}

Direction direction_of(bool send, bool receive) noexcept
{
    if (send) {
        return receive ? Direction::SendReceive : Direction::SendOnly;
    }
    return receive ? Direction::ReceiveOnly : Direction::Inactive;
}

/// RFC 3264 §6.1: we send only what the peer receives and the reverse. An unspecified address is the old form of hold
/// (§8.4), there being nowhere to send to, unless ICE is to find where that is.
Direction narrow(Direction wanted, const SdpMedia& peer, const NegotiatedMedia& media) noexcept
{
    const bool reachable = media.ice || !media.remote_rtp.is_unspecified();
    return direction_of(sends(wanted) && receives(peer.direction) && reachable,
                        receives(wanted) && sends(peer.direction));
}

/// Whole frames of 10 ms that the media side can send, never above the peer's maxptime.
unsigned usable_ptime(unsigned wanted_ms, unsigned maxptime_ms) noexcept
{
    const unsigned limit = maxptime_ms == 0 ? kPtimeMax : std::clamp(maxptime_ms, kPtimeMin, kPtimeMax);
    return std::clamp(wanted_ms, kPtimeMin, limit) / kPtimeStep * kPtimeStep;
}

const MediaFormat* find_format(std::span<const MediaFormat> formats, const MediaFormat& wanted) noexcept
{
    const auto found = std::find_if(formats.begin(), formats.end(),
                                    [&](const MediaFormat& format) { return same_format(format, wanted); });
    return found == formats.end() ? nullptr : &*found;
}

/// `first` in its order, as far as `second` has it; numbers and parameters are those of `second`.
std::vector<MediaFormat> common_formats(std::span<const MediaFormat> first, std::span<const MediaFormat> second)
{
    std::vector<MediaFormat> common;
    for (const MediaFormat& format : first) {
        const MediaFormat* other = find_format(second, format);
        const bool codec = !is_telephone_event(format) && !is_comfort_noise(format);
        if (other != nullptr && codec && find_format(common, format) == nullptr) {
            common.push_back(*other);
        }
    }
    return common;
}

/// The formats both have, with the peer's numbers.
std::vector<MediaFormat> choose_formats(std::span<const MediaFormat> own, std::span<const MediaFormat> peer,
                                        const FormatChoice& choice)
{
    std::vector<MediaFormat> chosen = common_formats(own, peer);
    if (choice.order == FormatOrder::Peers) {
        chosen = common_formats(peer, chosen);
    }
    if (choice.first_only && chosen.size() > 1) {
        chosen.resize(1);
    }
    return chosen;
}

/// The first reason why an m= line cannot carry our audio; code 0 = none.
MediaRefusal refusal_of(const SdpMedia& media, const MediaCapabilities& capabilities)
{
    if (media.type != "audio" || media.port == 0) {
        return {.warning = 304, .text = "no audio stream that is wanted"};
    }
    if (auto problem = security_problem(media, capabilities); !problem.empty()) {
        return {.warning = 302, .text = std::move(problem)};
    }
    if (!media.connection && !checking_peer(media, capabilities.ice)) {
        return {.warning = 301, .text = "no IPv4 or IPv6 address for the media"};
    }
    if (common_formats(capabilities.formats, media.formats).empty()) {
        return {.warning = 304, .text = "no common codec"};
    }
    return {.code = 0, .warning = 0, .text = {}};
}

/// Events at the clock of the audio, as RFC 4733 §2.1 wants; else the first there are.
const MediaFormat* usable_event(std::span<const MediaFormat> formats, std::uint32_t clock_rate)
{
    const MediaFormat* event = find_format(formats, telephone_event_at(clock_rate));
    if (event != nullptr) {
        return event;
    }
    const auto any = std::find_if(formats.begin(), formats.end(), is_telephone_event);
    return any == formats.end() ? nullptr : &*any;
}

/// What flows to and from a peer's m= line, whether offer or answer.
NegotiatedMedia describe_peer(const SdpMedia& peer, std::vector<MediaFormat> formats, bool telephone_event)
{
    NegotiatedMedia media;
    const Address host = peer.connection.value_or(Address{});
    media.remote_rtp = host.with_port(peer.port);
    const Address rtcp_host = peer.rtcp && peer.rtcp->with_port(0) ? peer.rtcp->with_port(0) : host;
    const unsigned next_port = peer.port + 1U;
    media.remote_rtcp = rtcp_host.with_port(peer.rtcp ? peer.rtcp->port() : static_cast<std::uint16_t>(next_port));
    media.formats = std::move(formats);
    const MediaFormat* event = usable_event(peer.formats, media.formats.front().clock_rate);
    if (telephone_event && event != nullptr) {
        media.telephone_event = *event;
        std::copy_if(peer.formats.begin(), peer.formats.end(), std::back_inserter(media.telephone_events),
                     is_telephone_event);
    }
    media.maxptime_ms = peer.maxptime_ms;
    media.voip_metrics = peer.voip_metrics;
    return media;
}

/// RFC 3389 §4: at the clock of the audio it stands in for.
void agree_on_noise(NegotiatedMedia& media, const SdpMedia& peer)
{
    if (const auto* noise = find_format(peer.formats, comfort_noise_at(media.formats.front().clock_rate))) {
        media.comfort_noise = *noise;
    }
}

void add_format(SdpMedia& media, MediaFormat format)
{
    media.tokens.push_back(std::to_string(format.payload_type));
    media.formats.push_back(std::move(format));
}

SdpMedia local_line(const LocalMedia& local)
{
    return {.type = "audio",
            .port = local.rtp.port(),
            .connection = local.rtp.with_port(0),
            .ptime_ms = usable_ptime(local.capabilities.ptime_ms, 0),
            .maxptime_ms = kPtimeMax};
}

SdpMedia answer_line(const SdpMedia& offered, const LocalMedia& local, const NegotiatedMedia& media)
{
    SdpMedia line = local_line(local);
    line.protocol = offered.protocol;
    line.mid = offered.mid;
    line.direction = media.direction;
    line.rtcp_mux = media.rtcp_mux;
    line.voip_metrics = media.voip_metrics;  // we read them, too
    for (const MediaFormat& agreed : media.formats) {
        MediaFormat format = agreed;
        const MediaFormat* own = find_format(local.capabilities.formats, agreed);
        format.fmtp = own == nullptr ? std::string{} : own->fmtp;
        add_format(line, std::move(format));
    }
    if (media.comfort_noise) {
        add_format(line, *media.comfort_noise);
    }
    if (!local.capabilities.telephone_event) {
        return line;
    }
    for (const MediaFormat& event : offered.formats) {
        const bool rate_in_use =
            std::any_of(media.formats.begin(), media.formats.end(),
                        [&](const MediaFormat& format) { return format.clock_rate == event.clock_rate; });
        const bool agreed = media.telephone_event && event.payload_type == media.telephone_event->payload_type;
        if (is_telephone_event(event) && (rate_in_use || agreed) && find_format(line.formats, event) == nullptr) {
            MediaFormat format = telephone_event_at(event.clock_rate);
            format.payload_type = event.payload_type;
            add_format(line, std::move(format));
        }
    }
    return line;
}

}  // namespace

SdpMedia refused_line(const SdpMedia& offered, const Address& local)
{
    return {.type = offered.type,
            .port = 0,
            .protocol = offered.protocol,
            .tokens = {offered.tokens.empty() ? std::string{"0"} : offered.tokens.front()},
            .connection = local.with_port(0),
            .mid = offered.mid};
}

MediaResult<Negotiation> negotiate(const SessionDescription& offer, const MediaCapabilities& capabilities,
                                   Direction wanted)
{
    MediaRefusal refusal{.text = "no audio stream that is wanted"};
    bool audio_refused = false;
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        const SdpMedia& peer = offer.media[i];
        MediaRefusal problem = refusal_of(peer, capabilities);
        if (problem.code != 0) {
            // The first live audio line tells the caller most.
            if (peer.type == "audio" && peer.port != 0 && !audio_refused) {
                audio_refused = true;
                refusal = std::move(problem);
            }
            continue;
        }
        Negotiation agreed{
            .media = describe_peer(peer, choose_formats(capabilities.formats, peer.formats, capabilities.of_offer),
                                   capabilities.telephone_event),
            .line = i};
        NegotiatedMedia& media = agreed.media;
        agree_on_noise(media, peer);
        media.ice = checking_peer(peer, capabilities.ice);
        media.direction = narrow(wanted, peer, media);
        media.ptime_ms = usable_ptime(peer.ptime_ms != 0 ? peer.ptime_ms : capabilities.ptime_ms, peer.maxptime_ms);
        const auto keying = choose_keying(peer, capabilities);
        if (keying == MediaKeying::Dtls) {
            // A lite agent does not know where to begin before the peer has checked.
            const bool waits = media.ice && capabilities.setup == DtlsSetup::ActPass;
            media.dtls = agree_on_dtls(peer, waits ? DtlsSetup::Passive : capabilities.setup);
        } else if (keying) {
            media.srtp = choose_crypto(peer, capabilities)->key;
        }
        media.rtcp_mux = peer.rtcp_mux && (capabilities.rtcp_mux || media.dtls);
        media.remote_rtcp = media.rtcp_mux ? media.remote_rtp : media.remote_rtcp;
        return agreed;
    }
    return tl::unexpected(std::move(refusal));
}

MediaResult<AnswerMade> answer(const SessionDescription& offer, const LocalMedia& local)
{
    auto agreed = negotiate(offer, local.capabilities, local.direction);
    if (!agreed) {
        return tl::unexpected(std::move(agreed.error()));
    }
    AnswerMade made{.description = {}, .media = std::move(agreed->media), .line = agreed->line};
    const SdpCrypto* crypto = made.media.srtp ? choose_crypto(offer.media[agreed->line], local.capabilities) : nullptr;
    const SrtpKey* own_key = crypto == nullptr ? nullptr : find_key(local.srtp_keys, crypto->key.suite);
    if (crypto != nullptr && own_key == nullptr) {
        return tl::unexpected(MediaRefusal{.code = 500, .warning = 399, .text = "no SRTP key of our own"});
    }
    if (made.media.dtls && !local.fingerprint) {
        return tl::unexpected(MediaRefusal{.code = 500, .warning = 399, .text = "no certificate for DTLS"});
    }
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        const SdpMedia& offered = offer.media[i];
        made.description.media.push_back(i == agreed->line ? answer_line(offered, local, made.media)
                                                           : refused_line(offered, local.rtp));
    }
    if (crypto != nullptr) {
        made.description.media[agreed->line].crypto = {
            {.tag = crypto->tag, .key = *own_key, .old_name = crypto->old_name}};
    }
    if (made.media.dtls) {
        SdpDtls& dtls = made.description.media[agreed->line].dtls;
        dtls.fingerprints = {*local.fingerprint};
        dtls.setup = made.media.dtls->client ? DtlsSetup::Active : DtlsSetup::Passive;
    }
    answer_transport(offer, agreed->line, local, made.description);
    return made;
}

SessionDescription make_offer(const LocalMedia& local, const OfferContext& context)
{
    SdpMedia line = local_line(local);
    line.protocol = offered_profile(local.capabilities);
    for (const SrtpKey& key : local.srtp_keys) {
        line.crypto.push_back({.tag = static_cast<std::uint32_t>(line.crypto.size() + 1), .key = key});
    }
    if (local.fingerprint) {
        line.dtls.fingerprints = {*local.fingerprint};
        line.dtls.setup = local.capabilities.setup;
    }
    line.direction = local.direction;
    line.rtcp_mux = local.capabilities.rtcp_mux || local.fingerprint;
    line.voip_metrics = true;
    for (MediaFormat& format : formats_to_offer(local.capabilities, context.numbers)) {
        add_format(line, std::move(format));
    }
    SessionDescription description;
    for (std::size_t i = 0; i < context.lines.size(); ++i) {
        description.media.push_back(i == context.line ? line : refused_line(context.lines[i], local.rtp));
    }
    if (context.lines.empty()) {
        description.media.push_back(std::move(line));
    } else {
        if (context.lines[context.line].type == line.type) {
            description.media[context.line].protocol = context.lines[context.line].protocol;
        }
        description.media[context.line].mid = context.lines[context.line].mid;
    }
    offer_transport(local, context.line, description);
    return description;
}

void change_over(NegotiatedMedia& media, int payload_type)
{
    const auto chosen = std::find_if(media.formats.begin(), media.formats.end(),
                                     [&](const MediaFormat& format) { return format.payload_type == payload_type; });
    if (chosen == media.formats.end()) {
        return;
    }
    std::rotate(media.formats.begin(), chosen, chosen + 1);
    if (const MediaFormat* event = usable_event(media.telephone_events, media.formats.front().clock_rate)) {
        media.telephone_event = *event;
    }
}

MediaResult<NegotiatedMedia> accept_answer(const SessionDescription& offer, const SessionDescription& answer,
                                           std::size_t line, MediaSecurity security, const FormatChoice& choice)
{
    if (line >= offer.media.size() || line >= answer.media.size()) {
        return tl::unexpected(MediaRefusal{.text = "the answer has fewer media lines than the offer"});
    }
    const SdpMedia& own = offer.media[line];
    const SdpMedia& peer = answer.media[line];
    if (peer.port == 0 || peer.type != own.type) {
        return tl::unexpected(MediaRefusal{.text = "the answer refuses the audio stream"});
    }
    if (auto problem = answer_problem(own, peer, security); !problem.empty()) {
        return tl::unexpected(MediaRefusal{.warning = 302, .text = std::move(problem)});
    }
    if (!peer.connection && !checking_peer(peer, own.ice.offered())) {
        return tl::unexpected(MediaRefusal{.warning = 301, .text = "no IPv4 or IPv6 address for the media"});
    }
    auto formats = choose_formats(own.formats, peer.formats, choice);
    if (formats.empty()) {
        return tl::unexpected(MediaRefusal{.text = "the answer has no codec that was offered"});
    }
    const bool offered_events = std::any_of(own.formats.begin(), own.formats.end(), is_telephone_event);
    NegotiatedMedia media = describe_peer(peer, std::move(formats), offered_events);
    if (find_format(own.formats, comfort_noise_at(media.formats.front().clock_rate)) != nullptr) {
        agree_on_noise(media, peer);
    }
    media.aliases = aliases_of(own.formats, peer.formats);
    media.ice = checking_peer(peer, own.ice.offered());
    media.direction = narrow(own.direction, peer, media);
    media.rtcp_mux = own.rtcp_mux && peer.rtcp_mux;
    media.remote_rtcp = media.rtcp_mux ? media.remote_rtp : media.remote_rtcp;
    media.ptime_ms = usable_ptime(peer.ptime_ms != 0 ? peer.ptime_ms : own.ptime_ms, peer.maxptime_ms);
    if (answers_dtls(own, peer)) {
        media.dtls = agree_on_dtls(peer, DtlsSetup::Active);
    } else if (const SdpCrypto* crypto = answering_crypto(own, peer)) {
        media.srtp = crypto->key;
    }
    return media;
}

std::string LocalDescription::publish(SessionDescription description)
{
    description.name = "Ringbridge";
    if (!description.media.empty() && description.media.front().connection) {
        description.origin.address = *description.media.front().connection;
    }
    description.origin.session_id = std::to_string(session_id_);
    description.origin.version = last_.origin.version;
    if (description != last_) {
        ++version_;
    }
    description.origin.version = std::to_string(version_);
    last_ = std::move(description);
    return write_sdp(last_);
}

}  // namespace rb::sip
