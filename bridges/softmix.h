// softmix.h — the conference: each party hears the sum of all who talk, without itself.
//
// Only talkers are decoded, the mix is int32, each listener's payload is encoded once per codec, and a limiter takes
// the place of clipping. A room larger than kFanOutPerSlot is sent over the slots that follow, each party always in the
// same.
#pragma once

#include "bridges/tick.h"

namespace rb::bridges {

/// One tick of the room: hears everybody, mixes, serves the talkers and the first of the listeners.
void tick_softmix(Bridge& bridge, TickContext& tick) noexcept;

/// Goes on with a fan-out that the tick could not finish; true when more is left for the next slot.
bool continue_fan_out(Bridge& bridge, TickContext& tick) noexcept;

}  // namespace rb::bridges
