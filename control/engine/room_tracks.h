// room_tracks.h — a file for each participant of a room, all in step, and a timeline of who came, spoke and went.
#pragma once

#include "bridges/track_recorder.h"
#include "codecs/resampler.h"
#include "control/engine/channel.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rb::engine {

class CallEngine;

/// What the timeline tells of a participant.
enum class TrackNews : std::uint8_t {
    Join,
    Leave,
    Mute,
    Unmute,
    TalkStart,
    TalkStop
};

/// Each stay in the room has a track of its own, and a file that begins with the recording: silence stands for the time
/// before, and whenever nothing was mixed. A file ends with the last word, and is empty when there was none. The file
/// timeline.json beside them is written anew every ten seconds at most, and at the end.
/// Owner: the call engine; outlives its room until all blocks are home.
class RoomTracks {
public:
    struct Options {
        std::uint64_t tag = 0;    ///< names it to the workers and, as a file, the timeline
        std::string room;         ///< its name
        std::string directory;    ///< below the recordings directory
        std::string extension;    ///< of the files, which names their format: ".wav"
        Nanos begin = 0ns;        ///< when it begins, as far as is known
        Nanos wall_offset = 0ns;  ///< what turns that into time since 1970
    };

    RoomTracks(CallEngine& engine, Options options) : engine_{engine}, options_{std::move(options)} {}

    /// Writes the timeline; false when it may not lie where it is to.
    [[nodiscard]] bool save();

    /// Begins a track for a channel that joins.
    [[nodiscard]] std::uint32_t join(const Channel& channel);
    /// Something has happened to a participant just now.
    void note(std::uint32_t track, TrackNews news);

    /// Frames that a worker has collected.
    void write(const bridges::TrackRecorder& recorder, const bridges::TrackRecorder::View& block);
    /// It stops: nothing more is noted, but blocks may still come.
    void stop(const std::string& problem);
    /// All blocks are home: closes the files and completes the timeline.
    void finish();

    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] bool stopped() const { return ended_.has_value(); }
    [[nodiscard]] bool has_file(std::uint64_t id) const;

    std::size_t recorders_lent = 0;

private:
    struct Track {
        std::uint32_t number = 0;
        std::string file;
        std::string channel;
        std::string unique_id;
        std::string caller_name;
        std::string caller_number;
        Nanos joined = 0ns;
        std::optional<Nanos> left{};
        bool talking = false;
        std::uint64_t id = 0;  ///< of its file; 0 = nothing was heard yet
        bool closed = false;
        std::uint32_t rate = 0;
        std::uint32_t next = 0;  ///< frame that the file goes on with
        std::optional<codecs::Resampler> resampler{};
        std::vector<codecs::Sample> pending{};
    };
    struct Happened {
        Nanos at;
        std::uint32_t track;
        TrackNews news;
    };

    [[nodiscard]] Track& track(std::uint32_t number);
    void open(Track& track, std::uint32_t rate);
    void append(Track& track, std::uint32_t number, std::span<const codecs::Sample> samples);
    void flush(Track& track);
    void close(Track& track);
    void close_those_gone();
    [[nodiscard]] std::uint64_t ms_since_begin(Nanos at) const;
    [[nodiscard]] std::string timeline() const;

    CallEngine& engine_;
    Options options_;
    std::deque<Track> tracks_{};            // by number: the first is of what plays to everybody
    std::vector<std::uint32_t> leaving_{};  // tracks whose last frames may be under way
    std::uint32_t newest_ = 0;              // frame
    std::vector<Happened> events_{};
    std::optional<Nanos> ended_{};
    std::string problem_{};
    std::optional<Nanos> saved_at_{};
};

}  // namespace rb::engine
