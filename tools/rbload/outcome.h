// outcome.h — everything a run found out, as numbers.
#pragma once

#include "tools/rbload/histogram.h"
#include "tools/rbload/server_watch.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rb::load {

struct CallOutcome {
    std::uint64_t placed = 0;
    std::uint64_t answered = 0;
    std::map<int, std::uint64_t> refused;  ///< by status code
    std::uint64_t timed_out = 0;
    std::uint64_t ended_by_server = 0;  ///< while we meant to hold them
    std::uint64_t far_answered = 0;     ///< bridge mode: calls that came back to us
    std::uint64_t retransmissions = 0;
    std::uint64_t malformed = 0;
    double placed_per_second = 0;
    double seconds = 0;  ///< from the first INVITE to the last call's end (signalling) or answer
    Percentiles setup;   ///< INVITE to 200
};

struct MediaOutcome {
    double seconds = 0;
    std::uint64_t legs = 0;
    std::uint64_t speaking = 0;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t lost = 0;     ///< stamps that never came
    std::uint64_t missing = 0;  ///< holes in the server's sequence numbers
    std::uint64_t duplicates = 0;
    std::uint64_t reordered = 0;
    std::uint64_t changed = 0;
    std::uint64_t misrouted = 0;
    std::uint64_t strangers = 0;
    std::uint64_t malformed = 0;
    std::uint64_t not_genuine = 0;  ///< refused by SRTP
    std::uint64_t other_payload = 0;
    std::uint64_t source_changes = 0;
    std::uint64_t gaps = 0;
    Nanos longest_gap{};
    std::uint64_t silent_legs = 0;  ///< that heard nothing
    std::uint64_t rtcp_reports = 0;
    std::uint64_t rtcp_malformed = 0;
    std::int64_t lost_by_server = 0;  ///< of our packets, as its RTCP says
    Percentiles latency;
    Percentiles jitter;
};

/// Who heard whom in the rooms.
struct HearingOutcome {
    std::uint64_t legs = 0;         ///< judged
    std::uint64_t unheard = 0;      ///< pairs in which a talker is more than the tolerance too quiet or too loud
    std::uint64_t echoed = 0;       ///< talkers who hear themselves less than 50 dB down
    double worst_level_db = 0;      ///< farthest from the level sent
    double loudest_self_db = -200;  ///< of what a talker hears of himself against the level sent
    std::string worst;              ///< who, whom, how much
};

struct ServerOutcome {
    int pid = 0;
    double cpu_percent = 0;        ///< of one core
    double user_share = 0;         ///< 0 to 1
    double us_per_leg_second = 0;  ///< 0 without media
    double us_per_call = 0;        ///< 0 with media
    std::uint64_t rss_kb = 0;
    double rss_kb_per_leg = 0;            ///< at the end of the measured time, since before the first call
    double rss_kb_per_leg_after_100 = 0;  ///< beyond the first hundred legs; 0 with fewer than 200
    std::map<std::string, double> thread_percent;
    std::map<std::string, double> thread_us_per_leg_second;
};

struct GeneratorOutcome {
    double cpu_percent = 0;
    Percentiles lateness;
    std::uint64_t send_failed = 0;
    bool too_slow = false;
    std::string why;
};

struct Outcome {
    CallOutcome calls;
    std::optional<MediaOutcome> media;
    std::optional<HearingOutcome> hearing;
    std::optional<ServerOutcome> server;
    GeneratorOutcome generator;
    std::vector<std::string> faults;
    bool interrupted = false;
};

}  // namespace rb::load
