// worker_counters.h — every figure a worker publishes: one enumerator and one name each.
#pragma once

#include "dataplane/base/counters.h"
#include "dataplane/base/drop.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace rb {

/// Buckets of the histograms: 1 µs to 32 ms, and above.
inline constexpr std::size_t kLatencyBuckets = 17;

enum class WorkerCounter : std::uint16_t {
    Slots,           ///< slots run
    SlotsLate,       ///< that began more than 1 ms after they were due
    BusyNanos,       ///< time spent working; the rest of the clock was slept
    ThreadCpuNanos,  ///< CPU time of the thread, kernel included
    Commands,
    EventsDropped,  ///< informative events that found control too far behind
    Expectations,   ///< "this leg is wrong": failed expectations
    LegsShed,
    Legs,           ///< gauge: legs held
    Bridges,        ///< gauge: bridges held
    BridgesNative,  ///< gauges: by technology
    BridgesSimple,
    BridgesSoftmix,
    BridgesHolding,
    Heartbeat,        ///< gauge: monotonic ms of the loop's last turn
    PacketsReceived,  ///< datagrams; == forwarded + buffered + consumed + Σ drops
    PacketsForwarded,
    PacketsBuffered,
    PacketsConsumed,
    PacketsSent,
    TxOverflow,       ///< datagrams to send that found the batch full
    RtcpFeedback,     ///< NACK, PLI, REMB and the like, passed over
    IceChecks,        ///< checks of ICE answered with success
    IceErrors,        ///< checks answered with an error
    IceConsentLost,   ///< legs whose peer has stopped checking
    MixesApart,       ///< frames mixed for one party alone, for it hears somebody otherwise than the others do
    TrunkFramesLost,  ///< frames for another part of a room whose worker was 80 ms behind
    SendFailed,
    SendRefused,
    ReceiveFailed,
    BuffersEnded,
    Truncated,
    FirstDrop,                                    ///< kDropCount counters follow
    FirstLateness = FirstDrop + kDropCount,       ///< slot lateness, µs
    FirstBusy = FirstLateness + kLatencyBuckets,  ///< slot busy time, µs
    Count_ = FirstBusy + kLatencyBuckets,
};

inline constexpr std::size_t kWorkerCounterCount = static_cast<std::size_t>(WorkerCounter::Count_);

/// The drop counter of a reason.
constexpr std::size_t drop_counter(Drop reason) noexcept
{
    return static_cast<std::size_t>(WorkerCounter::FirstDrop) + static_cast<std::size_t>(reason);
}

/// Names and kinds, indexed by WorkerCounter.
[[nodiscard]] const std::array<Figure, kWorkerCounterCount>& worker_figures();

}  // namespace rb
