#include "control/engine/rooms.h"

namespace rb::engine {

Room* Rooms::find(const std::string& name)
{
    const auto found = rooms_.find(name);
    return found == rooms_.end() ? nullptr : &found->second;
}

const Room* Rooms::find(const std::string& name) const
{
    const auto found = rooms_.find(name);
    return found == rooms_.end() ? nullptr : &found->second;
}

Room& Rooms::add(Room room)
{
    const std::string name = room.name;
    return rooms_.insert_or_assign(name, std::move(room)).first->second;
}

}  // namespace rb::engine
