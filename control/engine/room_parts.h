// room_parts.h — where the members of a room are mixed: on one worker, and on several once it is larger than one may
// hold.
#pragma once

#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

#include <cstddef>
#include <optional>

namespace rb::engine {

/// Makes the part of a room that lies on a worker and joins it to those there are; false when the worker has no place.
[[nodiscard]] bool add_part(CallEngine& engine, Room& room, std::size_t worker);

/// Finds a place for one more: in the first part with fewer than `parties_max` members, else in a new part on the
/// worker with the fewest legs, else, when every worker has its part, in the smallest. Moves the channel there.
/// Returns the part, counted as one larger; nothing when no worker has a place.
[[nodiscard]] std::optional<std::size_t> place_in_room(CallEngine& engine, Room& room, Channel& channel,
                                                       std::uint32_t parties_max);

/// Moves a member to another part of its room; false when the worker there is full.
[[nodiscard]] bool move_to_part(CallEngine& engine, Room& room, Member& member, Channel& channel, std::size_t part);

/// Gives the bridges of an empty room back.
void return_parts(CallEngine& engine, const Room& room);

}  // namespace rb::engine
