#include "control/node/capacity.h"

#include "bridges/bridge.h"
#include "control/engine/channel.h"
#include "dataplane/media/audio_in.h"
#include "dataplane/media/leg.h"
#include "dataplane/worker/command.h"

#include <algorithm>
#include <sstream>
#include <sys/resource.h>

namespace rb::node {
namespace {

/// Descriptors besides those of media sockets: SIP, rings, files, logs.
constexpr std::size_t kOtherDescriptors = 512;
/// What a worker has whether it is idle or not: 4,096 receive buffers of 2 KiB, and its queues.
constexpr std::size_t kWorkerBytes = 4096 * 2048 + sizeof(CommandQueue) + sizeof(EventQueue);

constexpr std::size_t kCallBytes = sizeof(engine::Channel) + sizeof(dialplan::Interpreter);
constexpr std::size_t kLegBytes = sizeof(media::Leg) + sizeof(media::MediaPlan) + sizeof(media::AudioIn);
constexpr std::size_t kRoomBytes = sizeof(bridges::Bridge);

std::string mebibytes(std::size_t bytes)
{
    return std::to_string((bytes + (1U << 19U)) >> 20U) + " MB";
}

}  // namespace

Demand demand_of(const config::Snapshot& snapshot, std::size_t workers)
{
    const config::Limits& limits = snapshot.node.limits;
    const std::size_t first = snapshot.rtp.rtpstart + snapshot.rtp.rtpstart % 2U;
    const std::size_t end = snapshot.rtp.rtpend + 1U;
    return {.legs_max = limits.legs_max,
            .calls_max = limits.calls_max,
            .rooms_max = limits.rooms_max,
            .port_pairs = end > first ? (end - first) / 2 : 0,
            .workers = workers};
}

Capacity capacity_for(const Demand& demand, std::size_t descriptors)
{
    Capacity capacity;
    const std::size_t legs = std::min(demand.legs_max, demand.port_pairs);
    const std::size_t for_media = descriptors > kOtherDescriptors ? descriptors - kOtherDescriptors : 0;
    // Half as many again as an even share. A ring's table of sockets may have no more entries than the limit.
    const std::size_t places = legs * 3 / 2 / demand.workers + 64;
    capacity.descriptors_needed = std::max(legs * kSocketsPerLeg + kOtherDescriptors, places * kSocketsPerLeg);
    capacity.descriptors_wanted =
        std::max(capacity.descriptors_needed, demand.port_pairs * kSocketsPerLeg + kOtherDescriptors);
    capacity.legs = std::min(legs, for_media / kSocketsPerLeg);
    capacity.descriptors_short = capacity.legs < legs;
    capacity.legs_per_worker = std::min(places, descriptors / kSocketsPerLeg);
    capacity.resting_sockets = for_media / kSocketsPerLeg - capacity.legs;
    capacity.bridges_per_worker = demand.rooms_max + demand.legs_max;
    return capacity;
}

std::size_t raise_descriptor_limit(std::size_t wanted)
{
    rlimit limit{};
    static_cast<void>(getrlimit(RLIMIT_NOFILE, &limit));
    if (limit.rlim_cur < wanted) {
        rlimit raised{.rlim_cur = wanted, .rlim_max = std::max<rlim_t>(limit.rlim_max, wanted)};
        if (setrlimit(RLIMIT_NOFILE, &raised) != 0) {
            raised = {.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max), .rlim_max = limit.rlim_max};
            static_cast<void>(setrlimit(RLIMIT_NOFILE, &raised));
        }
        static_cast<void>(getrlimit(RLIMIT_NOFILE, &limit));
    }
    return limit.rlim_cur;
}

std::string describe(const Demand& demand, const Capacity& capacity, std::size_t counters_bytes)
{
    const std::size_t calls = demand.calls_max * kCallBytes;
    const std::size_t legs = capacity.legs * kLegBytes;
    const std::size_t rooms = demand.rooms_max * kRoomBytes;
    const std::size_t workers = demand.workers * kWorkerBytes;
    const std::string why = capacity.descriptors_short            ? " (as descriptors allow)"
                            : demand.port_pairs < demand.legs_max ? " (as rtp.conf has ports)"
                                                                  : "";
    return "limits: " + std::to_string(demand.calls_max) + " calls, " + std::to_string(capacity.legs) + " legs" + why +
           ", " + std::to_string(demand.rooms_max) + " rooms; when all are in use about " +
           mebibytes(calls + legs + rooms + workers + counters_bytes) + ": calls " + mebibytes(calls) + ", legs " +
           mebibytes(legs) + ", rooms " + mebibytes(rooms) + ", workers " + mebibytes(workers) + ", counters " +
           mebibytes(counters_bytes);
}

std::string port_range_problem(const config::Rtp& rtp, const std::string& range, const std::string& reserved)
{
    unsigned low = 0;
    unsigned high = 0;
    if (!(std::istringstream{range} >> low >> high)) {
        return {};
    }
    low = std::max<unsigned>(low, rtp.rtpstart);
    high = std::min<unsigned>(high, rtp.rtpend);
    // The list is sorted: "5000,20000-29999".
    std::istringstream list{reserved};
    for (std::string part; std::getline(list, part, ',');) {
        std::istringstream ends{part};
        unsigned from = 0;
        unsigned to = 0;
        char dash = 0;
        ends >> from;
        to = ends >> dash >> to ? to : from;
        if (from <= low && to >= low) {
            low = to + 1;
        }
    }
    if (low > high) {
        return {};
    }
    const std::string ports = std::to_string(low) + "-" + std::to_string(high);
    return "ports " + ports +
           " of rtp.conf are also those the kernel gives to other programs, whose calls then lack them; "
           "sysctl net.ipv4.ip_local_reserved_ports=" +
           ports + " keeps them";
}

}  // namespace rb::node
