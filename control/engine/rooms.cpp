#include "control/engine/rooms.h"

#include <algorithm>

namespace rb::engine {

Room* Rooms::find(const std::string& name)
{
    const auto found = rooms_.find(name);
    return found == rooms_.end() ? nullptr : &found->second;
}

Member* find_member(Room& room, ChannelRef channel)
{
    const auto found = std::find_if(room.members.begin(), room.members.end(),
                                    [channel](const Member& member) { return member.channel == channel; });
    return found == room.members.end() ? nullptr : &*found;
}

Room& Rooms::add(Room room)
{
    const std::string name = room.name;
    return rooms_.insert_or_assign(name, std::move(room)).first->second;
}

}  // namespace rb::engine
