// network.h — the network between clients and server, with its faults, as a queue ordered by arrival.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/base/rng.h"
#include "sim/options.h"

#include <cstdint>
#include <queue>
#include <vector>

namespace rb::sim {

struct Datagram {
    Address source;
    Address destination;
    std::vector<std::uint8_t> bytes;
};

/// One direction.
class SimNetwork {
public:
    SimNetwork(const Faults& faults, std::uint64_t seed) : faults_{faults}, rng_{seed} {}

    void send(Datagram datagram, Nanos now);
    /// What has arrived by now, in order of arrival.
    [[nodiscard]] std::vector<Datagram> arrived(Nanos now);
    /// From now on nothing is lost, changed or late.
    void calm_down() { faults_ = {.delay = faults_.delay}; }

private:
    struct OnItsWay {
        Nanos at = 0ns;
        std::uint64_t order = 0;
        Datagram datagram;
        bool operator<(const OnItsWay& other) const  // the earliest on top
        {
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    [[nodiscard]] bool lost();
    void spoil(std::vector<std::uint8_t>& bytes);
    void launch(const Datagram& datagram, Nanos now);

    Faults faults_;
    Rng rng_;
    bool burst_ = false;
    std::uint64_t order_ = 0;
    std::priority_queue<OnItsWay> on_its_way_;
};

}  // namespace rb::sim
