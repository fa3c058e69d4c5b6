#include "bridges/bridge.h"

namespace rb::bridges {
namespace {

PartyTraits traits_of(const media::Leg& leg) noexcept
{
    const media::MediaPlan& plan = *leg.plan;
    return {.codec = plan.codec,
            .ptime_ms = plan.ptime_ms,
            .dtmf = plan.dtmf.has_value(),
            .dtmf_clock_rate = plan.dtmf ? plan.dtmf->clock_rate : 0,
            .opus_bitrate_max = plan.opus.bitrate_max,
            .on_hold = !plan.send && !plan.receive && leg.player == nullptr && leg.recorder == nullptr &&
                       leg.monitor == nullptr && leg.snoop == nullptr && !leg.dtmf_out.busy(),
            .needs_frames = leg.player != nullptr || leg.dtmf_out.busy() || leg.party.muted || leg.party.deaf ||
                            !leg.party.pass_dtmf,
            .needs_audio = leg.recorder != nullptr || leg.monitor != nullptr || leg.snoop != nullptr ||
                           leg.cleaner_in != nullptr || leg.cleaner_out != nullptr || plan.listens() ||
                           leg.party.report_talk || leg.party.gain_in_db != 0 || leg.party.gain_out_db != 0};
}

}  // namespace

BridgeTraits Bridge::traits() const noexcept
{
    BridgeTraits traits{.kind = options.kind,
                        .parties = parties->size(),
                        .needs_audio = player != nullptr || recorder != nullptr,
                        .spans_workers = trunks != nullptr};
    const auto legs = parties->legs();
    if (!legs.empty()) {
        traits.first = traits_of(*legs[0]);
    }
    if (legs.size() > 1) {
        traits.second = traits_of(*legs[1]);
    }
    return traits;
}

}  // namespace rb::bridges
