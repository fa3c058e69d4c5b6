// confbridge_functions.h — CONFBRIDGE and CONFBRIDGE_INFO: a profile put together by the plan, and what a room is like.
#pragma once

#include "control/config/media_objects.h"
#include "control/engine/channel.h"

#include <string>
#include <string_view>

namespace rb::engine {

/// CONFBRIDGE(bridge|menu|user,option)=value, for a ConfBridge that names no profile of that type; "template" names the
/// profile to begin with, "clear" forgets what was set, of a type or, alone, of all. False when there is no such
/// option, or it does not take the value.
bool write_confbridge(Channel& channel, std::string_view args, std::string_view value);

/// CONFBRIDGE_INFO(parties|admins|marked|muted|locked,room): a number; 0 when there is no such room.
[[nodiscard]] std::string confbridge_info(const Channel& channel, std::string_view args);

/// The profile that CONFBRIDGE says to begin with; empty = the default one.
[[nodiscard]] std::string confbridge_template(const Channel& channel, std::string_view type);

/// What CONFBRIDGE has set of the type.
void apply_confbridge(const Channel& channel, config::UserProfile& profile);
void apply_confbridge(const Channel& channel, config::BridgeProfile& profile);
void apply_confbridge(const Channel& channel, config::Menu& menu);

}  // namespace rb::engine
