// capacity.h — what the configured limits come to on this host: legs, descriptors, memory.
#pragma once

#include "control/config/objects.h"

#include <cstddef>
#include <string>

namespace rb::node {

/// What is asked for.
struct Demand {
    std::size_t legs_max = 0;
    std::size_t calls_max = 0;
    std::size_t rooms_max = 0;
    std::size_t port_pairs = 0;  ///< of rtp.conf
    std::size_t workers = 1;
};
[[nodiscard]] Demand demand_of(const config::Snapshot& snapshot, std::size_t workers);

/// What can be had.
struct Capacity {
    std::size_t legs = 0;             ///< at once: each needs a port pair and two descriptors
    std::size_t legs_per_worker = 0;  ///< places; legs follow their rooms, so workers do not fill evenly
    std::size_t bridges_per_worker = 0;
    std::size_t resting_sockets = 0;     ///< port pairs that may keep their sockets while they rest
    std::size_t descriptors_needed = 0;  ///< for the legs that ports and limits allow
    std::size_t descriptors_wanted = 0;  ///< for every port pair, resting ones too
    bool descriptors_short = false;
};

/// descriptors   the limit in force
[[nodiscard]] Capacity capacity_for(const Demand& demand, std::size_t descriptors);

/// The limit of descriptors, raised to `wanted` as far as the host allows.
[[nodiscard]] std::size_t raise_descriptor_limit(std::size_t wanted);

/// "10000 calls, 5000 legs (rtp.conf has no more ports), 100000 rooms; memory when full: …": one line.
///
/// counters_bytes   size of the counter file
[[nodiscard]] std::string describe(const Demand& demand, const Capacity& capacity, std::size_t counters_bytes);

/// Why ports of rtp.conf may be taken by other programs' calls out, and what to do; empty when they cannot.
///
/// range, reserved   as /proc/sys/net/ipv4/ip_local_port_range and ip_local_reserved_ports have them
[[nodiscard]] std::string port_range_problem(const config::Rtp& rtp, const std::string& range,
                                             const std::string& reserved);

}  // namespace rb::node
