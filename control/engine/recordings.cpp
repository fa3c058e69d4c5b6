#include "control/engine/recordings.h"

#include "control/engine/call.h"
#include "control/engine/call_engine.h"
#include "control/engine/passed_codecs.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

namespace rb::engine {
namespace {

/// As ARI has it: the name without the extension, which is the format.
///
/// path     below the recordings directory
/// target   "channel:ID" or "bridge:ID"
events::RecordingSnapshot recording_snapshot(const std::string& path, const std::string& target, std::string_view state)
{
    const std::filesystem::path file{path};
    const std::string extension = file.extension().string();
    return {.name = std::filesystem::path{file}.replace_extension().string(),
            .format = extension.empty() ? "" : extension.substr(1),
            .target_uri = target,
            .state = state};
}

}  // namespace

void Recordings::tell_begun(const Recording& recording)
{
    engine_.reports().recording<events::RecordingStarted>(
        [&] { return recording_snapshot(recording.path, recording.target, "recording"); });
}

/// One that has failed has been told of already.
void Recordings::tell_ended(const Recording& recording, Nanos duration)
{
    if (!recording.failed) {
        engine_.reports().recording<events::RecordingFinished>([&] {
            events::RecordingSnapshot done = recording_snapshot(recording.path, recording.target, "done");
            done.duration = recording.before + duration;
            return done;
        });
    }
}

void Recordings::tell_failed(Recording& recording, const std::string& problem)
{
    if (!std::exchange(recording.failed, true)) {
        engine_.reports().recording<events::RecordingFailed>([&] {
            events::RecordingSnapshot broken = recording_snapshot(recording.path, recording.target, "failed");
            broken.cause = problem;
            return broken;
        });
    }
}

bool Recordings::record(Channel& channel, const std::string& path, bridges::Recorder::Options options, bool append)
{
    if (!channel.media.leg || channel.media.recorder != nullptr) {
        return false;
    }
    options.tag = engine_.new_serial();
    options.rate = codecs::codec_info(channel.media.codec).sample_rate;
    if (!engine_.environment().open_recording(
            {.id = options.tag, .path = path, .rate = options.rate, .append = append})) {
        return false;
    }
    const Recording recording{.path = path,
                              .target = Reporter::target_uri(channel),
                              .channel = channel.ref,
                              .application_serial = channel.application_serial,
                              .room = {}};
    recordings_[options.tag] = recording;
    tell_begun(recording);
    auto recorder = std::make_unique<bridges::Recorder>(options);
    channel.media.recorder = recorder.get();
    want_audio(engine_, channel);
    engine_.listen_to(channel);
    engine_.command(channel, command::Record{.leg = channel.media.leg, .recorder = recorder.release()});
    return true;
}

void Recordings::stop(Channel& channel)
{
    if (channel.media.recorder != nullptr) {
        engine_.command(channel, command::StopRecording{.leg = channel.media.leg});
    }
}

bool Recordings::record_room(Room& room, const std::string& path, bool append)
{
    const bridges::Recorder::Options options{.rate = room.bridge.rate, .tag = engine_.new_serial()};
    if (room.recording != 0 || !engine_.environment().open_recording(
                                   {.id = options.tag, .path = path, .rate = room.bridge.rate, .append = append})) {
        return false;
    }
    room.recording = options.tag;
    const Recording recording{
        .path = path, .target = engine_.reports().target_uri(room), .channel = {}, .room = room.name};
    recordings_[options.tag] = recording;
    tell_begun(recording);
    engine_.worker(room.parts.front().worker)
        .post(command::RecordBridge{.bridge = room.parts.front().bridge,
                                    .recorder = std::make_unique<bridges::Recorder>(options).release()});
    return true;
}

void Recordings::stop(Room& room)
{
    if (room.recording != 0) {
        engine_.worker(room.parts.front().worker)
            .post(command::StopRecordingBridge{.bridge = room.parts.front().bridge});
    }
}

void Recordings::set_flow(const Room& room, bridges::Recorder::Flow flow)
{
    if (room.recording != 0) {
        engine_.worker(room.parts.front().worker)
            .post(command::SetRecording{.bridge = room.parts.front().bridge, .tag = room.recording, .flow = flow});
    }
}

bool Recordings::start_monitor(Channel& channel, const MonitorFiles& files)
{
    if (channel.media.monitored) {
        return false;
    }
    channel.media.monitored = files;
    if (channel.media.adopted && !lend_monitor(channel)) {
        channel.media.monitored.reset();
    }
    return channel.media.monitored.has_value();
}

bool Recordings::lend_monitor(Channel& channel)
{
    MonitorFiles& files = *channel.media.monitored;
    const std::uint32_t rate = codecs::codec_info(channel.media.codec).sample_rate;
    bridges::Monitor::Recorders recorders;
    bool any = false;
    for (std::size_t track = 0; track < files.paths.size(); ++track) {
        const bridges::Recorder::Options options{.rate = rate, .tag = engine_.new_serial()};
        if (!files.paths[track].empty() &&
            engine_.environment().open_recording(
                {.id = options.tag, .path = files.paths[track], .rate = rate, .append = files.append || files.begun})) {
            any = true;
            recorders[track] = std::make_unique<bridges::Recorder>(options);
            const Recording recording{.path = files.paths[track],
                                      .target = Reporter::target_uri(channel),
                                      .channel = channel.ref,
                                      .room = {},
                                      .monitor = true,
                                      .before = files.recorded};
            recordings_[options.tag] = recording;
            if (!files.begun) {
                tell_begun(recording);
            }
        }
    }
    if (any) {
        files.begun = true;
        if (codecs::codec_info(channel.media.codec).passed_only) {
            engine_.log(1, channel, "is recorded as silence: its codec is only passed on");
        }
        auto monitor = std::make_unique<bridges::Monitor>(
            bridges::Monitor::Options{.codec = channel.media.codec, .bridged_only = files.bridged_only},
            std::move(recorders));
        channel.media.monitor = monitor.get();
        engine_.listen_to(channel);
        engine_.command(channel, command::StartMonitor{.leg = channel.media.leg, .monitor = monitor.release()});
    }
    return any;
}

void Recordings::stop_monitor(Channel& channel)
{
    channel.media.monitored.reset();
    if (channel.media.monitor != nullptr) {
        engine_.command(channel, command::StopMonitor{.leg = channel.media.leg});
    }
}

void Recordings::on(std::size_t worker, const event::RecordBlock& event)
{
    const auto block = event.recorder->block(event.block);
    const std::uint64_t tag = event.recorder->options().tag;
    engine_.environment().write_recording(tag, {block.begin(), block.end()});
    const auto recording = recordings_.find(tag);
    if (recording == recordings_.end()) {
        return;
    }
    if (const Room* room = engine_.rooms().find(recording->second.room)) {
        engine_.worker(worker).post(
            command::BlockWritten{.bridge = room->parts.front().bridge, .tag = tag, .block = event.block});
    } else if (Channel* channel = engine_.channels().find(recording->second.channel);
               channel != nullptr && channel->media.leg) {
        engine_.command(*channel, command::BlockWritten{.leg = channel->media.leg, .tag = tag, .block = event.block});
    }
}

/// Writes what a recorder still holds and closes its file.
void Recordings::close_recorder(const bridges::Recorder& recorder, bool without_silence)
{
    const std::uint64_t tag = recorder.options().tag;
    if (!recorder.current_in_flight()) {
        const auto rest = recorder.block(recorder.current());
        engine_.environment().write_recording(tag, {rest.begin(), rest.end()});
    }
    engine_.environment().close_recording(
        tag, without_silence ? static_cast<std::uint32_t>(to_ms(recorder.trailing_silence())) : 0);
}

void Recordings::on(std::size_t /*worker*/, const event::RecorderReturned& event)
{
    const std::unique_ptr<bridges::Recorder> recorder{event.recorder};
    // The silence that ended the recording is no part of it.
    close_recorder(*recorder, event.ending == event::Ending::Silence && !recorder->options().keep_silence);
    const auto extracted = recordings_.extract(recorder->options().tag);
    if (extracted.empty()) {
        return;
    }
    const Recording& recording = extracted.mapped();
    tell_ended(recording, recorder->duration());
    if (Room* room = engine_.rooms().find(recording.room);
        room != nullptr && room->recording == recorder->options().tag) {
        room->recording = 0;
    }
    Channel* channel = engine_.channels().find(recording.channel);
    if (channel == nullptr || channel->media.recorder != recorder.get()) {
        return;
    }
    channel->media.recorder = nullptr;
    if (channel->application != nullptr && channel->application_serial == recording.application_serial) {
        Call call{engine_, *channel};
        channel->application->on_recorded(call, recording.failed ? event::Ending::Failed : event.ending);
    }
}

void Recordings::on(std::size_t /*worker*/, const event::MonitorReturned& event)
{
    finish_monitor(std::unique_ptr<bridges::Monitor>{event.monitor});
}

void Recordings::finish_monitor(std::unique_ptr<bridges::Monitor> monitor)
{
    std::vector<Recording> ended;
    Nanos duration = 0ns;
    for (const auto& recorder : monitor->recorders()) {
        if (recorder != nullptr) {
            close_recorder(*recorder, false);
            duration = std::max(duration, recorder->duration());
            ended.push_back(recordings_.extract(recorder->options().tag).mapped());
        }
    }
    Channel* channel = ended.empty() ? nullptr : engine_.channels().find(ended.front().channel);
    const bool its = channel != nullptr && channel->media.monitor == monitor.get();
    if (its) {
        channel->media.monitor = nullptr;
    }
    if (its && channel->media.monitored && channel->media.leg) {
        // It came home unasked when the codec changed: another goes on where it ended.
        channel->media.monitored->recorded += duration;
        if (lend_monitor(*channel)) {
            return;
        }
        channel->media.monitored.reset();
    }
    for (const Recording& recording : ended) {
        tell_ended(recording, duration);
    }
}

void Recordings::on(const RecordingFailed& failed)
{
    engine_.environment().log(0, failed.problem);
    const auto found = recordings_.find(failed.id);
    if (tracks_failed(failed) || found == recordings_.end()) {
        return;
    }
    tell_failed(found->second, failed.problem);
    Room* room = engine_.rooms().find(found->second.room);
    Channel* channel = engine_.channels().find(found->second.channel);
    if (room != nullptr && room->recording == failed.id) {
        stop(*room);
    } else if (channel != nullptr && found->second.monitor) {
        stop_monitor(*channel);
    } else if (channel != nullptr) {
        stop(*channel);
    }
}

}  // namespace rb::engine
