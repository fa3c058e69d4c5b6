#include "control/engine/codec_preference.h"

#include <algorithm>

namespace rb::engine {
namespace {

using config::CodecPrefs;
using config::IncomingOfferPref;

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

}  // namespace

Codecs configured_codecs(const config::Endpoint& endpoint)
{
    Codecs configured;
    for (const std::string& name : endpoint.allow) {
        if (const auto codec = codecs::codec_by_config_name(name)) {
            configured.push_back(*codec);
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

sip::FormatChoice choice_of(const CodecPrefs& prefs)
{
    const bool other_way = prefs.operation == CodecPrefs::Operation::OnlyNonpreferred;
    const bool peers = (prefs.prefer == CodecPrefs::Prefer::Pending) != other_way;
    return {.order = peers ? sip::FormatOrder::Peers : sip::FormatOrder::Ours,
            .first_only = prefs.keep == CodecPrefs::Keep::First};
}

}  // namespace rb::engine
