// leg_quality.h — what a leg's machines know of its reception, put together for the E-model and for RTCP XR.
#pragma once

#include "dataplane/media/leg.h"
#include "dataplane/media/quality.h"
#include "dataplane/wire/rtcp_xr.h"

namespace rb::media {

/// What a leg's AudioIn says of itself; where it has none, what that would say before the first packet.
struct HearingFigures {
    JitterCounters counters;
    std::uint64_t concealed = 0;  ///< frames
    Nanos delay = 0ns;            ///< of the jitter buffer, as are the next two
    Nanos target = 0ns;
    Nanos cap = 0ns;
    Nanos packet_duration = kFrame;
};
[[nodiscard]] HearingFigures hearing_figures(const Leg& leg) noexcept;

[[nodiscard]] Reception reception_of(const Leg& leg) noexcept;

/// The block about what the leg receives; leg.quality is known.
[[nodiscard]] wire::VoipMetrics voip_metrics_of(const Leg& leg) noexcept;

}  // namespace rb::media
