// Commands about recorders: of what a leg says, of both its directions, and of a mix.
#include "bridges/monitor.h"
#include "bridges/party.h"
#include "bridges/recorder.h"
#include "bridges/snoop.h"
#include "bridges/track_recorder.h"
#include "dataplane/worker/media_core.h"

#include <utility>

namespace rb {

void MediaCore::on(const command::Record& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr || leg->recorder != nullptr) {
        outbox_.give_back(event::RecorderReturned{.recorder = command.recorder, .ending = event::Ending::Failed});
        return;
    }
    leg->recorder = command.recorder;
    leg->plan->forget_heard();
    schedule(*leg);
}

void MediaCore::on(const command::StopRecording& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg != nullptr && leg->recorder != nullptr) {
        bridges::return_recorder(leg->recorder, event::Ending::Stopped, outbox_);
        schedule(*leg);
    }
}

void MediaCore::on(const command::StartMonitor& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr || leg->monitor != nullptr || leg->plan->codec != command.monitor->codec()) {
        outbox_.give_back(event::MonitorReturned{.monitor = command.monitor});
        return;
    }
    leg->monitor = command.monitor;
    if (leg->bridge == nullptr) {
        leg->plan->forget_heard();
    }
    schedule(*leg);
    if (leg->bridge != nullptr) {
        choose(*leg->bridge);
    }
}

void MediaCore::on(const command::StopMonitor& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr || leg->monitor == nullptr) {
        return;
    }
    return_monitor(*leg);
    schedule(*leg);
    if (leg->bridge != nullptr) {
        choose(*leg->bridge);
    }
}

void MediaCore::return_monitor(media::Leg& leg) noexcept
{
    leg.monitor->end(outbox_);
    outbox_.give_back(event::MonitorReturned{.monitor = std::exchange(leg.monitor, nullptr)});
}

void MediaCore::on(const command::StartSnoop& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr || leg->plan->codec != command.snoop->options().codec) {
        outbox_.give_back(event::SnoopReturned{.snoop = command.snoop});
        return;
    }
    command.snoop->next = std::exchange(leg->snoop, command.snoop);
    if (leg->bridge == nullptr) {
        leg->plan->forget_heard();
        schedule(*leg);
    } else {
        choose(*leg->bridge);
    }
}

void MediaCore::on(const command::StopSnoop& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr) {
        return;
    }
    bridges::Snoop** place = &leg->snoop;
    while (*place != nullptr && (*place)->options().tag != command.tag) {
        place = &(*place)->next;
    }
    if (*place == nullptr) {
        return;
    }
    outbox_.give_back(event::SnoopReturned{.snoop = std::exchange(*place, (*place)->next)});
    schedule(*leg);
    if (leg->bridge != nullptr) {
        choose(*leg->bridge);
    }
}

void MediaCore::return_snoops(media::Leg& leg) noexcept
{
    while (leg.snoop != nullptr) {
        outbox_.give_back(event::SnoopReturned{.snoop = std::exchange(leg.snoop, leg.snoop->next)});
    }
}

void MediaCore::on(const command::RecordBridge& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    if (bridge == nullptr || bridge->recorder != nullptr) {
        outbox_.give_back(event::RecorderReturned{.recorder = command.recorder, .ending = event::Ending::Failed});
        return;
    }
    bridge->recorder = command.recorder;
    choose(*bridge);
}

void MediaCore::on(const command::StopRecordingBridge& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    if (bridge != nullptr && bridge->recorder != nullptr) {
        bridges::return_recorder(bridge->recorder, event::Ending::Stopped, outbox_);
        choose(*bridge);
    }
}

void MediaCore::on(const command::RecordTracks& command) noexcept
{
    bridges::Bridge* bridge = find(command.bridge);
    if (bridge == nullptr || bridge->tracks != nullptr) {
        outbox_.give_back(event::TracksReturned{.recorder = command.recorder});
        return;
    }
    bridge->tracks = command.recorder;
}

void MediaCore::on(const command::StopTracks& command) noexcept
{
    if (bridges::Bridge* bridge = find(command.bridge)) {
        return_tracks(*bridge);
    }
}

void MediaCore::return_tracks(bridges::Bridge& bridge) noexcept
{
    if (bridge.tracks != nullptr) {
        outbox_.give_back(event::TracksReturned{.recorder = std::exchange(bridge.tracks, nullptr)});
    }
}

void MediaCore::on(const command::SetTrack& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg != nullptr && leg->bridge != nullptr) {
        leg->track = command.track;
    }
}

void MediaCore::on(const command::SetRecording& command) noexcept
{
    if (bridges::Recorder* recorder = find_recorder(command.leg, command.bridge, command.tag)) {
        recorder->set(command.flow);
    }
}

void MediaCore::on(const command::BlockWritten& command) noexcept
{
    const bridges::Bridge* bridge = find(command.bridge);
    if (bridges::Recorder* recorder = find_recorder(command.leg, command.bridge, command.tag)) {
        recorder->written(command.block);
    } else if (bridge != nullptr && bridge->tracks != nullptr && bridge->tracks->options().tag == command.tag) {
        bridge->tracks->written(command.block);
    }
}

/// The recorder of a leg or else of a bridge, when it is still the one meant.
bridges::Recorder* MediaCore::find_recorder(media::LegRef of, bridges::BridgeRef or_of, std::uint64_t tag) noexcept
{
    media::Leg* leg = find(of);
    bridges::Bridge* bridge = find(or_of);
    bridges::Recorder* recorder = leg != nullptr ? leg->recorder : bridge != nullptr ? bridge->recorder : nullptr;
    if (recorder != nullptr && recorder->options().tag == tag) {
        return recorder;
    }
    if (leg != nullptr && leg->monitor != nullptr) {
        for (const auto& track : leg->monitor->recorders()) {
            if (track != nullptr && track->options().tag == tag) {
                return track.get();
            }
        }
    }
    return nullptr;
}

}  // namespace rb
