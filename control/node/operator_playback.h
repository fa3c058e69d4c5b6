// operator_playback.h — rbctl playback …: moves, pauses and ends what plays to a room or to one call.
#pragma once

#include "control/cli/control_socket.h"
#include "control/engine/call_engine.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rb::node {

/// By the words of the command; the arguments are ROOM|ID and, where the command takes one, a number.
[[nodiscard]] std::map<std::string_view, std::function<cli::Reply(const std::vector<std::string>&)>> playback_verbs(
    engine::CallEngine& engine);

}  // namespace rb::node
