#include "control/config/confbridge_profile.h"

#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <algorithm>
#include <array>

namespace rb::config {
namespace {

constexpr std::array<std::string_view, 19> kMenuActions{"toggle_mute",
                                                        "increase_listening_volume",
                                                        "decrease_listening_volume",
                                                        "reset_listening_volume",
                                                        "increase_talking_volume",
                                                        "decrease_talking_volume",
                                                        "reset_talking_volume",
                                                        "no_op",
                                                        "leave_conference",
                                                        "playback",
                                                        "playback_and_continue",
                                                        "dialplan_exec",
                                                        "admin_kick_last",
                                                        "admin_toggle_conference_lock",
                                                        "admin_toggle_mute_participants",
                                                        "participant_count",
                                                        "set_as_single_video_src",
                                                        "release_as_single_video_src",
                                                        "toggle_binaural"};

/// Those of kMenuActions that do nothing here.
constexpr std::array<std::string_view, 3> kIdleActions{"set_as_single_video_src", "release_as_single_video_src",
                                                       "toggle_binaural"};

/// Whether an action says where in the plan it leads: "dialplan_exec(context,extension,priority)".
bool names_place(std::string_view action)
{
    const auto open = action.find('(');
    if (open == std::string_view::npos || !action.ends_with(')')) {
        return false;
    }
    return split(action.substr(open + 1, action.size() - open - 2), ',').size() == 3;
}

/// The parts of a list at commas that stand in no parentheses.
Names split_actions(std::string_view text)
{
    Names actions;
    unsigned depth = 0;
    std::string action;
    for (const char letter : text) {
        if (letter == ',' && depth == 0) {
            actions.emplace_back(trim(action));
            action.clear();
            continue;
        }
        if (letter == '(') {
            ++depth;
        } else if (letter == ')' && depth > 0) {
            --depth;
        }
        action.push_back(letter);
    }
    actions.emplace_back(trim(action));
    return actions;
}

Result<void> set_option(std::string_view type, void* profile, const std::string& name, std::string_view value)
{
    const ObjectType* object = find_type("confbridge.conf", type);
    const Option* option = object == nullptr ? nullptr : object->find(name);
    if (option == nullptr) {
        return failure("a " + std::string{type} + " profile has no option " + name);
    }
    const ByName<Acl> no_acls;
    std::vector<std::string> warnings;
    ReadContext context{.named_acls = no_acls, .warnings = warnings};
    return option->assign(profile, value, context);
}

}  // namespace

Result<MenuKey> read_menu_key(const std::string& digits, std::string_view actions, std::vector<std::string>& warnings)
{
    if (digits.empty() || digits.find_first_not_of("0123456789*#ABCD") != std::string::npos) {
        return failure("'" + digits + "' is not accepted: expected keys 0-9, A-D, * and #");
    }
    MenuKey key{.digits = digits, .actions = split_actions(actions)};
    for (const auto& action : key.actions) {
        const auto name = trim(std::string_view{action}.substr(0, action.find('(')));
        if (std::ranges::find(kMenuActions, name) == kMenuActions.end()) {
            return failure("'" + std::string{name} + "' is not accepted: expected " +
                           join({kMenuActions.begin(), kMenuActions.end()}));
        }
        if (name == "dialplan_exec" && !names_place(action)) {
            return failure("'" + action + "' is not accepted: expected dialplan_exec(context,extension,priority)");
        }
        if (std::ranges::find(kIdleActions, name) != kIdleActions.end()) {
            warnings.push_back("action '" + std::string{name} + "' of menu is accepted and has no effect");
        }
    }
    return key;
}

Result<void> set_profile_option(UserProfile& profile, const std::string& option, std::string_view value)
{
    return set_option("user", &profile, option, value);
}

Result<void> set_profile_option(BridgeProfile& profile, const std::string& option, std::string_view value)
{
    return set_option("bridge", &profile, option, value);
}

Result<void> set_profile_option(Menu& menu, const std::string& digits, std::string_view actions)
{
    std::vector<std::string> warnings;
    auto key = read_menu_key(digits, actions, warnings);
    if (!key) {
        return tl::unexpected(key.error());
    }
    std::erase_if(menu.keys, [&](const MenuKey& other) { return other.digits == digits; });
    menu.keys.push_back(std::move(*key));
    return {};
}

}  // namespace rb::config
