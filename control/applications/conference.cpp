#include "control/applications/conference.h"

#include "control/applications/conference_hearing.h"
#include "control/applications/conference_sounds.h"
#include "control/engine/hold.h"
#include "control/engine/room_parts.h"
#include "control/engine/room_rate.h"
#include "control/engine/room_tracks.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::CallEngine;
using engine::Channel;
using engine::Member;
using engine::Room;

constexpr std::uint32_t kFirstCapacity = 8;

/// How a member takes part: those who wait for a marked one neither speak nor hear.
media::PartyOptions options_of(const Room& room, const Member& member)
{
    const config::UserProfile& profile = member.profile;
    const bool waiting = is_waiting(room, member);
    return {.muted = member.muted || waiting || (room.participants_muted && !profile.admin),
            .deaf = member.deaf || waiting || member.spared,
            .report_talk = true,
            .pass_dtmf = profile.dtmf_passthrough && !member.has_menu,
            .drop_silence = profile.dsp_drop_silence,
            .gain_in_db = static_cast<std::int8_t>(member.talking_gain_db),
            .gain_out_db = static_cast<std::int8_t>(member.listening_gain_db),
            .talk = {.magnitude = profile.dsp_talking_threshold, .silence = profile.dsp_silence_threshold}};
}

/// Its application sees at once that it is to leave, and why.
void make_leave(CallEngine& engine, Member& member, const char* why)
{
    Channel* channel = engine.channels().find(member.channel);
    if (channel != nullptr && member.leaving.empty()) {
        member.leaving = why;
        if (!member.away) {  // else it sees that when it is back
            engine.wake_at(*channel, engine.now());
        }
    }
}

bool remove_if_empty(CallEngine& engine, Room& room)
{
    if (!room.members.empty()) {
        return false;
    }
    engine.reports().room_ended(room);
    engine.recordings().stop_tracks(room);
    engine::return_parts(engine, room);
    engine.rooms().remove(std::string{room.name});
    return true;
}

/// What the others hear of somebody who comes.
void announce_arrival(CallEngine& engine, Room& room, const Member& newcomer, bool first_marked)
{
    const config::UserProfile& profile = newcomer.profile;
    if (!profile.quiet) {
        const bool own_too = profile.hear_own_join_sound;
        engine.play_to_room(room, {.names = {room_sound(room.profile, "sound_join")},
                                   .tell = own_too ? engine::ChannelRef{} : newcomer.channel});
        if (!newcomer.name_file.empty()) {
            engine.play_to_room(
                room, {.names = {newcomer.name_file, room_sound(room.profile, "sound_has_joined")}, .tell = {}});
        }
        if (profile.announce_user_count_all > 0 && room.members.size() > profile.announce_user_count_all) {
            engine.play_to_room(room, {.names = say_others(room.profile, room.members.size() - 1), .tell = {}});
        }
    }
    const auto waited = [](const Member& member) { return member.profile.wait_marked; };
    if (first_marked && std::any_of(room.members.begin(), room.members.end(), waited)) {
        engine.play_to_room(room, {.names = {room_sound(room.profile, "sound_place_into_conference"),
                                             room_sound(room.profile, "sound_begin")},
                                   .tell = {}});
    }
}

void announce_departure(CallEngine& engine, Room& room, const Member& gone)
{
    if (gone.profile.quiet) {
        return;
    }
    engine.play_to_room(room, {.names = {room_sound(room.profile, "sound_leave")}, .tell = {}});
    if (!gone.name_file.empty()) {
        engine.play_to_room(room, {.names = {gone.name_file, room_sound(room.profile, "sound_has_left")}, .tell = {}});
    }
}

/// What the going of a marked member means for the others.
void marked_one_left(CallEngine& engine, Room& room)
{
    const bool last = !has_marked(room);
    for (Member& left : room.members) {
        if (left.profile.end_marked_any || (last && left.profile.end_marked)) {
            make_leave(engine, left, "ENDMARKED");
        } else if (last && left.profile.wait_marked) {
            tell_member(engine, left, {room_sound(room.profile, "sound_leader_has_left")});
        }
    }
}

bool same(const media::PartyOptions& a, const media::PartyOptions& b)
{
    return a.muted == b.muted && a.deaf == b.deaf && a.gain_in_db == b.gain_in_db && a.gain_out_db == b.gain_out_db;
}

}  // namespace

bool has_marked(const Room& room)
{
    return room.marked > 0;
}

bool is_waiting(const Room& room, const Member& member)
{
    return member.profile.wait_marked && !has_marked(room);
}

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
                             .rate = engine::room_rate(profile, engine::codec_rate(channel.media)),
                             .talkers_max = config.node.workers.talkers_max,
                             .parties = kFirstCapacity},
                  .parts = {},
                  .made_at = engine.now(),
                  .serial = engine.new_serial()};
        if (!engine::add_part(engine, made, channel.media.worker)) {
            return Entry::NoRoom;
        }
        engine.reports().room_made(engine.rooms().add(std::move(made)));
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

bool enter_room(CallEngine& engine, Channel& channel, Room& room, Member member)
{
    const std::uint32_t parties_max = engine.configuration().snapshot->node.workers.room_parties_max;
    const auto part = engine::place_in_room(engine, room, channel, parties_max);
    if (!part) {
        remove_if_empty(engine, room);
        return false;
    }
    const bool first_marked = member.profile.marked && !has_marked(room);
    member.channel = channel.ref;
    member.part = *part;
    member.muted = member.profile.startmuted;
    member.spared = !member.profile.quiet && !member.profile.hear_own_join_sound && !room.members.empty();
    Member& newcomer = room.members.add(std::move(member));
    room.marked += newcomer.profile.marked ? 1U : 0U;
    engine.log(2, channel, "joined room " + room.name + " as one of " + std::to_string(room.members.size()));
    engine.reports().entered(room, channel);
    engine::note_codec(room, newcomer, channel);
    newcomer.denoised = newcomer.profile.denoise && !channel.clean_in.denoise;
    if (newcomer.denoised) {
        engine.set_denoise(channel, true);
    }
    if (first_marked || room.members.size() == 2) {
        refresh_room(engine, room);  // who waited need not any more, and who was alone is so no longer
    } else {
        refresh_member(engine, room, newcomer);
    }
    engine::settle_rate(engine, room);
    if (room.profile.record_conference && room.members.size() == 1) {
        record_room(engine, room, {});
    }
    if (room.profile.record_tracks && room.members.size() == 1) {
        record_tracks(engine, room, {});
    }
    announce_arrival(engine, room, Member{room.members.back()}, first_marked);
    return true;
}

void leave_room(CallEngine& engine, Channel& channel, const std::string& name)
{
    Room* room = engine.rooms().find(name);
    if (room == nullptr) {
        return;
    }
    if (room->members.find(channel.ref) == nullptr) {
        remove_if_empty(engine, *room);  // it was made for a caller who left while still being greeted
        return;
    }
    const Member gone = room->members.remove(channel.ref);
    room->marked -= gone.profile.marked ? 1U : 0U;
    --room->parts[gone.part].members;
    engine::forget_codec(*room, gone);
    forget_in_hearing(engine, *room, gone);
    engine.log(2, channel, "left room " + name + ", where " + std::to_string(room->members.size()) + " remain");
    if (gone.denoised) {
        engine.set_denoise(channel, false);
    }
    engine.stop_playing(channel);
    engine.leave(channel);
    engine.reports().left(*room, channel);
    if (remove_if_empty(engine, *room)) {
        return;
    }
    if (gone.profile.marked) {
        marked_one_left(engine, *room);
    }
    if (room->members.size() == 1 || (gone.profile.marked && !has_marked(*room))) {
        refresh_room(engine, *room);
    }
    engine::settle_rate(engine, *room);
    announce_departure(engine, *room, gone);
}

void kick_member(CallEngine& engine, Room& room, engine::ChannelRef ref)
{
    if (Member* member = room.members.find(ref)) {
        make_leave(engine, *member, "KICKED");
    }
}

bool mute_member(CallEngine& engine, Room& room, engine::ChannelRef channel, bool muted)
{
    Member* member = room.members.find(channel);
    if (member == nullptr) {
        return false;
    }
    member->muted = muted;
    refresh_member(engine, room, *member);
    return true;
}

bool deafen_member(CallEngine& engine, Room& room, engine::ChannelRef channel, bool deaf)
{
    Member* member = room.members.find(channel);
    if (member == nullptr) {
        return false;
    }
    member->deaf = deaf;
    refresh_member(engine, room, *member);
    return true;
}

void tell_member(CallEngine& engine, Member& member, std::vector<std::string> sounds)
{
    Channel* channel = engine.channels().find(member.channel);
    if (channel != nullptr && !member.away) {
        member.told = true;
        member.music = false;  // this takes its place
        engine.play(*channel, {.names = std::move(sounds)});
    }
}

void refresh_member(CallEngine& engine, Room& room, Member& member)
{
    engine.count_member_update();
    Channel* channel = engine.channels().find(member.channel);
    if (channel == nullptr || member.away) {
        return;
    }
    const media::PartyOptions options = options_of(room, member);
    if (!member.joined) {
        engine.recordings().begin_track(room, *channel);
        engine.listen_to(*channel);
        engine.join(*channel, room.parts[member.part].bridge, options);
    } else if (!same(options, member.options)) {
        engine.set_party(*channel, options);
    }
    if (options.muted != (member.joined && member.options.muted)) {
        engine.recordings().note_track(*channel, options.muted ? engine::TrackNews::Mute : engine::TrackNews::Unmute);
    }
    member.joined = true;
    member.options = options;
    const bool alone = room.members.size() == 1;
    const bool music = member.profile.music_on_hold_when_empty && !member.told && (alone || is_waiting(room, member));
    if (music == member.music) {
        return;
    }
    member.music = music;
    if (music) {
        engine.play(*channel, {.names = {"moh:" + engine::music_for(*channel, member.profile.music_on_hold_class)},
                               .loop = true,
                               .music = true,
                               .background = true});
    } else {
        engine.stop_playing(*channel);
    }
}

void refresh_room(CallEngine& engine, Room& room)
{
    for (Member& member : room.members) {
        refresh_member(engine, room, member);
    }
}

}  // namespace rb::applications
