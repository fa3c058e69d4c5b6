// simple.h — simple_bridge: two parties who hear each other through a jitter buffer, each in its own codec.
#pragma once

#include "bridges/tick.h"

namespace rb::bridges {

/// One tick of a bridge of one or two parties: everything said is passed on as it is, at any level.
void tick_simple(Bridge& bridge, TickContext& tick) noexcept;

}  // namespace rb::bridges
