// How callers are heard, as events: while it changes, and once a leg has come home.
#include "control/engine/call_engine.h"
#include "dataplane/media/leg_quality.h"

#include <fmt/format.h>

namespace rb::engine {
namespace {

std::string_view name_of(media::QualityKind kind)
{
    switch (kind) {
        case media::QualityKind::Mos:
            return "mos";
        case media::QualityKind::Loss:
            return "loss_percent";
        case media::QualityKind::Jitter:
            break;
    }
    return "jitter_ms";
}

double percent(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double ms(Nanos span)
{
    return std::chrono::duration<double, std::milli>(span).count();
}

}  // namespace

void CallEngine::on(std::size_t worker, const event::QualityChanged& event)
{
    Channel* channel = channel_of(worker, event.leg);
    if (channel == nullptr) {
        return;
    }
    const media::QualityAlert& alert = event.alert;
    if (alert.bad) {
        ++counters_.quality_alerts[static_cast<std::size_t>(alert.kind)];
    }
    reports_.quality_alert(*channel, name_of(alert.kind), alert);
    log(2, *channel,
        fmt::format("ChannelQualityAlert kind={} value={:.1f}, {}", name_of(alert.kind), alert.value,
                    alert.bad ? "bad" : "well again"));
}

/// What the whole stay of a leg comes to; of one that was never judged there is nothing to be said.
void CallEngine::report_quality(const Departure& departure, const media::Leg& leg)
{
    if (!leg.quality.known()) {
        return;
    }
    const media::Reception all = media::reception_of(leg);
    const media::RemoteQuality& remote = leg.rtcp.remote();
    const events::QualityFigures figures{.mos_mean = leg.quality.mean(),
                                         .mos_min = leg.quality.least(),
                                         .lost_percent = percent(all.lost, all.expected),
                                         .discarded_percent = percent(all.discarded, all.expected),
                                         .jitter_ms = ms(all.jitter),
                                         .round_trip_ms = ms(remote.round_trip),
                                         .remote_lost_percent = percent(remote.fraction_lost, 256),
                                         .remote_mos = remote.mos_tenths / 10.0,
                                         .concealed_ms = media::hearing_figures(leg).concealed * codecs::kFrame_ms};
    environment_.log_call(
        2, departure.call,
        fmt::format("{}: ChannelQuality mos_mean={:.2f} mos_min={:.2f} lost_percent={:.1f} discarded_percent={:.1f} "
                    "jitter_ms={:.1f} round_trip_ms={:.1f} remote_lost_percent={:.1f} remote_mos={:.1f}",
                    departure.name, figures.mos_mean, figures.mos_min, figures.lost_percent, figures.discarded_percent,
                    figures.jitter_ms, figures.round_trip_ms, figures.remote_lost_percent, figures.remote_mos));
    reports_.quality_report(departure, figures);
}

}  // namespace rb::engine
