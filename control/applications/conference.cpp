#include "control/applications/conference.h"

#include "control/engine/room_parts.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::CallEngine;
using engine::Channel;
using engine::Member;
using engine::Room;

constexpr std::uint32_t kFirstCapacity = 8;

bool has_marked(const Room& room)
{
    return std::any_of(room.members.begin(), room.members.end(), [](const Member& m) { return m.profile.marked; });
}

/// The rate of a new room: what its profile fixes, else the best of the first caller's codec.
std::uint32_t rate_for(const config::BridgeProfile& profile, const Channel& first)
{
    std::uint32_t rate = profile.internal_sample_rate;
    if (rate == 0) {
        rate = codecs::codec_info(first.media.codec).sample_rate;
    }
    if (profile.maximum_sample_rate != 0) {
        rate = std::min(rate, profile.maximum_sample_rate);
    }
    return rate <= 8000 ? 8000 : rate <= 16000 ? 16000 : 48000;
}

/// How a member takes part: those who wait for a marked one neither speak nor hear.
media::PartyOptions options_of(const Member& member, bool waiting)
{
    return {.muted = member.muted || waiting,
            .deaf = waiting,
            .report_talk = true,
            .pass_dtmf = member.profile.dtmf_passthrough};
}

/// Its application sees at once that it is to leave, and why.
void make_leave(CallEngine& engine, Member& member, const char* why)
{
    Channel* channel = engine.channels().find(member.channel);
    if (channel != nullptr && member.leaving.empty()) {
        member.leaving = why;
        engine.wake_at(*channel, engine.now());
    }
}

bool remove_if_empty(CallEngine& engine, const Room& room)
{
    if (!room.members.empty()) {
        return false;
    }
    engine::return_parts(engine, room);
    engine.rooms().remove(std::string{room.name});
    return true;
}

}  // namespace

Entry prepare_room(CallEngine& engine, Channel& channel, const std::string& name, const config::BridgeProfile& profile,
                   bool admin)
{
    Room* room = engine.rooms().find(name);
    if (room == nullptr) {
        const config::Snapshot& config = *engine.configuration().snapshot;
        if (engine.rooms().size() >= config.node.limits.rooms_max) {
            return Entry::NoRoom;
        }
        Room made{.name = name,
                  .profile = profile,
                  .bridge = {.kind = bridges::BridgeKind::Conference,
                             .rate = rate_for(profile, channel),
                             .talkers_max = config.node.workers.talkers_max,
                             .parties = kFirstCapacity},
                  .parts = {},
                  .made_at = engine.now(),
                  .members = {}};
        if (!engine::add_part(engine, made, channel.media.worker)) {
            return Entry::NoRoom;
        }
        engine.rooms().add(std::move(made));
        return Entry::Welcome;
    }
    if (room->locked && !admin) {
        return Entry::Locked;
    }
    if (room->profile.max_members > 0 && room->members.size() >= room->profile.max_members && !admin) {
        return Entry::Full;
    }
    return Entry::Welcome;
}

bool enter_room(CallEngine& engine, Channel& channel, Room& room, const config::UserProfile& profile)
{
    const std::uint32_t parties_max = engine.configuration().snapshot->node.workers.room_parties_max;
    const auto part = engine::place_in_room(engine, room, channel, parties_max);
    if (!part) {
        return false;
    }
    room.members.push_back({.channel = channel.ref, .profile = profile, .muted = profile.startmuted, .part = *part});
    refresh_room(engine, room);
    if (!profile.quiet && room.members.size() > 1) {
        const auto sound = room.profile.sounds.find("sound_join");
        engine.play_to_room(room, {sound == room.profile.sounds.end() ? "confbridge-join" : sound->second});
    }
    return true;
}

void leave_room(CallEngine& engine, Channel& channel, const std::string& name)
{
    Room* room = engine.rooms().find(name);
    if (room == nullptr) {
        return;
    }
    const auto member = std::find_if(room->members.begin(), room->members.end(),
                                     [&](const Member& m) { return m.channel == channel.ref; });
    if (member == room->members.end()) {
        remove_if_empty(engine, *room);  // it was made for a caller who left while still being greeted
        return;
    }
    const config::UserProfile profile = member->profile;
    --room->parts[member->part].members;
    room->members.erase(member);
    engine.stop_playing(channel);
    engine.leave(channel);
    if (remove_if_empty(engine, *room)) {
        return;
    }
    if (profile.marked && !has_marked(*room)) {
        for (Member& left : room->members) {
            if (left.profile.end_marked) {
                make_leave(engine, left, "ENDMARKED");
            }
        }
    }
    refresh_room(engine, *room);
    if (!profile.quiet) {
        const auto sound = room->profile.sounds.find("sound_leave");
        engine.play_to_room(*room, {sound == room->profile.sounds.end() ? "confbridge-leave" : sound->second});
    }
}

void kick_member(CallEngine& engine, Room& room, engine::ChannelRef ref)
{
    for (Member& member : room.members) {
        if (member.channel == ref) {
            make_leave(engine, member, "KICKED");
        }
    }
}

bool mute_member(CallEngine& engine, Room& room, engine::ChannelRef channel, bool muted)
{
    for (Member& member : room.members) {
        if (member.channel == channel) {
            member.muted = muted;
            refresh_room(engine, room);
            return true;
        }
    }
    return false;
}

void refresh_room(CallEngine& engine, Room& room)
{
    const bool marked = has_marked(room);
    for (Member& member : room.members) {
        Channel* channel = engine.channels().find(member.channel);
        if (channel == nullptr) {
            continue;
        }
        const bool waiting = member.profile.wait_marked && !marked;
        const bool alone = room.members.size() == 1;
        const media::PartyOptions options = options_of(member, waiting);
        if (!member.joined) {
            member.joined = true;
            engine.join(*channel, room.parts[member.part].bridge, options);
        } else if (options.muted != member.options.muted || options.deaf != member.options.deaf) {
            channel->media.party = options;
            engine.command(*channel, command::SetParty{.leg = channel->media.leg, .options = options});
        }
        member.options = options;
        const bool music = member.profile.music_on_hold_when_empty && (alone || waiting);
        if (music != member.music) {
            member.music = music;
            if (music) {
                engine.play(*channel, {.names = {"moh:" + member.profile.music_on_hold_class},
                                       .loop = true,
                                       .music = true,
                                       .background = true});
            } else {
                engine.stop_playing(*channel);
            }
        }
    }
}

}  // namespace rb::applications
