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

    struct Options {
        Nanos wall_offset = 0ns;          ///< what turns `now` into time since 1970
        std::size_t legs_per_worker = 0;  ///< rows of the table "legs" that belong to each worker
    };

    Publisher(stats::NodeStats& stats, const Options& options);

    /// Writes what is due.
    void publish(engine::CallEngine& engine, Nanos now);
    /// Notes a warning or an error in the distinct-error log.
    void note(int level, const std::string& line, Nanos now);
    void reloaded(bool taken);

private:
    void publish_figures(engine::CallEngine& engine, Nanos now);
    void publish_calls(engine::CallEngine& engine);
    void publish_rooms(engine::CallEngine& engine);

    Options options_;
    Counters counters_;
    stats::CallRows calls_;
    stats::RoomRows rooms_;
    ErrorLog errors_;
    Nanos due_ = 0ns;
    std::set<std::size_t> call_rows_;  // in use
    std::set<std::size_t> room_rows_;
};

}  // namespace rb::node
