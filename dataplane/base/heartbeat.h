// heartbeat.h — after how long a thread that does not turn its loop counts as stuck.
#pragma once

#include "dataplane/base/time.h"

namespace rb {

/// Every loop turns at least once a second, whatever it has to do.
inline constexpr Nanos kSilenceMax = 10s;
/// A thread that reads and writes files may wait for a slow disk.
inline constexpr Nanos kFileSilenceMax = 30s;

}  // namespace rb
