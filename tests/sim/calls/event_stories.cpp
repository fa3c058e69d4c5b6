#include "sim/calls/event_stories.h"

#include "control/events/event_fields.h"

#include <algorithm>

namespace rb::sim::calls {
namespace {

/// What a member of an event is about, or nullptr.
template <typename Snapshot>
const Snapshot* about(const events::Event& event)
{
    for (const events::Field& field : events::fields_of(event)) {
        if (const auto* const found = std::get_if<const Snapshot*>(&field.value)) {
            return *found;
        }
    }
    return nullptr;
}

template <typename Kind>
bool is(const events::Event& event)
{
    return std::holds_alternative<Kind>(event.body);
}

}  // namespace

EventStories::EventStories(events::Bus& bus) : reader_{bus.subscribe(~events::Types{}, std::size_t{1} << 24U)} {}

std::vector<std::string> EventStories::read()
{
    while (const events::EventPtr event = reader_->take()) {
        read(*event);
    }
    return std::exchange(problems_, {});
}

void EventStories::read(const events::Event& event)
{
    const auto* const channel = about<events::ChannelSnapshot>(event);
    if (is<events::EventsLost>(event)) {
        complain("the reader", event);
    } else if (is<events::RecordingStarted>(event) || is<events::RecordingFinished>(event) ||
               is<events::RecordingFailed>(event)) {
        read_recording(event);
    } else if (about<events::BridgeSnapshot>(event) != nullptr) {
        read_room(event);
    }
    if (channel == nullptr) {
        return;
    }
    if (is<events::ChannelCreated>(event) == channels_.contains(channel->id) || channels_[channel->id].ended) {
        return complain(channel->id, event);
    }
    read(channels_[channel->id], event);
}

void EventStories::read(Channel& channel, const events::Event& event)
{
    const auto& snapshot = *about<events::ChannelSnapshot>(event);
    if (is<events::ChannelDestroyed>(event)) {
        channel.ended = true;
        if (channel.talks || !channel.room.empty()) {
            complain(snapshot.id, event);
        }
    } else if (is<events::ChannelTalkingStarted>(event) || is<events::ChannelTalkingFinished>(event)) {
        turn(channel.talks, is<events::ChannelTalkingStarted>(event), snapshot.id, event);
    } else if (is<events::ChannelHold>(event) || is<events::ChannelUnhold>(event)) {
        turn(channel.holds, is<events::ChannelHold>(event), snapshot.id, event);
    } else if (const auto* entered = std::get_if<events::ChannelEnteredBridge>(&event.body)) {
        if (!std::exchange(channel.room, entered->bridge.id).empty()) {
            complain(snapshot.id, event);
        }
    } else if (const auto* left = std::get_if<events::ChannelLeftBridge>(&event.body)) {
        if (std::exchange(channel.room, {}) != left->bridge.id) {
            complain(snapshot.id, event);
        }
    } else if (const auto* key = std::get_if<events::ChannelDtmfReceived>(&event.body)) {
        channel.keys += key->digit;
    }
    const bool changed = std::exchange(channel.state, snapshot.state) != snapshot.state;
    if (changed != (is<events::ChannelStateChange>(event) || is<events::ChannelCreated>(event))) {
        complain(snapshot.id, event);
    }
}

void EventStories::read_room(const events::Event& event)
{
    const auto& room = *about<events::BridgeSnapshot>(event);
    if (is<events::BridgeCreated>(event) || is<events::BridgeDestroyed>(event)) {
        turn(rooms_[room.id], is<events::BridgeCreated>(event), room.id, event);
    } else if (!rooms_[room.id]) {
        complain(room.id, event);
    }
}

void EventStories::read_recording(const events::Event& event)
{
    const auto& recording = *about<events::RecordingSnapshot>(event);
    int& under_way = recordings_[recording.target_uri + " " + recording.name];
    under_way += is<events::RecordingStarted>(event) ? 1 : -1;
    constexpr std::string_view kOfChannel = "channel:";
    const auto channel = channels_.find(recording.target_uri.substr(kOfChannel.size()));
    const bool gone = channel == channels_.end() || channel->second.ended;
    if (under_way < 0 || (gone && recording.target_uri.starts_with(kOfChannel))) {
        complain(recording.target_uri, event);
    }
}

void EventStories::turn(bool& what, bool on, const std::string& id, const events::Event& event)
{
    if (std::exchange(what, on) == on) {
        complain(id, event);
    }
}

std::vector<std::string> EventStories::unfinished() const
{
    std::vector<std::string> left;
    for (const auto& [id, channel] : channels_) {
        if (!channel.ended) {
            left.push_back("no ChannelDestroyed was told of " + id);
        }
    }
    for (const auto& [id, there] : rooms_) {
        if (there) {
            left.push_back("no BridgeDestroyed was told of " + id);
        }
    }
    for (const auto& [name, under_way] : recordings_) {
        if (under_way > 0) {
            left.push_back("no end was told of the recording " + name);
        }
    }
    return left;
}

std::string EventStories::keys_of(const std::string& id) const
{
    const auto found = channels_.find(id);
    return found == channels_.end() ? std::string{} : found->second.keys;
}

void EventStories::complain(const std::string& id, const events::Event& event)
{
    problems_.push_back(std::string{events::type_name(event)} + " is told of " + id + " where it cannot be");
}

}  // namespace rb::sim::calls
