#include "sim/network.h"

#include <cmath>

namespace rb::sim {

void SimNetwork::send(Datagram datagram, Nanos now)
{
    if (lost()) {
        return;
    }
    spoil(datagram.bytes);
    launch(datagram, now);
    if (rng_.chance(faults_.duplicate)) {
        launch(datagram, now);
    }
}

bool SimNetwork::lost()
{
    burst_ = burst_ ? !rng_.chance(faults_.burst_ends) : rng_.chance(faults_.burst_begins);
    return burst_ || rng_.chance(faults_.loss);
}

void SimNetwork::spoil(std::vector<std::uint8_t>& bytes)
{
    if (!bytes.empty() && rng_.chance(faults_.corrupt)) {
        bytes[rng_.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + rng_.below(255));
    }
    if (!bytes.empty() && rng_.chance(faults_.truncate)) {
        bytes.resize(rng_.below(bytes.size()));
    }
}

void SimNetwork::launch(const Datagram& datagram, Nanos now)
{
    Nanos delay = faults_.delay;
    if (faults_.jitter_mean > 0ns) {
        const double uniform = (static_cast<double>(rng_.below(1'000'000)) + 1) / 1'000'001.0;
        delay +=
            Nanos{static_cast<std::int64_t>(-std::log(uniform) * static_cast<double>(faults_.jitter_mean.count()))};
    }
    if (rng_.chance(faults_.reorder)) {
        delay += 25ms;
    }
    on_its_way_.push({.at = now + delay, .order = order_++, .datagram = datagram});
}

std::vector<Datagram> SimNetwork::arrived(Nanos now)
{
    std::vector<Datagram> datagrams;
    while (!on_its_way_.empty() && on_its_way_.top().at <= now) {
        datagrams.push_back(on_its_way_.top().datagram);
        on_its_way_.pop();
    }
    return datagrams;
}

}  // namespace rb::sim
