// leg_quality.h — what a leg's machines know of its reception, put together for the E-model and for RTCP XR.
#pragma once

#include "dataplane/media/leg.h"
#include "dataplane/media/quality.h"
#include "dataplane/wire/rtcp_xr.h"

namespace rb::media {

[[nodiscard]] Reception reception_of(const Leg& leg) noexcept;

/// The block about what the leg receives; leg.quality is known.
[[nodiscard]] wire::VoipMetrics voip_metrics_of(const Leg& leg) noexcept;

}  // namespace rb::media
