// rooms.h — conference rooms by name: which bridge each one is, who sits in it, and what its profile says.
#pragma once

#include "bridges/bridge.h"
#include "control/config/objects.h"
#include "control/engine/channel.h"
#include "control/engine/members.h"

#include <array>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace rb::engine {

/// Sounds played to everybody in a room.
struct RoomSound {
    std::vector<std::string> names;
    ChannelRef tell;  ///< whose application is told when they are over
};

/// The members of a room on one worker.
struct RoomPart {
    std::size_t worker = 0;
    bridges::BridgeRef bridge;
    std::uint32_t capacity = 0;  ///< parties the bridge's list holds
    std::uint32_t members = 0;
    ChannelRef speaker{};  ///< who leads the conversation among them
};

struct Room {
    std::string name;
    config::BridgeProfile profile;
    bridges::BridgeOptions bridge;  ///< of each part
    /// On workers of their own, joined each with each by trunks; the first plays to and records the whole room.
    std::vector<RoomPart> parts;
    std::array<std::uint32_t, bridges::kMixRates.size()> codecs_by_rate{};  ///< members by the mix their codec is worth
    std::size_t rate_changes = 0;       ///< parts that are going over to another rate
    Nanos lower_rate_at = kNever;       ///< when the members have called for less for long enough
    ChannelRef speaker{};               ///< who leads the conversation; none before the first has spoken
    std::uint64_t speaker_changes = 0;  ///< how often that was another
    bool locked = false;
    Nanos made_at = 0ns;
    std::uint64_t serial = 0;         ///< tells it from an earlier room of this name
    bool participants_muted = false;  ///< all but the admins
    std::uint64_t recording = 0;      ///< tag of the recording of the mix; 0 = none
    std::uint64_t tracks = 0;         ///< tag of the recording that keeps members apart; 0 = none
    std::deque<RoomSound> sounds;     ///< what plays to everybody, and what waits for its turn
    bool plays = false;               ///< the first of them has been read
    Members members;
    std::size_t marked = 0;   ///< of them
    bool exceptions = false;  ///< some of them may hear others otherwise than the rest do
};

/// Owner: the call engine.
class Rooms {
public:
    [[nodiscard]] Room* find(const std::string& name);
    [[nodiscard]] const Room* find(const std::string& name) const;
    Room& add(Room room);
    void remove(const std::string& name) { rooms_.erase(name); }
    [[nodiscard]] std::map<std::string, Room>& all() { return rooms_; }
    [[nodiscard]] std::size_t size() const { return rooms_.size(); }

private:
    std::map<std::string, Room> rooms_;
};

}  // namespace rb::engine
