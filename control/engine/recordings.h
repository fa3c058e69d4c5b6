// recordings.h — what is recorded of channels and rooms: blocks come from workers and go to files.
#pragma once

#include "bridges/monitor.h"
#include "bridges/recorder.h"
#include "control/engine/channel.h"
#include "control/engine/environment.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace rb::engine {

class RoomTracks;
struct Room;
struct RoomPart;
enum class TrackNews : std::uint8_t;

/// Owner: the call engine.
class Recordings {
public:
    explicit Recordings(CallEngine& engine);
    ~Recordings();
    Recordings(const Recordings&) = delete;
    Recordings& operator=(const Recordings&) = delete;

    /// Records what a channel says; Application::on_recorded tells the end. False when that is done already, or the
    /// name leads out.
    bool record(Channel& channel, const std::string& path, bridges::Recorder::Options options, bool append = false);
    void stop(Channel& channel);
    /// Records the mix of a room until its end at the latest; false when that is done already, or the name leads out.
    bool record_room(Room& room, const std::string& path, bool append);
    void stop(Room& room);
    /// Pauses, mutes or resumes the recording of a room.
    void set_flow(const Room& room, bridges::Recorder::Flow flow);

    /// Records each participant of a room into a file of its own, until stopped or until the room ends (room_tracks.h);
    /// false when that is done already, or the name leaves the recordings directory.
    bool record_tracks(Room& room, const std::string& directory, const std::string& extension);
    /// problem   why it stops though nobody wanted that; empty = it was wanted
    void stop_tracks(Room& room, const std::string& problem = {});
    /// The room has another part since it is being recorded.
    void record_tracks_of(const Room& room, const RoomPart& part);
    /// Gives who is about to join a track, where the room is recorded so.
    void begin_track(const Room& room, Channel& channel);
    void note_track(Channel& channel, TrackNews news);

    /// Records both directions of a channel once it has media; false when that is done already, or each name leads out.
    bool start_monitor(Channel& channel, const MonitorFiles& files);
    void stop_monitor(Channel& channel);
    /// Opens the files that are wanted of a channel and lends the monitor; false when none can be.
    [[nodiscard]] bool lend_monitor(Channel& channel);
    void finish_monitor(std::unique_ptr<bridges::Monitor> monitor);

    /// The recording stops; whatever was recorded goes on.
    void on(const RecordingFailed& failed);
    void on(std::size_t worker, const event::RecordBlock& event);
    void on(std::size_t worker, const event::RecorderReturned& event);
    void on(std::size_t worker, const event::MonitorReturned& event);
    void on(std::size_t worker, const event::TrackBlock& event);
    void on(std::size_t worker, const event::TracksReturned& event);

    /// All tracks have come home.
    [[nodiscard]] bool idle() const { return tracks_.empty(); }

private:
    struct Recording {
        std::string path;
        std::string target;  // as events name it
        ChannelRef channel;
        std::uint64_t application_serial = 0;
        std::string room;  // of this room instead
        bool monitor = false;
        bool failed = false;
        Nanos before = 0ns;  // is in the file already, by the recorder before
    };

    void tell_begun(const Recording& recording);
    void tell_ended(const Recording& recording, Nanos duration);
    void tell_failed(Recording& recording, const std::string& problem);

    void close_recorder(const bridges::Recorder& recorder, bool without_silence);
    void lend_tracks(const Room& room, const RoomPart& part, std::optional<Nanos> begin);
    [[nodiscard]] bool tracks_failed(const RecordingFailed& failed);

    CallEngine& engine_;
    std::unordered_map<std::uint64_t, Recording> recordings_;      // by tag, which of one file is its id, too
    std::map<std::uint64_t, std::unique_ptr<RoomTracks>> tracks_;  // by tag, until all blocks are home
};

}  // namespace rb::engine
