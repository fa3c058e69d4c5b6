// holding.h — holding_bridge: participants wait, each with its own music, and hear the announcers when these speak.
#pragma once

#include "bridges/tick.h"

namespace rb::bridges {

/// One tick. Participants are never heard; announcers do not hear anybody.
void tick_holding(Bridge& bridge, TickContext& tick) noexcept;

}  // namespace rb::bridges
