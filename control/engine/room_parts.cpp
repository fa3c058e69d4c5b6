#include "control/engine/room_parts.h"

#include "control/engine/room_rate.h"

#include <algorithm>

namespace rb::engine {
namespace {

bool has_part_on(const Room& room, std::size_t worker)
{
    return std::ranges::any_of(room.parts, [worker](const RoomPart& part) { return part.worker == worker; });
}

/// The worker with the fewest legs among those without a part of the room.
std::optional<std::size_t> worker_for_part(CallEngine& engine, const Room& room)
{
    std::optional<std::size_t> best;
    for (std::size_t worker = 0; worker < engine.worker_count(); ++worker) {
        if (!has_part_on(room, worker) && (!best || engine.worker(worker).legs() < engine.worker(*best).legs())) {
            best = worker;
        }
    }
    return best;
}

/// Takes the channel into a part, growing its list where it is full.
bool take_in(CallEngine& engine, RoomPart& part, Channel& channel)
{
    if (!engine.place(channel, part.worker)) {
        return false;
    }
    if (part.members == part.capacity) {
        part.capacity *= 2;
        engine.grow_bridge(part.worker, part.bridge, part.capacity);
    }
    ++part.members;
    return true;
}

}  // namespace

bool add_part(CallEngine& engine, Room& room, std::size_t worker)
{
    const bridges::BridgeRef bridge = engine.make_bridge(worker, room.bridge, &room);
    if (!bridge) {
        return false;
    }
    for (const RoomPart& other : room.parts) {
        if (!engine.add_trunk({.worker = other.worker, .bridge = other.bridge}, {.worker = worker, .bridge = bridge},
                              room_rate_max(room.profile))) {
            engine.return_bridge(worker, bridge);
            return false;
        }
    }
    room.parts.push_back({.worker = worker, .bridge = bridge, .capacity = room.bridge.parties});
    engine.recordings().record_tracks_of(room, room.parts.back());
    return true;
}

std::optional<std::size_t> place_in_room(CallEngine& engine, Room& room, Channel& channel, std::uint32_t parties_max)
{
    for (std::size_t i = 0; i < room.parts.size(); ++i) {
        if (room.parts[i].members < parties_max && take_in(engine, room.parts[i], channel)) {
            return i;
        }
    }
    if (const auto worker = worker_for_part(engine, room); worker && add_part(engine, room, *worker)) {
        if (take_in(engine, room.parts.back(), channel)) {
            return room.parts.size() - 1;
        }
    }
    const auto smallest = std::ranges::min_element(room.parts, {}, &RoomPart::members);
    if (!take_in(engine, *smallest, channel)) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(smallest - room.parts.begin());
}

bool move_to_part(CallEngine& engine, Room& room, Member& member, Channel& channel, std::size_t part)
{
    if (!take_in(engine, room.parts[part], channel)) {
        return false;
    }
    --room.parts[member.part].members;
    member.part = part;
    engine.join(channel, room.parts[part].bridge, member.options);
    return true;
}

void return_parts(CallEngine& engine, const Room& room)
{
    for (const RoomPart& part : room.parts) {
        engine.return_bridge(part.worker, part.bridge);
    }
}

}  // namespace rb::engine
