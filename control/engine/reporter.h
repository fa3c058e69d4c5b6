// reporter.h — tells the event bus what happens to channels and rooms. Where nobody listens, nothing is put together.
#pragma once

#include "control/engine/channel.h"
#include "control/events/bus.h"
#include "dataplane/media/quality.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rb::engine {

class CallEngine;
struct Room;

/// What is still to be told of a channel that has gone, once its leg is home.
struct Departure {
    std::string call;  ///< its unique id …
    std::string name;  ///< … and its name
    int cause = 16;
    std::shared_ptr<const events::ChannelSnapshot> snapshot;  ///< nullptr = nobody listens
};

/// Owner: the call engine.
class Reporter {
public:
    Reporter(CallEngine& engine, events::Bus& bus) : engine_{engine}, bus_{bus} {}

    void created(const Channel& channel);
    void state_changed(const Channel& channel);
    [[nodiscard]] Departure departure(const Channel& channel) const;
    void quality_report(const Departure& of, const events::QualityFigures& figures);
    void destroyed(const Departure& channel);
    void key(const Channel& channel, char digit, Nanos held);
    /// Tells each beginning once, and of an end only where that was.
    void talks(Channel& channel, bool talking);
    /// Tells when the channel's peer has begun or ceased to hold the call since it was asked last.
    void note_hold(Channel& channel);
    /// kind   as in the log; a literal
    void quality_alert(const Channel& channel, std::string_view kind, const media::QualityAlert& alert);

    void room_made(const Room& room);
    void room_ended(const Room& room);
    void entered(const Room& room, const Channel& channel);
    void left(const Room& room, const Channel& channel);
    void speaker_changed(const Room& room);

    /// Body   RecordingStarted, RecordingFinished or RecordingFailed
    /// make   returns a RecordingSnapshot
    template <typename Body, typename Make>
    void recording(const Make& make)
    {
        publish([&] { return Body{make()}; });
    }
    /// What names a recorded channel or room in events.
    [[nodiscard]] static std::string target_uri(const Channel& channel) { return "channel:" + channel.unique_id; }
    [[nodiscard]] std::string target_uri(const Room& room) const { return "bridge:" + bridge_id(room); }

private:
    template <typename Make>
    void publish(Make&& make)
    {
        bus_.publish(wall_now(), std::forward<Make>(make));
    }
    [[nodiscard]] Nanos wall_now() const;
    [[nodiscard]] Nanos wall_time(Nanos at) const;
    [[nodiscard]] events::ChannelSnapshot snapshot(const Channel& channel) const;
    [[nodiscard]] events::BridgeSnapshot snapshot(const Room& room) const;
    [[nodiscard]] std::string bridge_id(const Room& room) const;

    CallEngine& engine_;
    events::Bus& bus_;
};

}  // namespace rb::engine
