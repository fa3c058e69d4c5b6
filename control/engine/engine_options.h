// engine_options.h — what a call engine is made from, and what it counts.
#pragma once

#include "control/config/objects.h"
#include "control/dialplan/extensions.h"
#include "control/dialplan/routes.h"
#include "control/engine/admission.h"
#include "dataplane/base/time.h"
#include "dataplane/media/quality.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

namespace rb::engine {

/// What one load of the configuration comes to; calls keep the one they began with.
struct Configuration {
    config::SnapshotPtr snapshot;
    dialplan::DialplanPtr plan;
    std::shared_ptr<const dialplan::Routes> routes;
};

struct EngineOptions {
    std::uint64_t seed = 1;   ///< of SSRCs and first sequence numbers
    Nanos wall_offset = 0ns;  ///< what turns `now` into time since 1970
    std::size_t legs_per_worker = 4096;
    std::size_t bridges_per_worker = 4096;
    /// Port pairs that may keep their sockets while they rest.
    std::size_t resting_sockets_max = std::numeric_limits<std::size_t>::max();
};

struct EngineCounters {
    std::uint64_t calls = 0;  ///< channels made
    std::uint64_t answered = 0;
    std::array<std::uint64_t, kRefusalCount> refused{};  ///< by admission: 503
    std::uint64_t ports_exhausted = 0;
    std::uint64_t stale_events = 0;                                    ///< of channels that had gone
    std::uint64_t dtls_handshakes = 0;                                 ///< that have yielded keys
    std::uint64_t dtls_failed = 0;                                     ///< that have not, for any reason
    std::uint64_t dtls_wrong_fingerprints = 0;                         ///< of them, for the certificate shown
    std::uint64_t dtls_datagrams_lost = 0;                             ///< either way, while too many were under way
    std::array<std::uint64_t, media::kQualityKinds> quality_alerts{};  ///< of legs that got bad, by QualityKind
    std::uint64_t member_updates = 0;  ///< how often it was worked out how a member takes part in its room
};

}  // namespace rb::engine
