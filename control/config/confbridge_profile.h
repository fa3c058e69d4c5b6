// confbridge_profile.h — one option of a profile of confbridge.conf at a time: what a line of the file says, and
// CONFBRIDGE().
#pragma once

#include "control/config/media_objects.h"
#include "dataplane/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

/// A key of a menu and what it does; an Error names what is not accepted.
///
/// warnings   told of actions that do nothing here
[[nodiscard]] Result<MenuKey> read_menu_key(const std::string& digits, std::string_view actions,
                                            std::vector<std::string>& warnings);

/// Sets one option as a line of confbridge.conf would; of a menu a key. An Error says what is wrong.
[[nodiscard]] Result<void> set_profile_option(UserProfile& profile, const std::string& option, std::string_view value);
[[nodiscard]] Result<void> set_profile_option(BridgeProfile& profile, const std::string& option,
                                              std::string_view value);
[[nodiscard]] Result<void> set_profile_option(Menu& menu, const std::string& digits, std::string_view actions);

}  // namespace rb::config
