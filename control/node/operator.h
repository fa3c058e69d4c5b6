// operator.h — what rbctl may ask the node to do.
#pragma once

#include "control/cli/control_socket.h"
#include "control/engine/call_engine.h"
#include "control/log/log.h"

#include <functional>

namespace rb::node {

/// What the operator's verbs act upon besides the engine.
struct OperatorActions {
    std::function<bool()> reload;     ///< false = refused, and why has been logged
    std::function<void(bool)> drain;  ///< true = stop taking calls and end with the last, false = take calls again
};

/// hangup ID|all · kick ROOM ID|all · mute ROOM ID · unmute ROOM ID · reload · drain [off] · log level LEVEL
[[nodiscard]] cli::Reply carry_out(const cli::Request& request, engine::CallEngine& engine, logging::Log& log,
                                   const OperatorActions& actions);

}  // namespace rb::node
