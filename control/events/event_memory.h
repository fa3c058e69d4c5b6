// event_memory.h — what an event costs while it waits to be read: peers choose how long their names are.
#pragma once

#include "control/events/event.h"

#include <cstddef>

namespace rb::events {

/// Bytes, near enough for a limit.
[[nodiscard]] std::size_t memory_of(const Event& event);

}  // namespace rb::events
