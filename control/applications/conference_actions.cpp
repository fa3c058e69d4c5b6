#include "control/applications/conference_actions.h"

#include "control/applications/conference.h"
#include "control/applications/conference_absence.h"
#include "control/applications/conference_sounds.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::CallEngine;
using engine::Member;
using engine::Room;

constexpr int kVolumeStep_db = 3;
constexpr int kVolumeMax_db = 15;

class Menu {
public:
    Menu(CallEngine& engine, Room& room, Member& member) : engine_{engine}, room_{room}, member_{member} {}

    ActionResult carry_out(const MenuAction& action)
    {
        switch (action.verb) {
            case MenuVerb::NoOp:
                return ActionResult::Done;
            case MenuVerb::ToggleMute:
                mute_member(engine_, room_, member_.channel, !member_.muted);
                return tell(member_.muted ? "sound_muted" : "sound_unmuted");
            case MenuVerb::IncreaseListening:
                return turn(member_.listening_gain_db, member_.listening_gain_db + kVolumeStep_db);
            case MenuVerb::DecreaseListening:
                return turn(member_.listening_gain_db, member_.listening_gain_db - kVolumeStep_db);
            case MenuVerb::ResetListening:
                return turn(member_.listening_gain_db, 0);
            case MenuVerb::IncreaseTalking:
                return turn(member_.talking_gain_db, member_.talking_gain_db + kVolumeStep_db);
            case MenuVerb::DecreaseTalking:
                return turn(member_.talking_gain_db, member_.talking_gain_db - kVolumeStep_db);
            case MenuVerb::ResetTalking:
                return turn(member_.talking_gain_db, 0);
            case MenuVerb::Leave:
                return ActionResult::Leaves;
            case MenuVerb::Playback:
            case MenuVerb::PlaybackAndContinue:
                tell_member(engine_, member_, action.sounds);
                return ActionResult::Telling;
            case MenuVerb::ParticipantCount:
                tell_member(engine_, member_, say_others(room_.profile, room_.members.size() - 1));
                return ActionResult::Telling;
            case MenuVerb::DialplanExec:
                step_out(engine_, room_, member_);
                return ActionResult::Goes;
            case MenuVerb::KickLast:
            case MenuVerb::ToggleLock:
            case MenuVerb::ToggleMuteParticipants:
                break;
        }
        return member_.profile.admin ? carry_out_as_admin(action.verb) : ActionResult::Done;
    }

private:
    ActionResult carry_out_as_admin(MenuVerb verb)
    {
        if (verb == MenuVerb::KickLast) {
            Member& last = room_.members.back();
            if (last.profile.admin) {
                return tell("sound_error_menu");
            }
            kick_member(engine_, room_, last.channel);
            return ActionResult::Done;
        }
        if (verb == MenuVerb::ToggleLock) {
            room_.locked = !room_.locked;
            return tell(room_.locked ? "sound_locked_now" : "sound_unlocked_now");
        }
        room_.participants_muted = !room_.participants_muted;
        refresh_room(engine_, room_);
        engine_.play_to_room(
            room_, {.names = {room_sound(room_.profile, room_.participants_muted ? "sound_participants_muted"
                                                                                 : "sound_participants_unmuted")},
                    .tell = {}});
        return ActionResult::Done;
    }

    ActionResult tell(const char* sound)
    {
        tell_member(engine_, member_, {room_sound(room_.profile, sound)});
        return ActionResult::Telling;
    }

    ActionResult turn(int& gain_db, int wanted_db)
    {
        gain_db = std::clamp(wanted_db, -kVolumeMax_db, kVolumeMax_db);
        refresh_member(engine_, room_, member_);
        return ActionResult::Done;
    }

    CallEngine& engine_;
    Room& room_;
    Member& member_;
};

}  // namespace

ActionResult carry_out(CallEngine& engine, Room& room, Member& member, const MenuAction& action)
{
    return Menu{engine, room, member}.carry_out(action);
}

void pass_keys(CallEngine& engine, Room& room, const Member& member, const std::string& keys)
{
    for (const Member& other : room.members) {
        engine::Channel* channel = engine.channels().find(other.channel);
        if (channel == nullptr || other.away || other.channel == member.channel) {
            continue;
        }
        for (const char key : keys) {
            engine.command(*channel, command::SendDtmf{.leg = channel->media.leg, .digit = key, .timing = {}});
        }
    }
}

}  // namespace rb::applications
