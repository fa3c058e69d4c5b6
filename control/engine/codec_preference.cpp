#include "control/engine/codec_preference.h"

#include "control/engine/channel.h"
#include "control/engine/negotiation.h"
#include "signaling/offer_answer.h"

#include <algorithm>

namespace rb::engine {
namespace {

using config::CodecPrefs;
using config::IncomingOfferPref;
using config::OutgoingOfferPref;

bool has(const Codecs& list, codecs::CodecId codec)
{
    return std::ranges::find(list, codec) != list.end();
}

/// In the order of the first.
Codecs common(const Codecs& first, const Codecs& second)
{
    Codecs both;
    std::ranges::copy_if(first, std::back_inserter(both), [&](codecs::CodecId codec) { return has(second, codec); });
    return both;
}

Codecs merged(Codecs first, const Codecs& second)
{
    std::ranges::copy_if(second, std::back_inserter(first), [&](codecs::CodecId codec) { return !has(first, codec); });
    return first;
}

/// Those of its offer, or the one its answer has named or will name.
Codecs codecs_of(const Channel& channel)
{
    if (channel.media.adopted) {
        return {channel.media.codec};
    }
    Codecs offered;
    for (const sip::MediaFormat& format : channel.media.agreed->formats) {
        if (const auto codec = codec_of(format, channel.endpoint)) {
            offered.push_back(*codec);
        }
    }
    return offered;
}

bool prevented(const config::Endpoint& caller, const config::Endpoint& callee)
{
    return incoming_offer_prefs(caller).transcode == CodecPrefs::Transcode::Prevent ||
           outgoing_offer_prefs(callee).transcode == CodecPrefs::Transcode::Prevent;
}

void put_first(sip::NegotiatedMedia& media, codecs::CodecId codec, const config::Endpoint& endpoint)
{
    const auto format = std::ranges::find_if(
        media.formats, [&](const sip::MediaFormat& each) { return codec_of(each, endpoint) == codec; });
    if (format != media.formats.end()) {
        sip::change_over(media, format->payload_type);
    }
}

}  // namespace

Codecs configured_codecs(const config::Endpoint& endpoint)
{
    Codecs configured;
    for (const std::string& name : endpoint.allow) {
        if (const auto codec = codecs::codec_by_config_name(name)) {
            configured = merged(std::move(configured), {as_packed(*codec, endpoint)});
        }
    }
    return configured;
}

Codecs resolve(const CodecPrefs& prefs, const Codecs& pending, const Codecs& configured)
{
    const Codecs allowed = common(pending, configured);
    const bool as_they_come = prefs.prefer == CodecPrefs::Prefer::Pending;
    const Codecs& preferred = as_they_come ? allowed : configured;
    const Codecs& others = as_they_come ? configured : allowed;
    Codecs result;
    switch (prefs.operation) {
        case CodecPrefs::Operation::Union:
            result = merged(preferred, others);
            break;
        case CodecPrefs::Operation::Intersect:
            result = common(preferred, others);
            break;
        case CodecPrefs::Operation::OnlyPreferred:
            result = preferred;
            break;
        case CodecPrefs::Operation::OnlyNonpreferred:
            result = others;
            break;
    }
    if (prefs.keep == CodecPrefs::Keep::First && result.size() > 1) {
        result.resize(1);
    }
    return result;
}

CodecPrefs incoming_offer_prefs(const config::Endpoint& endpoint)
{
    if (endpoint.codec_prefs_incoming_offer) {
        return *endpoint.codec_prefs_incoming_offer;
    }
    const IncomingOfferPref pref = endpoint.incoming_call_offer_pref;
    const bool remote = pref == IncomingOfferPref::Remote || pref == IncomingOfferPref::RemoteFirst;
    const bool first = pref == IncomingOfferPref::LocalFirst || pref == IncomingOfferPref::RemoteFirst ||
                       endpoint.preferred_codec_only;
    return {.prefer = remote ? CodecPrefs::Prefer::Pending : CodecPrefs::Prefer::Configured,
            .keep = first ? CodecPrefs::Keep::First : CodecPrefs::Keep::All};
}

CodecPrefs outgoing_offer_prefs(const config::Endpoint& endpoint)
{
    if (endpoint.codec_prefs_outgoing_offer) {
        return *endpoint.codec_prefs_outgoing_offer;
    }
    using Prefer = CodecPrefs::Prefer;
    using Operation = CodecPrefs::Operation;
    using Keep = CodecPrefs::Keep;
    switch (endpoint.outgoing_call_offer_pref) {
        case OutgoingOfferPref::Local:
            return {.prefer = Prefer::Configured};
        case OutgoingOfferPref::LocalMerge:
            return {.prefer = Prefer::Configured, .operation = Operation::Union};
        case OutgoingOfferPref::LocalFirst:
            return {.prefer = Prefer::Configured, .keep = Keep::First};
        case OutgoingOfferPref::Remote:
            return {.prefer = Prefer::Pending};
        case OutgoingOfferPref::RemoteMerge:
            break;
        case OutgoingOfferPref::RemoteFirst:
            return {.prefer = Prefer::Pending, .operation = Operation::Union, .keep = Keep::First};
    }
    return {.prefer = Prefer::Pending, .operation = Operation::Union};
}

Codecs codecs_to_offer(const config::Endpoint& endpoint, const Channel* caller)
{
    const Codecs configured = configured_codecs(endpoint);
    const CodecPrefs prefs = outgoing_offer_prefs(endpoint);
    if (caller == nullptr || !caller->media.agreed) {
        return resolve(prefs, configured, configured);
    }
    const Codecs callers = codecs_of(*caller);
    if (prevented(caller->endpoint, endpoint)) {
        return resolve(prefs, callers, common(configured, callers));
    }
    const Codecs offered = resolve(prefs, callers, configured);
    return offered.empty() ? configured : offered;
}

void follow_callee(Channel& caller, const Channel& callee)
{
    ChannelMedia& media = caller.media;
    if (media.adopted || !media.agreed || !callee.media.agreed) {
        return;
    }
    std::optional<CodecPrefs> prefs = caller.endpoint.codec_prefs_outgoing_answer;
    if (!prefs && prevented(caller.endpoint, callee.endpoint)) {
        prefs = CodecPrefs{};
    }
    const Codecs chosen = prefs ? resolve(*prefs, codecs_of(callee), codecs_of(caller)) : Codecs{};
    if (!chosen.empty()) {
        media.followed = true;
        put_first(*media.agreed, chosen.front(), caller.endpoint);
    }
}

void stay_followed(const Channel& channel, sip::NegotiatedMedia& offered)
{
    if (channel.media.followed) {
        put_first(offered, channel.media.codec, channel.endpoint);
    }
}

sip::FormatChoice choice_of(const CodecPrefs& prefs)
{
    const bool other_way = prefs.operation == CodecPrefs::Operation::OnlyNonpreferred;
    const bool peers = (prefs.prefer == CodecPrefs::Prefer::Pending) != other_way;
    return {.order = peers ? sip::FormatOrder::Peers : sip::FormatOrder::Ours,
            .first_only = prefs.keep == CodecPrefs::Keep::First};
}

}  // namespace rb::engine
