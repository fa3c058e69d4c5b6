// operator_views.h — what rbctl may ask the node to show: configuration, plan, endpoints, music.
#pragma once

#include "control/cli/control_socket.h"
#include "control/engine/call_engine.h"
#include "control/node/load_configuration.h"

#include <functional>
#include <string>
#include <vector>

namespace rb::node {

/// Reads the configuration anew, without using it.
using Reload = std::function<LoadedConfiguration()>;

/// Answers to commands of the table, in the words of its arguments.
[[nodiscard]] cli::Reply show_help(const std::vector<std::string>& arguments);
[[nodiscard]] cli::Reply show_effective(const config::Snapshot& snapshot, const std::vector<std::string>& arguments);
[[nodiscard]] cli::Reply check_configuration(const Reload& reload);
[[nodiscard]] cli::Reply show_difference(const config::Snapshot& snapshot, const Reload& reload);
[[nodiscard]] cli::Reply show_plan(const dialplan::Dialplan& plan, const std::vector<std::string>& arguments);
[[nodiscard]] cli::Reply show_applications();
[[nodiscard]] cli::Reply show_functions();
[[nodiscard]] cli::Reply show_settings(engine::CallEngine& engine, const std::string& capacity);
[[nodiscard]] cli::Reply show_music(const config::Snapshot& snapshot, bool files);
[[nodiscard]] cli::Reply show_endpoints(engine::CallEngine& engine);
[[nodiscard]] cli::Reply show_endpoint(const config::Snapshot& snapshot, const std::string& name);
[[nodiscard]] cli::Reply show_aors(const config::Snapshot& snapshot);
[[nodiscard]] cli::Reply show_transports(const config::Snapshot& snapshot);
[[nodiscard]] cli::Reply show_globals(const dialplan::Variables& globals);
[[nodiscard]] cli::Reply show_user_profiles(const config::Snapshot& snapshot);
[[nodiscard]] cli::Reply show_user_profile(const config::Snapshot& snapshot, const std::string& name);
[[nodiscard]] cli::Reply show_bridge_profiles(const config::Snapshot& snapshot);
[[nodiscard]] cli::Reply show_bridge_profile(const config::Snapshot& snapshot, const std::string& name);
[[nodiscard]] cli::Reply show_menus(const config::Snapshot& snapshot);
[[nodiscard]] cli::Reply show_menu(const config::Snapshot& snapshot, const std::string& name);

}  // namespace rb::node
