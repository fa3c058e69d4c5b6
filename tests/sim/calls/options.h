// options.h — what one run of whole calls is made of: every ratio and feature drawn from the seed, by name.
#pragma once

#include "support/call_bench.h"

#include <cstdint>

namespace rb::sim::calls {

struct Options {
    std::uint64_t seed = 1;
    std::size_t workers = 1;
    std::size_t phones = 6;  ///< at once, callees not counted
    Nanos storm = 8s;        ///< how long actions and faults go on
    test::BenchFaults faults;
    unsigned room_parties = 4000;  ///< of a room on one worker
    unsigned ports = 64;           ///< pairs
    double calls = 0.01;           ///< each of these per millisecond
    double acts = 0.02;
    bool rooms = false;  ///< numbers dialled
    bool dials = false;
    bool ivr = false;
    bool hold = false;
    bool reoffer = false;  ///< other codecs in the middle
    bool keys = false;
    bool late_offers = false;
    bool nat = false;          ///< phones that signal private addresses
    bool new_streams = false;  ///< phones change SSRC, or jump in sequence and timestamp
    bool vanish = false;       ///< phones fall silent; some go on speaking after the end
    bool drift = false;
    bool dtx = false;
    bool srtp = false;       ///< some phones speak SRTP, and renew their keys
    bool opus = false;       ///< some phones speak Opus
    bool ice = false;        ///< some phones check the node's addresses, and restart
    bool operators = false;  ///< kicks, mutes, recordings, reloads, draining
    bool trace = false;
};

/// The options of a seed: some are calm, some savage.
[[nodiscard]] Options options_of(std::uint64_t seed);

}  // namespace rb::sim::calls
