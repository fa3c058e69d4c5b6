// native_rtp.h — native_rtp: a packet of one party goes to the other as it is, in the same slot, without a jitter
// buffer.
#pragma once

#include "bridges/bridge.h"

namespace rb::bridges {

/// The other party of a native bridge, or nullptr while it is not native.
[[nodiscard]] media::Leg* native_peer(const media::Leg& leg) noexcept;

}  // namespace rb::bridges
