// conference_sounds.h — which sound a room plays for what: as its profile says, else Asterisk's.
#pragma once

#include "control/config/objects.h"

#include <string>
#include <string_view>
#include <vector>

namespace rb::applications {

/// option   of the bridge profile: "sound_join"
[[nodiscard]] std::string room_sound(const config::BridgeProfile& profile, std::string_view option);

/// "There are … others in the conference", or that there is nobody, or one.
[[nodiscard]] std::vector<std::string> say_others(const config::BridgeProfile& profile, std::size_t others);

/// What somebody hears before it enters a room with so many others.
[[nodiscard]] std::vector<std::string> greet_newcomer(const config::BridgeProfile& profile,
                                                      const config::UserProfile& user, std::size_t others,
                                                      bool has_marked);

}  // namespace rb::applications
