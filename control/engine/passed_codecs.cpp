#include "control/engine/passed_codecs.h"

#include "codecs/codec_info.h"
#include "control/engine/call_engine.h"
#include "control/engine/negotiation.h"
#include "signaling/offer_answer.h"
#include "signaling/payload_types.h"
#include "signaling/text.h"

#include <algorithm>
#include <utility>

namespace rb::engine {
namespace {

const sip::MediaFormat* find_same(const std::vector<sip::MediaFormat>& formats, const sip::MediaFormat& wanted)
{
    const auto found = std::ranges::find_if(formats, [&](const auto& format) { return same_format(format, wanted); });
    return found == formats.end() ? nullptr : &*found;
}

const sip::MediaFormat* find_codec(const std::vector<sip::MediaFormat>& formats, codecs::CodecId codec)
{
    const codecs::CodecInfo& info = codecs::codec_info(codec);
    return find_same(formats, {.encoding = std::string{info.encoding_name},
                               .clock_rate = info.clock_rate,
                               .channels = info.channels,
                               .fmtp = {}});
}

bool any_audible(const std::vector<sip::MediaFormat>& formats)
{
    return !std::ranges::all_of(formats, is_passed_only);
}

bool has_passed_codec(const Channel& channel)
{
    return channel.media.adopted && codecs::codec_info(channel.media.codec).passed_only;
}

/// What a channel's peer can have: as its SDP says, or before there is any as its endpoint allows.
std::vector<sip::MediaFormat> formats_of_peer(const Channel& channel)
{
    return channel.media.agreed ? channel.media.agreed->formats
                                : capabilities_of(channel.endpoint, *channel.config).formats;
}

/// Who is at the other end of a call: its caller, or of those it has dialled the one whose media there are.
const Channel* other_end(CallEngine& engine, const Channel& channel)
{
    if (const Channel* caller = engine.channels().find(engine.parent_of(channel.ref))) {
        return caller;
    }
    const Channel* callee = nullptr;
    engine.channels().for_each([&](ChannelRef ref, const Channel& other) {
        const bool there = other.media.adopted && !other.gone;
        const bool dialled = there && engine.parent_of(ref) == channel.ref;
        callee = dialled && (callee == nullptr || other.state == ChannelState::Up) ? &other : callee;
    });
    return callee;
}

/// RFC 4856 §2.1.9: annex B may be sent unless it is said that it may not.
bool may_use_annex_b(std::string_view fmtp)
{
    while (!fmtp.empty()) {
        auto parameter = sip::take_until(fmtp, ';');
        const auto name = sip::trim(sip::take_until(parameter, '='));
        if (sip::equal_ignoring_case(name, "annexb")) {
            return !sip::equal_ignoring_case(sip::trim(parameter), "no");
        }
    }
    return true;
}

/// The same of a channel in this format: its peer, and what we have told it already.
bool may_use_annex_b(const Channel& channel, const sip::MediaFormat& format)
{
    const sip::MediaFormat* said = channel.media.agreed ? find_same(channel.media.agreed->formats, format) : nullptr;
    const sip::MediaFormat* told =
        channel.media.adopted ? find_same(channel.media.local.capabilities.formats, format) : said;
    return said != nullptr && told != nullptr && may_use_annex_b(said->fmtp) && may_use_annex_b(told->fmtp);
}

const char* annex_b(bool may) noexcept
{
    return may ? "annexb=yes" : "annexb=no";
}

std::string name_of(const Channel& channel)
{
    return std::string{codecs::codec_info(channel.media.codec).config_name};
}

bool may_offer(const Channel& channel)
{
    return channel.state == ChannelState::Up && !channel.hanging_up && !channel.media.fax;
}

/// A re-INVITE with these formats and no others.
void offer(CallEngine& engine, const Channel& channel, std::vector<sip::MediaFormat> formats)
{
    sip::LocalMedia local = channel.media.local;
    local.capabilities.formats = std::move(formats);
    engine.environment().post(sip::Reoffer{.session = channel.session, .media = std::move(local)});
}

/// Offers what can be heard here, where the peer has ever spoken of such.
bool offer_audible(CallEngine& engine, const Channel& channel)
{
    auto formats = capabilities_of(channel.endpoint, *channel.config).formats;
    std::erase_if(formats, is_passed_only);
    if (!channel.media.audible || formats.empty()) {
        return false;
    }
    offer(engine, channel, std::move(formats));
    return true;
}

}  // namespace

bool is_passed_only(const sip::MediaFormat& format)
{
    const auto codec = codecs::codec_by_rtpmap({.encoding_name = format.encoding,
                                                .clock_rate = format.clock_rate,
                                                .channels = static_cast<std::uint8_t>(format.channels)});
    return codec && codecs::codec_info(*codec).passed_only;
}

bool narrow_offer(sip::MediaCapabilities& own, const Channel& caller)
{
    const auto theirs = formats_of_peer(caller);
    const bool heard = any_audible(theirs);
    std::erase_if(own.formats, [&](const sip::MediaFormat& format) {
        return is_passed_only(format) ? find_same(theirs, format) == nullptr : !heard;
    });
    // Of which nothing could be recorded, or for which the caller would have to be asked again.
    const bool better_not = caller.media.monitored || (caller.media.adopted && !has_passed_codec(caller));
    if (better_not && any_audible(own.formats)) {
        std::erase_if(own.formats, is_passed_only);
    }
    for (sip::MediaFormat& format : own.formats) {
        if (is_passed_only(format)) {
            format.fmtp = annex_b(may_use_annex_b(caller, format));
        }
    }
    if (has_passed_codec(caller)) {
        std::ranges::stable_partition(own.formats, is_passed_only);
    }
    return !own.formats.empty();
}

void narrow_own_offer(CallEngine& engine, Channel& channel)
{
    auto& formats = channel.media.local.capabilities.formats;
    if (std::ranges::none_of(formats, is_passed_only) || !any_audible(formats)) {
        return;
    }
    const Channel* other = other_end(engine, channel);
    if (other != nullptr && has_passed_codec(*other)) {
        std::ranges::stable_partition(formats, is_passed_only);
    } else {
        std::erase_if(formats, is_passed_only);
    }
}

sip::NegotiatedMedia suited(CallEngine& engine, const Channel& channel, sip::NegotiatedMedia agreed)
{
    const auto& formats = agreed.formats;
    if (std::ranges::none_of(formats, is_passed_only)) {
        return agreed;
    }
    const Channel* other = other_end(engine, channel);
    const bool settled = other != nullptr && other->media.adopted;
    const sip::MediaFormat* wanted =
        settled && has_passed_codec(*other) ? find_codec(formats, other->media.codec) : nullptr;
    const bool may_pass =
        other != nullptr && !settled && find_same(formats_of_peer(*other), formats.front()) != nullptr;
    if (wanted == nullptr && is_passed_only(formats.front()) && !may_pass && any_audible(formats)) {
        wanted = &*std::ranges::find_if_not(formats, is_passed_only);
    }
    if (wanted != nullptr) {
        sip::change_over(agreed, wanted->payload_type);
    }
    return agreed;
}

void settle_annex_b(CallEngine& engine, Channel& channel)
{
    ChannelMedia& media = channel.media;
    for (sip::MediaFormat& format : media.local.capabilities.formats) {
        if (is_passed_only(format)) {
            const sip::MediaFormat* said = find_same(media.agreed->formats, format);
            const Channel* other = other_end(engine, channel);
            format.fmtp = annex_b(said != nullptr && may_use_annex_b(said->fmtp) && other != nullptr &&
                                  may_use_annex_b(*other, format));
        }
    }
}

void reconcile(CallEngine& engine, Channel& one, Channel& other)
{
    Channel& passes = has_passed_codec(one) ? one : other;
    Channel& hears = &passes == &one ? other : one;
    if (!has_passed_codec(passes) || !hears.media.adopted || passes.media.codec == hears.media.codec) {
        return;
    }
    const std::string trouble = name_of(passes) + " is only passed on, but " + hears.name + " has " + name_of(hears);
    const sip::MediaFormat* same = find_codec(hears.media.agreed->formats, passes.media.codec);
    const bool both_up = may_offer(passes) && may_offer(hears);
    if (both_up && same != nullptr) {
        sip::MediaFormat format = *same;
        format.fmtp = annex_b(false);
        engine.log(1, passes, trouble + ": unless that changes over to it, neither hears the other");
        return offer(engine, hears, {std::move(format)});
    }
    const bool asked = both_up && offer_audible(engine, passes);
    engine.log(1, passes,
               trouble + (asked ? ": unless this changes over to another, neither hears the other"
                                : ": neither hears the other"));
}

bool want_audio(CallEngine& engine, Channel& channel)
{
    if (!has_passed_codec(channel) || other_end(engine, channel) != nullptr) {
        return false;
    }
    ChannelMedia& media = channel.media;
    if (!std::exchange(media.audio_wanted, true)) {
        media.audio_awaited = may_offer(channel) && offer_audible(engine, channel);
        engine.log(1, channel,
                   name_of(channel) + " is only passed on" +
                       (media.audio_awaited ? ": asks for another codec"
                                            : ", and nothing else was offered: what is said is not heard "
                                              "here, and nothing can be played"));
    }
    return media.audio_awaited;
}

}  // namespace rb::engine
