// top.h — the full-screen view of a running node.
#pragma once

#include "dataplane/base/stats_reader.h"
#include "tools/rbctl/sample.h"

#include <string>
#include <vector>

namespace rb::rbctl {

/// By what the worst legs are sorted.
enum class TopSort {
    Lost,
    Jitter,
    Dropped,
    Concealed
};

/// One screen as lines, of which the first is the title.
[[nodiscard]] std::vector<std::string> top_screen(const StatsReader& reader, const Span& span, TopSort sort,
                                                  std::size_t legs_max);

/// Draws every second until q is pressed or the node ends; returns the exit code.
[[nodiscard]] int run_top(const StatsReader& reader);

}  // namespace rb::rbctl
