// load_watch.h — measures what admission goes by: how busy the workers are, the host's load and its free memory.
#pragma once

#include "control/engine/call_engine.h"
#include "control/stats/node_stats.h"

#include <cstdint>
#include <vector>

namespace rb::node {

/// Owner: control.
class LoadWatch {
public:
    /// Legs that came since the last measurement are only estimated, so it is repeated often.
    static constexpr Nanos kWorkersInterval = 250ms;
    static constexpr Nanos kHostInterval = 1s;

    LoadWatch(stats::NodeStats& stats, std::size_t workers);

    /// Measures what is due.
    void step(engine::CallEngine& engine, Nanos now);

private:
    std::vector<Counters> workers_;
    std::vector<std::uint64_t> busy_;  // ns, at the last measurement
    Nanos measured_at_ = 0ns;
    Nanos host_due_ = 0ns;
};

/// How busy the worker is that the next call would get, 0 to 100.
[[nodiscard]] unsigned load_percent(engine::CallEngine& engine);

/// The share of a worker one leg will take: the datagrams of a call in G.711, through a local socket. Takes a few
/// milliseconds; the default of Admission where there are no sockets.
[[nodiscard]] double measure_leg_cost();

/// The host's load of a minute, and the memory it could still give.
[[nodiscard]] engine::Admission::Host measure_host();

}  // namespace rb::node
