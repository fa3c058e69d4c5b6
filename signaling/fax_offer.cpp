#include "signaling/fax_offer.h"

#include "dataplane/base/assert.h"
#include "signaling/text.h"

#include <algorithm>

namespace rb::sip {
namespace {

bool is_t38(const SdpMedia& media)
{
    return media.type == "image" && is_udptl(media.protocol) && media.port != 0 &&
           std::any_of(media.tokens.begin(), media.tokens.end(),
                       [](const std::string& token) { return equal_ignoring_case(token, "t38"); });
}

bool has_live_audio(const SessionDescription& description)
{
    return std::any_of(description.media.begin(), description.media.end(),
                       [](const SdpMedia& media) { return media.type == "audio" && media.port != 0; });
}

NegotiatedMedia describe_peer(const SdpMedia& peer)
{
    NegotiatedMedia media;
    media.remote_rtp = peer.connection->with_port(peer.port);
    media.remote_rtcp = media.remote_rtp;
    media.fax = peer.t38;
    return media;
}

SdpMedia local_line(const LocalMedia& local)
{
    RB_ASSERT(local.fax);
    return {.type = "image",
            .port = local.rtp.port(),
            .protocol = "udptl",
            .tokens = {"t38"},
            .connection = local.rtp.with_port(0),
            .t38 = *local.fax};
}

}  // namespace

MediaResult<Negotiation> negotiate_fax(const SessionDescription& offer)
{
    const auto fax = std::find_if(offer.media.begin(), offer.media.end(), is_t38);
    if (fax == offer.media.end() || has_live_audio(offer)) {
        return tl::unexpected(MediaRefusal{.text = "no T.38 in place of audio"});
    }
    if (!fax->connection || fax->connection->is_unspecified()) {
        return tl::unexpected(MediaRefusal{.warning = 301, .text = "no IPv4 or IPv6 address for the fax"});
    }
    return Negotiation{.media = describe_peer(*fax), .line = static_cast<std::size_t>(fax - offer.media.begin())};
}

MediaResult<AnswerMade> answer_fax(const SessionDescription& offer, const LocalMedia& local)
{
    auto agreed = negotiate_fax(offer);
    if (!agreed) {
        return tl::unexpected(std::move(agreed.error()));
    }
    AnswerMade made{.description = {}, .media = std::move(agreed->media), .line = agreed->line};
    for (const SdpMedia& offered : offer.media) {
        made.description.media.push_back(refused_line(offered, local.rtp));
    }
    SdpMedia& line = made.description.media[made.line];
    const std::string mid = line.mid;
    const std::string protocol = line.protocol;
    line = local_line(local);
    line.mid = mid;
    line.protocol = protocol;
    return made;
}

SessionDescription offer_fax(const LocalMedia& local, const OfferContext& context)
{
    SessionDescription description;
    for (const SdpMedia& line : context.lines) {
        description.media.push_back(refused_line(line, local.rtp));
    }
    if (description.media.empty()) {
        description.media.emplace_back();
    }
    const std::string mid = description.media[context.line].mid;
    description.media[context.line] = local_line(local);
    description.media[context.line].mid = mid;
    return description;
}

MediaResult<NegotiatedMedia> accept_fax(const SessionDescription& answer, std::size_t line)
{
    if (line >= answer.media.size() || !is_t38(answer.media[line])) {
        return NegotiatedMedia{};
    }
    const SdpMedia& peer = answer.media[line];
    if (!peer.connection || peer.connection->is_unspecified()) {
        return tl::unexpected(MediaRefusal{.warning = 301, .text = "no IPv4 or IPv6 address for the fax"});
    }
    return describe_peer(peer);
}

}  // namespace rb::sip
