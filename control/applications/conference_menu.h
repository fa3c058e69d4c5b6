// conference_menu.h — the menus of confbridge.conf: which keys lead to which actions.
#pragma once

#include "control/config/objects.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rb::applications {

enum class MenuVerb : std::uint8_t {
    NoOp,
    ToggleMute,
    IncreaseListening,
    DecreaseListening,
    ResetListening,
    IncreaseTalking,
    DecreaseTalking,
    ResetTalking,
    Leave,
    Playback,
    PlaybackAndContinue,
    KickLast,
    ToggleLock,
    ToggleMuteParticipants,
    ParticipantCount,
    DialplanExec,
};

struct MenuAction {
    MenuVerb verb = MenuVerb::NoOp;
    std::vector<std::string> sounds;  ///< of Playback and PlaybackAndContinue
    std::string place;                ///< of DialplanExec: "context,extension,priority"
};

/// An action as it is written in confbridge.conf; those about pictures and spatial sound do nothing here.
[[nodiscard]] MenuAction parse_menu_action(std::string_view text);

/// What the keys pressed so far lead to.
struct MenuMatch {
    const config::MenuKey* key = nullptr;  ///< these keys, exactly
    bool more = false;                     ///< a longer sequence may follow
};
[[nodiscard]] MenuMatch match_menu(const config::Menu& menu, std::string_view keys);

}  // namespace rb::applications
