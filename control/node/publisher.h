// publisher.h — writes what control knows into the counter file: its own figures, a row a call, a row a room.
#pragma once

#include "control/engine/call_engine.h"
#include "control/stats/node_stats.h"
#include "dataplane/base/time.h"

#include <cstddef>
#include <set>

namespace rb::node {

/// Owner: control.
class Publisher {
public:
    /// How often rows are written anew: 0.2 ms of work for a thousand calls.
    static constexpr Nanos kInterval = 500ms;

    /// wall_offset   what turns `now` into time since 1970
    Publisher(stats::NodeStats& stats, Nanos wall_offset);

    /// Writes what is due.
    void publish(engine::CallEngine& engine, Nanos now);
    /// Notes a warning or an error in the distinct-error log.
    void note(int level, const std::string& line, Nanos now);
    void reloaded(bool taken);

private:
    void publish_figures(engine::CallEngine& engine);
    void publish_calls(engine::CallEngine& engine);
    void publish_rooms(engine::CallEngine& engine);

    Nanos wall_offset_;
    Counters counters_;
    stats::CallRows calls_;
    stats::RoomRows rooms_;
    ErrorLog errors_;
    Nanos due_ = 0ns;
    std::set<std::size_t> call_rows_;  // in use
    std::set<std::size_t> room_rows_;
};

}  // namespace rb::node
