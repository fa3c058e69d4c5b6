// options.h — what one run of the simulator is made of: every ratio and feature drawn from the seed, by name.
#pragma once

#include "dataplane/base/rng.h"
#include "dataplane/base/time.h"

#include <cstdint>

namespace rb::sim {

/// What a network does to the datagrams of one direction. Ratios are probabilities per datagram.
struct Faults {
    double loss = 0;
    double burst_begins = 0;  ///< Gilbert–Elliott: into the state in which everything is lost …
    double burst_ends = 1;    ///< … and out of it
    double duplicate = 0;
    double reorder = 0;  ///< held back for 25 ms
    double corrupt = 0;  ///< one byte changed
    double truncate = 0;
    Nanos delay = 5ms;        ///< at the least
    Nanos jitter_mean = 0ms;  ///< exponentially distributed, on top
};

struct Options {
    std::uint64_t seed = 1;
    unsigned workers = 1;
    unsigned clients = 3;
    Nanos storm = 5s;  ///< how long actions and faults go on
    Faults to_server;
    Faults to_client;
    double strangers = 0;      ///< datagrams from nowhere, per client and packet
    bool late_slots = false;   ///< slots come 0–30 ms late
    bool full_queues = false;  ///< control lags, and its queue is full meanwhile
    bool keys = false;
    bool hold = false;
    bool play = false;
    bool record = false;
    bool migrate = false;
    bool one_room = false;     ///< the workers' bridges are the parts of one room
    bool rates = false;        ///< rooms are taken to other rates
    bool rebind = false;       ///< a NAT gives a client another address
    bool new_streams = false;  ///< clients change SSRC, or jump in sequence and timestamp
    bool vanish = false;       ///< clients that hang up in the middle
    bool holding = false;      ///< bridges in which some wait, with music, and others announce
    bool drift = false;        ///< clients' clocks are up to 1000 ppm off
    bool srtp = false;         ///< some clients speak SRTP, and renew their keys
    bool dtx = false;          ///< clients send nothing while nobody speaks
    bool trace = false;

    /// Nothing is lost or changed on the way to the server, so that the streams sent must be perfect.
    [[nodiscard]] bool clean() const noexcept
    {
        return to_server.loss + to_server.burst_begins + to_server.duplicate + to_server.reorder + to_server.corrupt +
                       to_server.truncate ==
                   0 &&
               to_server.jitter_mean == 0ms && !new_streams;
    }
};

/// Faults of one direction. savagery: 0 to 1.
[[nodiscard]] Faults draw_faults(Rng& rng, double savagery);

/// The options of a seed: some are calm and long, some savage and short.
[[nodiscard]] Options options_of(std::uint64_t seed);

}  // namespace rb::sim
