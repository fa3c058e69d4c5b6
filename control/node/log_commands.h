// log_commands.h — what rbctl may ask of the log: how much of each module is written.
#pragma once

#include "control/cli/control_socket.h"
#include "control/log/log.h"

#include <string>
#include <vector>

namespace rb::node {

/// Answers to commands of the table, in the words of its arguments: what is written from now on, module by module.
[[nodiscard]] cli::Reply set_log_level(logging::Log& log, const std::vector<std::string>& arguments);
[[nodiscard]] cli::Reply set_verbose(logging::Log& log, const std::string& depth);
[[nodiscard]] cli::Reply set_debug(logging::Log& log, const std::vector<std::string>& arguments);

}  // namespace rb::node
