// rate_change.h — takes a bridge that is being mixed to another sample rate; nobody leaves it meanwhile.
//
// What everybody hears fades out in the last tick at the old rate and in again in the first at the new one, while the
// resamplers fill: 10 ms without a sound, no packet missing, and no click. The parts of a room that spans workers go
// over within one frame and stay silent for one more, until what their trunks bring has the new rate: 30 ms.
#pragma once

#include "bridges/bridge.h"
#include "bridges/rate_adapter.h"
#include "codecs/pcm.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event_outbox.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rb::bridges {

/// Everything a bridge needs at its new rate. Control builds it and lends it with ChangeRate; it comes home with
/// RateChanged, holding what was in use before.
/// Owner: whoever holds the bridge.
struct RateChange {
    /// One who was in the bridge when this was built.
    struct Party {
        media::LegRef leg;
        std::unique_ptr<RateAdapter> adapter;  ///< null = its codec has the new rate
    };

    std::uint32_t rate = 8000;  ///< one of kMixRates
    Nanos not_before = 0ns;     ///< of the first tick at the new rate: all parts of a room have the same
    std::vector<Party> parties;
    std::array<std::unique_ptr<GroupEncoder>, kGroupsMax> groups;
    std::array<std::unique_ptr<RateAdapter>, kMixRates.size()> others;
};

/// At the beginning of each tick of a mix: goes over when the time has come, and sets Bridge::fade for this tick.
void step_rate_change(Bridge& bridge, Nanos at, EventOutbox& events) noexcept;

/// Goes over at once: for a bridge that is not being mixed.
void finish_rate_change(Bridge& bridge, EventOutbox& events) noexcept;

/// Makes one mixed frame, 20 ms at any rate, follow the fade of its tick.
void apply_fade(Fade fade, std::span<codecs::Sample> samples) noexcept;

}  // namespace rb::bridges
