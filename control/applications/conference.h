// conference.h — who may do what in a room at the moment, worked out anew whenever somebody comes, goes or is muted.
#pragma once

#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

#include <optional>
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

/// Puts a channel into a prepared room; false when the room's worker is full.
[[nodiscard]] bool enter_room(engine::CallEngine& engine, engine::Channel& channel, engine::Room& room,
                              const config::UserProfile& profile);

/// Takes a channel out; the last one takes the room with it. Members that end with the last marked one are told by
/// Application::on_time through a wake-up.
void leave_room(engine::CallEngine& engine, engine::Channel& channel, const std::string& name);

/// Makes a member leave; its application sees to it at once, and sets CONFBRIDGE_RESULT to KICKED.
void kick_member(engine::CallEngine& engine, engine::Room& room, engine::ChannelRef member);

/// Mutes or unmutes a member; false when it is not in the room.
bool mute_member(engine::CallEngine& engine, engine::Room& room, engine::ChannelRef member, bool muted);

/// Sends every member what follows from the state of the room: who is heard, who hears, who gets music.
void refresh_room(engine::CallEngine& engine, engine::Room& room);

}  // namespace rb::applications
