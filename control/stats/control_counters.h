// control_counters.h — every figure the control thread publishes: one enumerator and one name each.
#pragma once

#include "dataplane/base/counters.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace rb::stats {

enum class ControlCounter : std::uint8_t {
    Heartbeat,       ///< gauge: monotonic ms of the loop's last turn
    ThreadCpuNanos,  ///< CPU time of the thread, kernel included
    Calls,           ///< channels made
    CallsAnswered,
    CallsRefused,     ///< by admission: 503
    RefusedDraining,  ///< of them, by reason
    RefusedLimit,     ///< calls_max, legs_max, maxcalls
    RefusedLoad,      ///< maxload
    RefusedMemory,    ///< minmemfree
    RefusedCpu,       ///< cpu_percent_max
    LegCostPpm,       ///< gauge: millionths of a worker one more leg is predicted to take
    PortsExhausted,
    StaleEvents,            ///< of channels that had gone
    DtlsHandshakes,         ///< that have yielded keys
    DtlsFailed,             ///< that have not
    DtlsWrongFingerprints,  ///< of them, for the certificate shown
    DtlsDatagramsLost,      ///< while too many were under way
    QualityMos,             ///< times a leg's opinion score got bad …
    QualityLoss,            ///< … or its loss …
    QualityJitter,          ///< … or its jitter
    CommandsOverflow,       ///< commands that found a worker's queue full and had to wait
    Channels,               ///< gauge
    Legs,                   ///< gauge: legs that exist, lent or not
    LegsMax,                ///< gauge: of the configuration, as the next two
    CallsMax,
    RoomsMax,
    Rooms,         ///< gauge
    PortsFree,     ///< gauge: port pairs that may be taken now
    PortsResting,  ///< gauge: waiting until they are quiet
    PortsSending,  ///< gauge: of them, those whose old peer still sends
    Endpoints,     ///< gauge: configured
    Draining,      ///< gauge: 1 = no new calls
    Reloads,       ///< configurations taken over
    ReloadsRefused,
    Warnings,
    Errors,
    StatsdDatagrams,
    StatsdFailed,   ///< not taken by the kernel or refused by the other end
    SocketClients,  ///< connections to the control socket so far
    SocketRequests,
    SocketTurnedAway,  ///< beyond the most there may be at once
    HttpClients,       ///< connections to the HTTP server so far
    HttpRequests,
    HttpBadRequests,  ///< answered 400, 413 or 431
    HttpTurnedAway,   ///< beyond sessionlimit
    HttpTimedOut,
    StunRequests,
    StunAnswers,      ///< that told our public address
    StunFailures,     ///< rounds of requests without one
    StunIgnored,      ///< datagrams that were no answer to what was asked
    StunKnown,        ///< gauge: 1 = our public address is known
    EventsPublished,  ///< that somebody had subscribed to
    EventsDropped,    ///< by subscribers that were too slow
    ThreadsStuck,     ///< gauge: threads whose loop does not turn
    ThreadsStalls,    ///< times one got stuck
    MemoryBytes,      ///< gauge: resident
    Descriptors,      ///< gauge: open
    Count_,           ///< keep last
};

inline constexpr std::size_t kControlCounterCount = static_cast<std::size_t>(ControlCounter::Count_);

/// Names and kinds, indexed by ControlCounter.
inline constexpr std::array<Figure, kControlCounterCount> kControlFigures{{
    {"heartbeat_ms", FigureKind::Gauge},
    {"thread_cpu_ns"},
    {"calls"},
    {"calls.answered"},
    {"calls.refused"},
    {"calls.refused.draining"},
    {"calls.refused.limit"},
    {"calls.refused.load"},
    {"calls.refused.memory"},
    {"calls.refused.cpu"},
    {"leg_cost_ppm", FigureKind::Gauge},
    {"ports.exhausted"},
    {"stale_events"},
    {"dtls.handshakes"},
    {"dtls.failed"},
    {"dtls.wrong_fingerprints"},
    {"dtls.datagrams_lost"},
    {"quality.alerts.mos"},
    {"quality.alerts.loss"},
    {"quality.alerts.jitter"},
    {"commands.overflow"},
    {"channels", FigureKind::Gauge},
    {"legs", FigureKind::Gauge},
    {"legs.max", FigureKind::Gauge},
    {"calls.max", FigureKind::Gauge},
    {"rooms.max", FigureKind::Gauge},
    {"rooms", FigureKind::Gauge},
    {"ports.free", FigureKind::Gauge},
    {"ports.resting", FigureKind::Gauge},
    {"ports.sending", FigureKind::Gauge},
    {"endpoints", FigureKind::Gauge},
    {"draining", FigureKind::Gauge},
    {"reloads"},
    {"reloads.refused"},
    {"log.warnings"},
    {"log.errors"},
    {"statsd.datagrams"},
    {"statsd.failed"},
    {"control_socket.clients"},
    {"control_socket.requests"},
    {"control_socket.turned_away"},
    {"http.clients"},
    {"http.requests"},
    {"http.bad_requests"},
    {"http.turned_away"},
    {"http.timed_out"},
    {"stun.requests"},
    {"stun.answers"},
    {"stun.failures"},
    {"stun.ignored"},
    {"stun.known", FigureKind::Gauge},
    {"events.published"},
    {"events.dropped"},
    {"threads.stuck", FigureKind::Gauge},
    {"threads.stalls"},
    {"memory_bytes", FigureKind::Gauge},
    {"descriptors", FigureKind::Gauge},
}};
static_assert(kControlFigures.back().name[0] != '\0');

}  // namespace rb::stats
