// room_rate.h — the rate a room is mixed at: as its profile fixes it, else the best that a member's codec has.
#pragma once

#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

#include <cstdint>

namespace rb::engine {

/// How long the last member with a better codec must have been gone before a room is mixed at less: whoever calls again
/// in the meantime changes nothing.
inline constexpr Nanos kLowerRateAfter = 10s;

/// The rate of a room with this profile whose best codec has that rate.
[[nodiscard]] std::uint32_t room_rate(const config::BridgeProfile& profile, std::uint32_t best_codec);

/// The highest rate a room with this profile may come to.
[[nodiscard]] std::uint32_t room_rate_max(const config::BridgeProfile& profile);

/// The rate at which two hear each other best and cheapest: a codec of any rate follows the other.
[[nodiscard]] std::uint32_t rate_for_two(const ChannelMedia& one, const ChannelMedia& other);

/// The best rate that the channel's codec makes use of.
[[nodiscard]] std::uint32_t codec_rate(const ChannelMedia& media);

/// Takes note of the codec a member has, at its coming and whenever it changes.
void note_codec(Room& room, Member& member, const Channel& channel);
/// The same of one that goes.
void forget_codec(Room& room, const Member& member);

/// Raises the rate of a room at once, and lowers it in due time; to be asked after each change of its members.
void settle_rate(CallEngine& engine, Room& room);

}  // namespace rb::engine
