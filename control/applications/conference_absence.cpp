#include "control/applications/conference_absence.h"

#include "control/applications/conference.h"
#include "control/applications/conference_hearing.h"
#include "control/engine/room_rate.h"

namespace rb::applications {

using engine::CallEngine;
using engine::Channel;
using engine::Member;
using engine::Room;

void step_out(CallEngine& engine, Room& room, Member& member)
{
    Channel* channel = engine.channels().find(member.channel);
    if (channel == nullptr) {
        return;
    }
    forget_talker(engine, room, member);
    member.away = true;
    member.joined = false;
    member.music = false;
    member.talking = false;
    member.spared = false;  // whatever it was spared will be over
    engine.stop_playing(*channel);
    engine.leave(*channel);
    engine.log(2, *channel, "is away from room " + room.name);
}

bool step_in(CallEngine& engine, Room& room, Member& member)
{
    Channel* channel = engine.channels().find(member.channel);
    if (channel == nullptr || !engine.place(*channel, room.parts[member.part].worker)) {
        return false;
    }
    engine.stop_playing(*channel);  // what the plan may have left behind
    member.away = false;
    refresh_member(engine, room, member);
    restore_hearing(engine, room, member);
    engine::note_codec(room, member, *channel);
    engine::settle_rate(engine, room);
    engine.log(2, *channel, "is back in room " + room.name);
    return true;
}

}  // namespace rb::applications
