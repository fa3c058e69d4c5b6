#include "signaling/media_exchange.h"

#include "signaling/fax_offer.h"
#include "signaling/payload_types.h"

#include <algorithm>
#include <utility>

namespace rb::sip {
namespace {

MediaRefusal unreadable(Error&& error)
{
    return {.code = 400, .warning = 399, .text = std::move(error.message)};
}

void remember(std::vector<MediaFormat>& numbers, const std::vector<MediaFormat>& formats)
{
    for (const MediaFormat& format : formats) {
        const bool known = std::any_of(numbers.begin(), numbers.end(), [&](const MediaFormat& number) {
            return number.payload_type == format.payload_type;
        });
        if (!known) {
            numbers.push_back(format);
        }
    }
}

}  // namespace

MediaResult<NegotiatedMedia> MediaExchange::receive_offer(std::string_view text, const MediaCapabilities& capabilities)
{
    auto offer = parse_sdp(text);
    if (!offer) {
        return tl::unexpected(unreadable(std::move(offer.error())));
    }
    auto agreed = negotiate(*offer, with_role(capabilities), Direction::SendReceive);
    if (!agreed && capabilities.fax && settled_) {
        auto fax = negotiate_fax(*offer);
        agreed = fax ? std::move(fax) : std::move(agreed);
    }
    if (!agreed) {
        return tl::unexpected(std::move(agreed.error()));
    }
    peer_offer_ = std::move(*offer);
    return std::move(agreed->media);
}

MediaResult<std::string> MediaExchange::write_answer(const LocalMedia& local)
{
    if (!peer_offer_) {
        return tl::unexpected(MediaRefusal{.code = 500, .warning = 399, .text = "no offer to answer"});
    }
    LocalMedia with_role_kept = local;
    with_role_kept.capabilities = with_role(local.capabilities);
    auto made = local.fax ? answer_fax(*peer_offer_, local) : answer(*peer_offer_, with_role_kept);
    if (!made) {
        return tl::unexpected(std::move(made.error()));
    }
    settle(made->description, SessionDescription{*peer_offer_}, made->line, made->media);
    return origin_.publish(std::move(made->description));
}

std::string MediaExchange::write_offer(const LocalMedia& local)
{
    LocalMedia with_role_kept = local;
    with_role_kept.capabilities = with_role(local.capabilities);
    own_line_ = line_for(local.fax ? "image" : "audio");
    const OfferContext context{.numbers = numbers_, .lines = lines_, .line = own_line_};
    own_offer_ = local.fax ? offer_fax(local, context) : make_offer(with_role_kept, context);
    own_security_ = local.capabilities.security;
    own_choice_ = local.capabilities.of_answer;
    return origin_.publish(*own_offer_);
}

MediaResult<NegotiatedMedia> MediaExchange::preview_answer(std::string_view text) const
{
    const auto answer = parse_sdp(text);
    if (!answer || !own_offer_) {
        return tl::unexpected(MediaRefusal{.code = 400, .warning = 399, .text = "no answer to an offer of ours"});
    }
    return accept_answer(*own_offer_, *answer, own_line_, own_security_, own_choice_);
}

MediaResult<NegotiatedMedia> MediaExchange::receive_answer(std::string_view text)
{
    auto answer = parse_sdp(text);
    if (!answer) {
        return tl::unexpected(unreadable(std::move(answer.error())));
    }
    if (!own_offer_) {
        return tl::unexpected(MediaRefusal{.code = 400, .warning = 399, .text = "no answer to an offer of ours"});
    }
    const bool fax = own_offer_->media[own_line_].type == "image";
    auto media = fax ? accept_fax(*answer, own_line_)
                     : accept_answer(*own_offer_, *answer, own_line_, own_security_, own_choice_);
    if (media) {
        settle(*own_offer_, *answer, own_line_, *media);
    }
    return media;
}

void MediaExchange::abandon()
{
    peer_offer_.reset();
    own_offer_.reset();
}

/// The m= line for our next offer: the one in use, unless another has carried that type before.
std::size_t MediaExchange::line_for(std::string_view type) const
{
    const auto of_type = [type](const SdpMedia& line) { return line.type == type; };
    const auto first = std::find_if(lines_.begin(), lines_.end(), of_type);
    const bool in_use = line_ < lines_.size() && of_type(lines_[line_]);
    return in_use || first == lines_.end() ? line_ : static_cast<std::size_t>(first - lines_.begin());
}

/// Who has begun an association goes on as who has: another role would mean another association (RFC 8842 §5.3).
MediaCapabilities MediaExchange::with_role(MediaCapabilities capabilities) const
{
    capabilities.setup = role_.value_or(capabilities.setup);
    return capabilities;
}

void MediaExchange::settle(const SessionDescription& own, const SessionDescription& peer, std::size_t line,
                           const NegotiatedMedia& media)
{
    role_.reset();
    if (media.dtls) {
        role_ = media.dtls->client ? DtlsSetup::Active : DtlsSetup::Passive;
    }
    remember(numbers_, own.media[line].formats);
    if (line < peer.media.size()) {
        remember(numbers_, peer.media[line].formats);
    }
    lines_ = own.media;
    line_ = line;
    settled_ = true;
    abandon();
}

}  // namespace rb::sip
