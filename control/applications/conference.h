// conference.h — what happens in a room: who comes and goes, who may do what at the moment, what all are told.
#pragma once

#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

#include <string>

namespace rb::applications {

/// What a caller must meet to get in.
enum class Entry : std::uint8_t {
    Welcome,
    Full,
    Locked,
    NoRoom
};

/// The room of this name, made if need be, with a place for one more on its worker.
[[nodiscard]] Entry prepare_room(engine::CallEngine& engine, engine::Channel& channel, const std::string& name,
                                 const config::BridgeProfile& profile, bool admin);

/// Puts a channel into a prepared room, and tells the others; false when the room's worker is full.
///
/// member   its channel and profiles; the rest is worked out here
[[nodiscard]] bool enter_room(engine::CallEngine& engine, engine::Channel& channel, engine::Room& room,
                              engine::Member member);

/// Takes a channel out; the last one takes the room with it. Members that end with a marked one are made to leave.
void leave_room(engine::CallEngine& engine, engine::Channel& channel, const std::string& name);

/// Makes a member leave; its application sees to it at once, and sets CONFBRIDGE_RESULT to KICKED.
void kick_member(engine::CallEngine& engine, engine::Room& room, engine::ChannelRef member);

/// Mutes or unmutes a member; false when it is not in the room.
bool mute_member(engine::CallEngine& engine, engine::Room& room, engine::ChannelRef member, bool muted);

/// Whether a member hears nothing of the room; false when it is not in it.
bool deafen_member(engine::CallEngine& engine, engine::Room& room, engine::ChannelRef member, bool deaf);

/// Plays to one member alone, in place of the room and of its music; Application::on_played tells the end, upon which
/// `told` is to be taken back.
void tell_member(engine::CallEngine& engine, engine::Member& member, std::vector<std::string> sounds);

/// Sends one member what follows from its state and that of the room: whether it is heard, hears, gets music.
void refresh_member(engine::CallEngine& engine, engine::Room& room, engine::Member& member);
/// The same for every member: for changes that concern them all.
void refresh_room(engine::CallEngine& engine, engine::Room& room);

/// Whether a member waits for a marked one.
[[nodiscard]] bool is_waiting(const engine::Room& room, const engine::Member& member);
[[nodiscard]] bool has_marked(const engine::Room& room);

/// Begins to record the mix. An empty name is that of the profile, or made of room and time.
bool record_room(engine::CallEngine& engine, engine::Room& room, const std::string& file);
/// Begins to record each member into a file of its own, in a directory of this name without its extension, which names
/// the format of the files.
bool record_tracks(engine::CallEngine& engine, engine::Room& room, const std::string& file);

}  // namespace rb::applications
