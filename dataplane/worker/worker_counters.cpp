#include "dataplane/worker/worker_counters.h"

namespace rb {
namespace {

constexpr std::array<const char*, kLatencyBuckets> kLatenessNames{
    "slot_lateness_us.1",    "slot_lateness_us.2",    "slot_lateness_us.4",     "slot_lateness_us.8",
    "slot_lateness_us.16",   "slot_lateness_us.32",   "slot_lateness_us.64",    "slot_lateness_us.128",
    "slot_lateness_us.256",  "slot_lateness_us.512",  "slot_lateness_us.1024",  "slot_lateness_us.2048",
    "slot_lateness_us.4096", "slot_lateness_us.8192", "slot_lateness_us.16384", "slot_lateness_us.32768",
    "slot_lateness_us.inf",
};

constexpr std::array<const char*, kLatencyBuckets> kBusyNames{
    "slot_busy_us.1",     "slot_busy_us.2",    "slot_busy_us.4",    "slot_busy_us.8",    "slot_busy_us.16",
    "slot_busy_us.32",    "slot_busy_us.64",   "slot_busy_us.128",  "slot_busy_us.256",  "slot_busy_us.512",
    "slot_busy_us.1024",  "slot_busy_us.2048", "slot_busy_us.4096", "slot_busy_us.8192", "slot_busy_us.16384",
    "slot_busy_us.32768", "slot_busy_us.inf",
};

constexpr std::array<Figure, static_cast<std::size_t>(WorkerCounter::FirstDrop)> kPlain{{
    {"slots"},
    {"slots_late"},
    {"busy_ns"},
    {"thread_cpu_ns"},
    {"commands"},
    {"events_dropped"},
    {"expectations_failed"},
    {"legs_shed"},
    {"legs", FigureKind::Gauge},
    {"bridges", FigureKind::Gauge},
    {"bridges.native_rtp", FigureKind::Gauge},
    {"bridges.simple_bridge", FigureKind::Gauge},
    {"bridges.softmix", FigureKind::Gauge},
    {"bridges.holding_bridge", FigureKind::Gauge},
    {"heartbeat_ms", FigureKind::Gauge},
    {"packets.received"},
    {"packets.forwarded"},
    {"packets.buffered"},
    {"packets.consumed"},
    {"packets.sent"},
    {"tx_overflow"},
    {"rtcp.feedback"},
    {"ice.checks"},
    {"ice.errors"},
    {"ice.consent_lost"},
    {"mixes_apart"},
    {"trunk_frames_lost"},
    {"send_failed"},
    {"send_refused"},
    {"receive_failed"},
    {"buffers_ended"},
    {"truncated"},
}};

std::array<Figure, kWorkerCounterCount> all_figures()
{
    std::array<Figure, kWorkerCounterCount> figures{};
    std::size_t next = 0;
    for (const Figure& figure : kPlain) {
        figures[next++] = figure;
    }
    for (const char* name : kDropNames) {
        figures[next++] = {name};
    }
    for (const char* name : kLatenessNames) {
        figures[next++] = {name, FigureKind::Bucket};
    }
    for (const char* name : kBusyNames) {
        figures[next++] = {name, FigureKind::Bucket};
    }
    return figures;
}

}  // namespace

const std::array<Figure, kWorkerCounterCount>& worker_figures()
{
    static const auto figures = all_figures();
    return figures;
}

}  // namespace rb
