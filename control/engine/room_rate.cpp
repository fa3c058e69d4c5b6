#include "control/engine/room_rate.h"

#include <algorithm>

namespace rb::engine {
namespace {

/// The rate the members of a room call for, or the present one while it has none.
std::uint32_t wanted_rate(const Room& room)
{
    for (std::size_t i = bridges::kMixRates.size(); i-- > 0;) {
        if (room.codecs_by_rate[i] > 0) {
            return room_rate(room.profile, bridges::kMixRates[i]);
        }
    }
    return room.bridge.rate;
}

void change(CallEngine& engine, Room& room, std::uint32_t rate)
{
    room.lower_rate_at = kNever;
    engine.environment().log(3, "room " + room.name + " is mixed at " + std::to_string(rate) + " Hz from now on");
    engine.change_rate(room, rate);
}

}  // namespace

std::uint32_t room_rate(const config::BridgeProfile& profile, std::uint32_t best_codec)
{
    std::uint32_t rate = profile.internal_sample_rate == 0 ? best_codec : profile.internal_sample_rate;
    if (profile.maximum_sample_rate != 0) {
        rate = std::min(rate, profile.maximum_sample_rate);
    }
    return bridges::kMixRates.at(bridges::mix_rate_index(rate));
}

std::uint32_t room_rate_max(const config::BridgeProfile& profile)
{
    return room_rate(profile, bridges::kMixRates.back());
}

std::uint32_t codec_rate(const ChannelMedia& media)
{
    const codecs::CodecInfo& info = codecs::codec_info(media.codec);
    return info.any_rate ? std::min(info.sample_rate, media.opus.playback_rate) : info.sample_rate;
}

std::uint32_t rate_for_two(const ChannelMedia& one, const ChannelMedia& other)
{
    const bool one_any = codecs::codec_info(one.codec).any_rate;
    const bool other_any = codecs::codec_info(other.codec).any_rate;
    std::uint32_t rate = std::max(codec_rate(one), codec_rate(other));
    if (one_any && other_any) {
        rate = std::min(codec_rate(one), codec_rate(other));
    } else if (one_any || other_any) {
        rate = codec_rate(one_any ? other : one);
    }
    return bridges::kMixRates.at(bridges::mix_rate_index(rate));
}

void note_codec(Room& room, Member& member, const Channel& channel)
{
    forget_codec(room, member);
    member.codec_rate = codec_rate(channel.media);
    ++room.codecs_by_rate.at(bridges::mix_rate_index(member.codec_rate));
}

void forget_codec(Room& room, const Member& member)
{
    if (member.codec_rate != 0) {
        --room.codecs_by_rate.at(bridges::mix_rate_index(member.codec_rate));
    }
}

void settle_rate(CallEngine& engine, Room& room)
{
    const std::uint32_t wanted = wanted_rate(room);
    if (wanted >= room.bridge.rate) {
        room.lower_rate_at = kNever;
    }
    // While a change is under way nothing is decided: its end asks again.
    if (wanted == room.bridge.rate || room.rate_changes > 0) {
        return;
    }
    if (wanted > room.bridge.rate) {
        change(engine, room, wanted);
    } else if (room.lower_rate_at == kNever) {
        room.lower_rate_at = engine.now() + kLowerRateAfter;
        engine.wake_room_at(room, room.lower_rate_at);
    } else if (engine.now() >= room.lower_rate_at) {
        change(engine, room, wanted);
    }
}

}  // namespace rb::engine
