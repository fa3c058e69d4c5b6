// reports.h — the node's tables as text for people and as JSON for programs; all of it from the counter file.
#pragma once

#include "dataplane/base/stats_reader.h"
#include "tools/rbctl/sample.h"

#include <optional>
#include <string>

namespace rb::rbctl {

/// What there is to print and how.
struct ReportOptions {
    bool json = false;
    bool all = false;  ///< figures that are 0 too
    Nanos wall_now = 0ns;
};

[[nodiscard]] std::string report_stats(const StatsReader& reader, const ReportOptions& options);
[[nodiscard]] std::string report_calls(const StatsReader& reader, const ReportOptions& options);
/// Nothing where there is no such call, by its id or its channel's name.
[[nodiscard]] std::optional<std::string> report_call(const StatsReader& reader, const std::string& id,
                                                     const ReportOptions& options);
[[nodiscard]] std::string report_rooms(const StatsReader& reader, const ReportOptions& options);
[[nodiscard]] std::optional<std::string> report_room(const StatsReader& reader, const std::string& name,
                                                     const ReportOptions& options);
/// Rates are those of the time between the samples.
[[nodiscard]] std::string report_workers(const StatsReader& reader, const Sample& before, const Sample& after,
                                         const ReportOptions& options);
[[nodiscard]] std::string report_errors(const StatsReader& reader, const ReportOptions& options);

}  // namespace rb::rbctl
