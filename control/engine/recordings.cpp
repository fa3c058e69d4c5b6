#include "control/engine/recordings.h"

#include "control/engine/call.h"
#include "control/engine/call_engine.h"
#include "control/engine/passed_codecs.h"

namespace rb::engine {

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
    recordings_[options.tag] = {.channel = channel.ref, .application_serial = channel.application_serial, .room = {}};
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
    Recording& recording = recordings_[options.tag];
    recording.room = room.name;
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
    const MonitorFiles& files = *channel.media.monitored;
    const std::uint32_t rate = codecs::codec_info(channel.media.codec).sample_rate;
    bridges::Monitor::Recorders recorders;
    bool any = false;
    for (std::size_t track = 0; track < files.paths.size(); ++track) {
        const bridges::Recorder::Options options{.rate = rate, .tag = engine_.new_serial()};
        if (!files.paths[track].empty() &&
            engine_.environment().open_recording(
                {.id = options.tag, .path = files.paths[track], .rate = rate, .append = files.append})) {
            any = true;
            recorders[track] = std::make_unique<bridges::Recorder>(options);
            Recording& recording = recordings_[options.tag];
            recording.channel = channel.ref;
            recording.monitor = true;
        }
    }
    if (any) {
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
    Channel* channel = nullptr;
    for (const auto& recorder : monitor->recorders()) {
        if (recorder != nullptr) {
            close_recorder(*recorder, false);
            const auto recording = recordings_.extract(recorder->options().tag);
            channel = recording.empty() ? channel : engine_.channels().find(recording.mapped().channel);
        }
    }
    if (channel == nullptr || channel->media.monitor != monitor.get()) {
        return;
    }
    channel->media.monitor = nullptr;
    // It came home unasked when the codec changed: another goes on where it ended.
    if (channel->media.monitored && channel->media.leg) {
        channel->media.monitored->append = true;
        if (!lend_monitor(*channel)) {
            channel->media.monitored.reset();
        }
    }
}

void Recordings::on(const RecordingFailed& failed)
{
    engine_.environment().log(0, failed.problem);
    const auto found = recordings_.find(failed.id);
    if (tracks_failed(failed) || found == recordings_.end()) {
        return;
    }
    found->second.failed = true;
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
