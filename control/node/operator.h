// operator.h — what rbctl may ask the node to do.
#pragma once

#include "control/cli/control_socket.h"
#include "control/engine/call_engine.h"
#include "control/log/log.h"
#include "control/node/operator_views.h"

#include <functional>

namespace rb::node {

/// What the operator's verbs act upon besides the engine.
struct OperatorActions {
    std::function<bool()> reload;     ///< false = refused, and why has been logged
    std::function<void(bool)> drain;  ///< true = stop taking calls and end with the last, false = take calls again
    std::function<void()> stop;       ///< ends every call and the node
    Reload load;                      ///< reads the configuration without using it
    std::string capacity;             ///< what the limits come to
};

/// Carries out a request for a command that the table (control/cli/command_table.h) gives to the node and that has an
/// end.
[[nodiscard]] cli::Reply carry_out(const cli::Request& request, engine::CallEngine& engine, logging::Log& log,
                                   const OperatorActions& actions);

}  // namespace rb::node
