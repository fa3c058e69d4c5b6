// conference_actions.h — what the keys of a menu do in a room.
#pragma once

#include "control/applications/conference_menu.h"
#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

#include <cstdint>

namespace rb::applications {

enum class ActionResult : std::uint8_t {
    Done,
    Telling,  ///< a sound plays to the member; the next action waits for its end
    Leaves,   ///< the member wants to leave
    Goes,     ///< the member is away: the plan is to run on its channel
};

/// Carries an action out for a member. Those of admins do nothing for others.
ActionResult carry_out(engine::CallEngine& engine, engine::Room& room, engine::Member& member,
                       const MenuAction& action);

/// Sends keys of a member to the others.
void pass_keys(engine::CallEngine& engine, engine::Room& room, const engine::Member& member, const std::string& keys);

}  // namespace rb::applications
