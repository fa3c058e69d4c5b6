// publisher.h — writes what control knows into the counter file: its own figures, a row a call, a row a room.
#pragma once

#include "control/cli/control_socket.h"
#include "control/engine/call_engine.h"
#include "control/events/bus.h"
#include "control/http/http_server.h"
#include "control/node/stun_client.h"
#include "control/node/used_rows.h"
#include "control/node/watchdog.h"
#include "control/stats/node_stats.h"
#include "control/stats/statsd.h"
#include "dataplane/base/time.h"

#include <cstddef>
#include <vector>

namespace rb::node {

/// Owner: control.
class Publisher {
public:
    /// How often rows are written anew: 0.2 ms of work for a thousand calls.
    static constexpr Nanos kInterval = 500ms;
    /// Counting 10,000 descriptors takes 5 ms on kernels before 6.2.
    static constexpr Nanos kDescriptorsInterval = 10s;

    /// wall_offset   what turns `now` into time since 1970
    Publisher(stats::NodeStats& stats, std::size_t workers, Nanos wall_offset);

    /// Writes what is due.
    void publish(engine::CallEngine& engine, Nanos now);
    /// Notes a warning or an error in the distinct-error log.
    void note(int level, const std::string& line, Nanos now);
    void reloaded(bool taken);
    /// The threads besides control and their newest heartbeats; those that have no block are written into theirs.
    [[nodiscard]] std::vector<Beat> beats(Nanos files_beat, Nanos dtls_beat);
    void stuck(std::size_t threads, bool one_more);
    /// What the ways out of the process have counted.
    void publish_outlets(const stats::Statsd::Counts& statsd, const cli::ControlSocket::Counts& socket,
                         const http::HttpServer::Counts& http, const StunClient::Counts& stun);
    void publish_events(const events::Bus::Counts& events);

private:
    void publish_figures(engine::CallEngine& engine);
    void publish_calls(engine::CallEngine& engine);
    void publish_media(engine::CallEngine& engine);
    void publish_rooms(engine::CallEngine& engine);

    Nanos wall_offset_;
    Counters counters_;
    Counters media_;
    Counters sip_;
    Counters files_;
    std::vector<Counters> workers_;
    stats::CallRows calls_;
    stats::RoomRows rooms_;
    ErrorLog errors_;
    Nanos due_ = 0ns;
    Nanos descriptors_due_ = 0ns;
    UsedRows call_rows_;
    UsedRows room_rows_;
};

}  // namespace rb::node
