// judge.h — turns what the legs counted into an outcome, and says what of it is a fault.
#pragma once

#include "tools/rbload/media_plan.h"
#include "tools/rbload/options.h"
#include "tools/rbload/outcome.h"
#include "tools/rbload/streamer.h"

#include <span>

namespace rb::load {

/// The streams of one run. judged: by leg, whether its call was up when measuring began (and its partner's too).
struct Streams {
    const Options& options;
    const MediaPlan& plan;
    Streamer& streamer;
    std::vector<bool> judged;
    std::uint64_t speaking = 0;  ///< legs that sent
    StreamerCounts sent;         ///< within the measured time
    double seconds = 0;
};

[[nodiscard]] MediaOutcome judge_media(const Streams& streams);
/// Nothing unless the mode lets hearing be judged and a second was heard.
[[nodiscard]] std::optional<HearingOutcome> judge_hearing(const Streams& streams);
/// Between two samples of the server, of which `legs` were up; 0 without media.
[[nodiscard]] ServerOutcome judge_server(const ServerSample& began, const ServerSample& ended, double legs);
/// Whether the generator kept up: lateness p99 at most 2 ms, at most 90 % of its core.
void judge_generator(GeneratorOutcome& generator);

/// Appends what was wrong with the media.
void add_media_faults(const Options& options, const Outcome& outcome, std::vector<std::string>& faults);

}  // namespace rb::load
