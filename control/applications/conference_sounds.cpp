#include "control/applications/conference_sounds.h"

#include "control/applications/say.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rb::applications {
namespace {

constexpr std::array<std::pair<std::string_view, const char*>, 23> kDefaults{{
    {"sound_begin", "confbridge-conf-begin"},
    {"sound_error_menu", "conf-errormenu"},
    {"sound_get_pin", "conf-getpin"},
    {"sound_has_joined", "conf-hasjoin"},
    {"sound_has_left", "conf-hasleft"},
    {"sound_invalid_pin", "conf-invalidpin"},
    {"sound_join", "confbridge-join"},
    {"sound_kicked", "conf-kicked"},
    {"sound_leader_has_left", "conf-leaderhasleft"},
    {"sound_leave", "confbridge-leave"},
    {"sound_locked", "conf-locked"},
    {"sound_locked_now", "conf-lockednow"},
    {"sound_muted", "conf-muted"},
    {"sound_only_one", "conf-onlyone"},
    {"sound_only_person", "conf-onlyperson"},
    {"sound_other_in_party", "conf-otherinparty"},
    {"sound_participants_muted", "conf-now-muted"},
    {"sound_participants_unmuted", "conf-now-unmuted"},
    {"sound_place_into_conference", "conf-placeintoconf"},
    {"sound_there_are", "conf-thereare"},
    {"sound_unlocked_now", "conf-unlockednow"},
    {"sound_unmuted", "conf-unmuted"},
    {"sound_wait_for_leader", "conf-waitforleader"},
}};

}  // namespace

std::string room_sound(const config::BridgeProfile& profile, std::string_view option)
{
    const auto given = profile.sounds.find(std::string{option});
    if (given != profile.sounds.end()) {
        return given->second;
    }
    const auto found =
        std::find_if(kDefaults.begin(), kDefaults.end(), [option](const auto& entry) { return entry.first == option; });
    return found == kDefaults.end() ? std::string{} : found->second;
}

std::vector<std::string> say_others(const config::BridgeProfile& profile, std::size_t others)
{
    if (others < 2) {
        return {room_sound(profile, others == 0 ? "sound_only_person" : "sound_only_one")};
    }
    std::vector<std::string> sounds{room_sound(profile, "sound_there_are")};
    for (std::string& sound : say_number(static_cast<long>(others), profile.language)) {
        sounds.push_back(std::move(sound));
    }
    sounds.push_back(room_sound(profile, "sound_other_in_party"));
    return sounds;
}

std::vector<std::string> greet_newcomer(const config::BridgeProfile& profile, const config::UserProfile& user,
                                        std::size_t others, bool has_marked)
{
    std::vector<std::string> greeting;
    if (!user.announcement.empty()) {
        greeting.push_back(user.announcement);
    }
    const bool count = others == 0 ? user.announce_only_user : user.announce_user_count;
    if (!user.quiet && count) {
        const auto said = say_others(profile, others);
        greeting.insert(greeting.end(), said.begin(), said.end());
    }
    if (!user.quiet && user.wait_marked && !user.marked && !has_marked) {
        greeting.push_back(room_sound(profile, "sound_wait_for_leader"));
    }
    return greeting;
}

}  // namespace rb::applications
