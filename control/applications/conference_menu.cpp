#include "control/applications/conference_menu.h"

#include "control/applications/arguments.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rb::applications {
namespace {

constexpr std::array<std::pair<std::string_view, MenuVerb>, 16> kVerbs{{
    {"no_op", MenuVerb::NoOp},
    {"toggle_mute", MenuVerb::ToggleMute},
    {"increase_listening_volume", MenuVerb::IncreaseListening},
    {"decrease_listening_volume", MenuVerb::DecreaseListening},
    {"reset_listening_volume", MenuVerb::ResetListening},
    {"increase_talking_volume", MenuVerb::IncreaseTalking},
    {"decrease_talking_volume", MenuVerb::DecreaseTalking},
    {"reset_talking_volume", MenuVerb::ResetTalking},
    {"leave_conference", MenuVerb::Leave},
    {"playback", MenuVerb::Playback},
    {"playback_and_continue", MenuVerb::PlaybackAndContinue},
    {"admin_kick_last", MenuVerb::KickLast},
    {"admin_toggle_conference_lock", MenuVerb::ToggleLock},
    {"admin_toggle_mute_participants", MenuVerb::ToggleMuteParticipants},
    {"participant_count", MenuVerb::ParticipantCount},
    {"dialplan_exec", MenuVerb::DialplanExec},
}};

}  // namespace

MenuAction parse_menu_action(std::string_view text)
{
    const auto open = std::min(text.find('('), text.size());
    const auto close = std::min(text.rfind(')'), text.size());
    const auto verb = std::find_if(kVerbs.begin(), kVerbs.end(),
                                   [name = text.substr(0, open)](const auto& entry) { return entry.first == name; });
    MenuAction action;
    if (verb != kVerbs.end()) {
        action.verb = verb->second;
    }
    if (open < close) {
        const std::string_view argument = text.substr(open + 1, close - open - 1);
        if (action.verb == MenuVerb::DialplanExec) {
            action.place = argument;
        } else {
            action.sounds = split_list(argument);
        }
    }
    return action;
}

MenuMatch match_menu(const config::Menu& menu, std::string_view keys)
{
    MenuMatch match;
    for (const config::MenuKey& key : menu.keys) {
        if (key.digits == keys) {
            match.key = &key;
        } else if (std::string_view{key.digits}.starts_with(keys)) {
            match.more = true;
        }
    }
    return match;
}

}  // namespace rb::applications
