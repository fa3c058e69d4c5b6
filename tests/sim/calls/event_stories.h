// event_stories.h — what subscribers are told of each channel, room and recording, held against how such a story goes.
#pragma once

#include "control/events/bus.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rb::sim::calls {

class EventStories {
public:
    explicit EventStories(events::Bus& bus);

    /// Reads what has been told since the last time. Returns what is wrong with it.
    [[nodiscard]] std::vector<std::string> read();
    /// When all calls are over: what has begun and not ended.
    [[nodiscard]] std::vector<std::string> unfinished() const;
    /// Keys told of a channel, by its id.
    [[nodiscard]] std::string keys_of(const std::string& id) const;

private:
    struct Channel {
        bool ended = false;
        bool talks = false;
        bool holds = false;
        std::string room;  // id of
        std::string_view state;
        std::string keys;
    };

    void read(const events::Event& event);
    void read(Channel& channel, const events::Event& event);
    void read_room(const events::Event& event);
    void read_recording(const events::Event& event);
    /// Turns something on or off that must be the other way round.
    void turn(bool& what, bool on, const std::string& id, const events::Event& event);
    void complain(const std::string& id, const events::Event& event);

    std::unique_ptr<events::Subscription> reader_;
    std::map<std::string, Channel> channels_;
    std::map<std::string, bool> rooms_;      // whether each is there
    std::map<std::string, int> recordings_;  // begun and not ended, by target and name
    std::vector<std::string> problems_;
};

}  // namespace rb::sim::calls
