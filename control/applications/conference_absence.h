// conference_absence.h — members who are away for a while: the plan runs on their channels, and the room goes on.
#pragma once

#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

namespace rb::applications {

/// Takes a member's channel out of the bridge. It stays a member: the room keeps its place, and may mute or kick it.
void step_out(engine::CallEngine& engine, engine::Room& room, engine::Member& member);

/// Brings it back, as it is to take part by now; false when the worker of its place is full.
[[nodiscard]] bool step_in(engine::CallEngine& engine, engine::Room& room, engine::Member& member);

}  // namespace rb::applications
