// conference_hearing.h — who hears whom in a room, where that is not everybody everybody.
#pragma once

#include "control/engine/call_engine.h"
#include "control/engine/rooms.h"

#include <string>
#include <vector>

namespace rb::applications {

/// Two members of a room, to be named by what they are here.
struct Pair {
    engine::ChannelRef listener;
    engine::ChannelRef talker;
};

/// Says whether the listener is to hear the talker. Only what the listener is sent is mixed anew, and only while the
/// talker speaks. An Error when there are too many exceptions, or no worker has a place for both.
[[nodiscard]] Result<void> set_hears(engine::CallEngine& engine, engine::Room& room, const Pair& pair, bool hears);

/// A member that whispers is heard by those alone of whom set_hears has said so, and is in no recording.
[[nodiscard]] Result<void> set_whispers(engine::CallEngine& engine, engine::Room& room, engine::ChannelRef talker,
                                        bool whispers);

/// What follows for the others when a member has left.
void forget_in_hearing(engine::CallEngine& engine, engine::Room& room, const engine::Member& gone);

/// What a worker is to know no more while a member is away …
void forget_talker(engine::CallEngine& engine, engine::Room& room, const engine::Member& away);
/// … and again when it is back.
void restore_hearing(engine::CallEngine& engine, engine::Room& room, const engine::Member& back);

/// One line for each member that whispers, and for each exception.
[[nodiscard]] std::vector<std::string> describe_hearing(engine::CallEngine& engine, const engine::Room& room);

}  // namespace rb::applications
