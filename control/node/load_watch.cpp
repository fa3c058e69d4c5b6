#include "control/node/load_watch.h"

#include "control/node/media_sockets.h"
#include "dataplane/base/clock.h"
#include "dataplane/worker/worker_counters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::node {
namespace {

constexpr int kTrials = 500;
constexpr double kPacketsPerSecond = 50;
constexpr std::size_t kG711Packet = 172;

}  // namespace

LoadWatch::LoadWatch(stats::NodeStats& stats, std::size_t workers) : busy_(workers)
{
    for (std::size_t i = 0; i < workers; ++i) {
        workers_.push_back(stats.worker(i));
    }
}

void LoadWatch::step(engine::CallEngine& engine, Nanos now)
{
    if (const Nanos span = now - measured_at_; span >= kWorkersInterval) {
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            const std::uint64_t busy = workers_[i].get(WorkerCounter::BusyNanos);
            const double share = static_cast<double>(busy - busy_[i]) / static_cast<double>(span.count());
            engine.admission().measured(i, share, engine.worker(i).legs());
            engine.settle_complexity(i, share);
            busy_[i] = busy;
        }
        measured_at_ = now;
    }
    if (now >= host_due_) {
        engine.admission().measured(measure_host());
        host_due_ = now + kHostInterval;
    }
}

unsigned load_percent(engine::CallEngine& engine)
{
    const std::size_t worker = engine.least_loaded();
    const double busy = engine.admission().predicted(worker, engine.worker(worker).legs());
    return static_cast<unsigned>(std::clamp(std::lround(busy * 100), 0L, 100L));
}

double measure_leg_cost()
{
    std::array<int, 2> ends{-1, -1};
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return engine::Admission::kLegCost;
    }
    std::array<std::uint8_t, kG711Packet> packet{};
    int carried = 0;
    const Nanos began = SteadyClock::now();
    for (int i = 0; i < kTrials; ++i) {
        const bool sent = send(ends[0], packet.data(), packet.size(), 0) >= 0;
        carried += sent && recv(ends[1], packet.data(), packet.size(), 0) >= 0 ? 1 : 0;
    }
    const Nanos took = SteadyClock::now() - began;
    close_media_sockets(ends);
    if (carried != kTrials) {
        return engine::Admission::kLegCost;
    }
    return std::chrono::duration<double>(took).count() / kTrials * kPacketsPerSecond;
}

engine::Admission::Host measure_host()
{
    engine::Admission::Host host;
    std::array<double, 1> load{};
    if (getloadavg(load.data(), 1) == 1) {
        host.load = load[0];
    }
    std::ifstream file{"/proc/meminfo"};
    for (std::string name; file >> name;) {
        if (name == "MemAvailable:") {
            std::uint64_t kib = 0;
            if (file >> kib) {
                host.free_mib = kib / 1024;
            }
            break;
        }
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return host;
}

}  // namespace rb::node
