#include "control/engine/room_tracks.h"

#include "control/engine/call_engine.h"
#include "control/json/json_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace rb::engine {
namespace {

constexpr Nanos kSaveEvery = 10s;

/// Frames that a block may still be under way after its participant has left: two seconds, twice what it waits.
constexpr std::uint32_t kUnderWay_frames = 2 * bridges::TrackRecorder::kBlockAge_frames;

constexpr const char* kAnnouncementsName = "announcements";

const char* name_of(TrackNews news)
{
    switch (news) {
        case TrackNews::Join:
            return "join";
        case TrackNews::Leave:
            return "leave";
        case TrackNews::Mute:
            return "mute";
        case TrackNews::Unmute:
            return "unmute";
        case TrackNews::TalkStart:
            return "talk_start";
        case TrackNews::TalkStop:
            return "talk_stop";
    }
    return "";
}

/// "001-PJSIP-anonymous-00000001.wav": a name without anything a file system or a shell would stumble over.
std::string file_name(std::uint32_t number, const std::string& channel, const std::string& extension)
{
    std::array<char, 16> digits{};
    const int size = std::snprintf(digits.data(), digits.size(), "%03u-", number);
    std::string name{digits.data(), static_cast<std::size_t>(size)};
    for (const char c : channel) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        name += plain ? c : '-';
    }
    return name + extension;
}

/// RFC 3339 §5.6: "2026-01-31T12:00:00.250Z".
std::string timestamp(Nanos since_1970)
{
    const auto seconds = static_cast<std::time_t>(since_1970 / 1s);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    const std::string ms = std::to_string(1000 + since_1970 / 1ms % 1000);
    return std::string{text.data(), size} + "." + ms.substr(1) + "Z";
}

}  // namespace

std::uint32_t RoomTracks::join(const Channel& channel)
{
    static_cast<void>(track(bridges::TrackRecorder::kAnnouncements));
    const auto number = static_cast<std::uint32_t>(tracks_.size());
    tracks_.push_back({.number = number,
                       .file = file_name(number, channel.name, options_.extension),
                       .channel = channel.name,
                       .unique_id = channel.unique_id,
                       .caller_name = channel.caller_name,
                       .caller_number = channel.caller_number,
                       .joined = engine_.now()});
    note(number, TrackNews::Join);
    return number;
}

void RoomTracks::note(std::uint32_t number, TrackNews news)
{
    Track& of = track(number);
    if (stopped() || of.left) {
        return;
    }
    if (news == TrackNews::Leave && of.talking) {
        events_.push_back({.at = engine_.now(), .track = number, .news = TrackNews::TalkStop});
    }
    of.talking = news == TrackNews::TalkStart || (of.talking && news != TrackNews::TalkStop);
    events_.push_back({.at = engine_.now(), .track = number, .news = news});
    if (news == TrackNews::Leave) {
        of.left = engine_.now();
        leaving_.push_back(number);
    }
    if (saved_at_ && engine_.now() - *saved_at_ >= kSaveEvery) {
        static_cast<void>(save());
    }
}

void RoomTracks::write(const bridges::TrackRecorder& recorder, const bridges::TrackRecorder::View& block)
{
    options_.begin = recorder.begin().value_or(options_.begin);
    const std::size_t length = codecs::frame_samples(block.rate);
    for (std::size_t i = 0; i < block.frames.size(); ++i) {
        Track& of = track(block.frames[i].track);
        if (of.closed || block.frames[i].number < of.next) {
            continue;
        }
        open(of, block.rate);
        if (block.rate != of.rate && (!of.resampler || of.resampler->from() != block.rate)) {
            of.resampler.emplace(block.rate, of.rate);
        }
        newest_ = std::max(newest_, block.frames[i].number);
        const auto samples = block.samples.subspan(i * length, length);
        if (block.rate == of.rate) {
            append(of, block.frames[i].number, samples);
            continue;
        }
        std::array<codecs::Sample, codecs::kFrameSamplesMax> converted;
        const std::span own = std::span{converted}.first(codecs::frame_samples(of.rate));
        of.resampler->process(samples, own);
        append(of, block.frames[i].number, own);
    }
    for (const auto& frame : block.frames) {
        flush(track(frame.track));
    }
    close_those_gone();
}

void RoomTracks::stop(const std::string& problem)
{
    if (stopped()) {
        return;
    }
    for (Track& of : tracks_) {
        if (of.number != bridges::TrackRecorder::kAnnouncements && !of.left) {
            note(of.number, TrackNews::Leave);
        }
    }
    ended_ = engine_.now();
    problem_ = problem;
}

void RoomTracks::finish()
{
    for (Track& of : tracks_) {
        if (of.number != bridges::TrackRecorder::kAnnouncements) {
            open(of, of.rate == 0 ? 8000 : of.rate);  // who never said anything has an empty file
        }
        close(of);
    }
    static_cast<void>(save());
}

bool RoomTracks::has_file(std::uint64_t id) const
{
    return id == options_.tag || std::ranges::any_of(tracks_, [id](const Track& of) { return of.id == id; });
}

RoomTracks::Track& RoomTracks::track(std::uint32_t number)
{
    if (tracks_.empty()) {
        tracks_.push_back({.number = bridges::TrackRecorder::kAnnouncements,
                           .file = file_name(0, kAnnouncementsName, options_.extension),
                           .channel = {},
                           .unique_id = {},
                           .caller_name = {},
                           .caller_number = {},
                           .joined = options_.begin});
    }
    return tracks_.at(number);
}

void RoomTracks::open(Track& of, std::uint32_t rate)
{
    if (of.id != 0 || of.closed) {
        return;
    }
    of.id = engine_.new_serial();
    of.rate = rate;
    // The name cannot lead elsewhere: that of the timeline beside it did not.
    static_cast<void>(engine_.environment().open_recording(
        {.id = of.id, .path = options_.directory + "/" + of.file, .rate = rate, .append = false}));
}

void RoomTracks::append(Track& of, std::uint32_t number, std::span<const codecs::Sample> samples)
{
    if (number > of.next) {
        flush(of);
        engine_.environment().pad_recording(of.id, (number - of.next) * codecs::kFrame_ms);
    }
    of.pending.insert(of.pending.end(), samples.begin(), samples.end());
    of.next = number + 1;
}

void RoomTracks::flush(Track& of)
{
    if (!of.pending.empty()) {
        engine_.environment().write_recording(of.id, std::exchange(of.pending, {}));
    }
}

void RoomTracks::close(Track& of)
{
    if (of.id != 0 && !of.closed) {
        engine_.environment().close_recording(of.id, 0);
    }
    of.closed = true;
}

/// Closes the files of participants whose last frames must have come.
void RoomTracks::close_those_gone()
{
    std::erase_if(leaving_, [this](std::uint32_t number) {
        Track& of = track(number);
        const bool over = newest_ > ms_since_begin(*of.left) / codecs::kFrame_ms + kUnderWay_frames;
        if (over && of.id != 0) {
            close(of);
        }
        return over;
    });
}

std::uint64_t RoomTracks::ms_since_begin(Nanos at) const
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(to_ms(at - options_.begin), 0));
}

bool RoomTracks::save()
{
    saved_at_ = engine_.now();
    return engine_.environment().write_document(options_.tag, options_.directory + "/timeline.json", timeline());
}

std::string RoomTracks::timeline() const
{
    const auto time = [this](const std::optional<Nanos>& at) {
        return at ? std::to_string(ms_since_begin(*at)) : std::string{"null"};
    };
    std::vector<std::string> tracks;
    for (const Track& of : tracks_) {
        if (of.number == bridges::TrackRecorder::kAnnouncements && of.id == 0) {
            continue;
        }
        json::Object object;
        object.add_number("track", of.number).add_text("file", of.file);
        if (of.number != bridges::TrackRecorder::kAnnouncements) {
            object.add_text("channel", of.channel).add_text("id", of.unique_id);
            object.add_text("caller", of.caller_name).add_text("number", of.caller_number);
            object.add("joined_ms", time(of.joined)).add("left_ms", time(of.left));
        }
        tracks.push_back(object.str());
    }
    std::vector<std::string> events;
    for (const Happened& event : events_) {
        json::Object object;
        object.add_number("ms", ms_since_begin(event.at)).add_text("event", name_of(event.news));
        events.push_back(object.add_number("track", event.track).str());
    }
    json::Object whole;
    whole.add_text("room", options_.room).add_text("started", timestamp(options_.begin + options_.wall_offset));
    whole.add("ended_ms", time(ended_)).add("problem", problem_.empty() ? "null" : json::quote(problem_));
    return whole.add("tracks", json::array(tracks)).add("events", json::array(events)).str() + '\n';
}

}  // namespace rb::engine
