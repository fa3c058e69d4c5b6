// event_watch.h — the stream of events that `rbctl watch` asks for.
#pragma once

#include "control/cli/control_socket.h"
#include "control/events/bus.h"

#include <string>
#include <vector>

namespace rb::node {

/// arguments     "--json" first for JSON in place of text; then the types wanted, in any case of letters; none = all
/// asterisk_id   names the node in JSON; may be empty
/// returns       the stream, or an Error that names the nearest type
[[nodiscard]] cli::Answer watch_events(std::vector<std::string> arguments, events::Bus& bus,
                                       const std::string& asterisk_id);

}  // namespace rb::node
