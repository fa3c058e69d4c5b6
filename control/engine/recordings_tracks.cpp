// Recordings of a room that keep its participants apart.
#include "control/engine/call_engine.h"
#include "control/engine/recordings.h"
#include "control/engine/room_rate.h"
#include "control/engine/room_tracks.h"

#include <algorithm>

namespace rb::engine {
namespace {

/// What a command may take to reach a worker; all parts of a room begin after that, within one frame.
constexpr Nanos kNotice = 40ms;

}  // namespace

Recordings::Recordings(CallEngine& engine) : engine_{engine} {}

Recordings::~Recordings() = default;

bool Recordings::record_tracks(Room& room, const std::string& directory, const std::string& extension)
{
    if (room.tracks != 0) {
        return false;
    }
    const std::uint64_t tag = engine_.new_serial();
    auto tracks =
        std::make_unique<RoomTracks>(engine_, RoomTracks::Options{.tag = tag,
                                                                  .room = room.name,
                                                                  .directory = directory,
                                                                  .extension = extension,
                                                                  .begin = engine_.now(),
                                                                  .wall_offset = engine_.wall_now() - engine_.now()});
    if (!tracks->save()) {
        return false;
    }
    tracks_[tag] = std::move(tracks);
    room.tracks = tag;
    const Recording recording{
        .path = directory + extension, .target = engine_.reports().target_uri(room), .channel = {}, .room = room.name};
    recordings_[tag] = recording;
    tell_begun(recording);
    // On one worker it begins with the next tick, as the recording of the mix does.
    const auto begin = room.parts.size() > 1 ? std::optional{engine_.now() + kNotice} : std::nullopt;
    for (const RoomPart& part : room.parts) {
        lend_tracks(room, part, begin);
    }
    for (const Member& member : room.members) {
        Channel* channel = engine_.channels().find(member.channel);
        if (channel != nullptr && channel->media.bridge) {
            begin_track(room, *channel);
            engine_.command(*channel, command::SetTrack{.leg = channel->media.leg, .track = channel->media.track});
            if (member.options.muted) {
                note_track(*channel, TrackNews::Mute);
            }
            if (channel->talking) {
                note_track(*channel, TrackNews::TalkStart);
            }
        }
    }
    return true;
}

void Recordings::lend_tracks(const Room& room, const RoomPart& part, std::optional<Nanos> begin)
{
    const auto tracks = tracks_.find(room.tracks);
    if (tracks == tracks_.end()) {
        return;
    }
    ++tracks->second->recorders_lent;
    auto recorder = std::make_unique<bridges::TrackRecorder>(bridges::TrackRecorder::Options{
        .rate_max = room_rate_max(room.profile), .begin = begin, .tag = room.tracks, .bridge = part.bridge});
    engine_.worker(part.worker).post(command::RecordTracks{.bridge = part.bridge, .recorder = recorder.release()});
}

void Recordings::record_tracks_of(const Room& room, const RoomPart& part)
{
    const auto tracks = tracks_.find(room.tracks);
    if (tracks != tracks_.end()) {
        lend_tracks(room, part, tracks->second->options().begin);
    }
}

void Recordings::stop_tracks(Room& room, const std::string& problem)
{
    const auto tracks = tracks_.find(std::exchange(room.tracks, 0));
    if (tracks == tracks_.end()) {
        return;
    }
    tracks->second->stop(problem);
    for (const RoomPart& part : room.parts) {
        engine_.worker(part.worker).post(command::StopTracks{.bridge = part.bridge});
    }
    for (const Member& member : room.members) {
        if (Channel* channel = engine_.channels().find(member.channel)) {
            channel->media.track = 0;
        }
    }
}

void Recordings::begin_track(const Room& room, Channel& channel)
{
    const auto tracks = tracks_.find(room.tracks);
    if (tracks != tracks_.end()) {
        channel.media.track = tracks->second->join(channel);
        channel.media.tracks = room.tracks;
    }
}

void Recordings::note_track(Channel& channel, TrackNews news)
{
    const auto tracks = tracks_.find(channel.media.tracks);
    if (channel.media.track != 0 && tracks != tracks_.end()) {
        tracks->second->note(channel.media.track, news);
    }
}

void Recordings::on(std::size_t worker, const event::TrackBlock& event)
{
    const auto& options = event.recorder->options();
    const auto tracks = tracks_.find(options.tag);
    RB_ASSERT(tracks != tracks_.end());  // it waits for its recorders
    tracks->second->write(*event.recorder, event.recorder->block(event.block));
    engine_.worker(worker).post(
        command::BlockWritten{.bridge = options.bridge, .tag = options.tag, .block = event.block});
}

void Recordings::on(std::size_t /*worker*/, const event::TracksReturned& event)
{
    const std::unique_ptr<bridges::TrackRecorder> recorder{event.recorder};
    const auto found = tracks_.find(recorder->options().tag);
    RB_ASSERT(found != tracks_.end());
    RoomTracks& tracks = *found->second;
    tracks.write(*recorder, recorder->rest());
    if (recorder->lost_frames() > 0) {
        engine_.environment().log(1, "room " + tracks.options().room + ": " + std::to_string(recorder->lost_frames()) +
                                         " frames are missing in its tracks, for control was too late to take them");
    }
    if (--tracks.recorders_lent == 0 && tracks.stopped()) {
        tracks.finish();
        tell_ended(recordings_.extract(tracks.options().tag).mapped(), engine_.now() - tracks.options().begin);
        tracks_.erase(found);
    }
}

/// One file that cannot be written ends the recording of all tracks; the room goes on.
bool Recordings::tracks_failed(const RecordingFailed& failed)
{
    for (auto& [tag, tracks] : tracks_) {
        if (!tracks->has_file(failed.id)) {
            continue;
        }
        tell_failed(recordings_.at(tag), failed.problem);
        Room* room = engine_.rooms().find(tracks->options().room);
        if (room != nullptr && room->tracks == tag) {
            stop_tracks(*room, failed.problem);
        }
        return true;
    }
    return false;
}

}  // namespace rb::engine
