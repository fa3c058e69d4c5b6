// asterisk_reports.h — what Asterisk's commands print of calls, in its forms, from the counter file.
#pragma once

#include "tools/rbctl/reports.h"

#include <optional>
#include <string>

namespace rb::rbctl {

/// form      empty, "concise", "verbose" or "count"
/// returns   nothing for another form
[[nodiscard]] std::optional<std::string> report_channels(const StatsReader& reader, const std::string& form,
                                                         const ReportOptions& options);
[[nodiscard]] std::string report_call_count(const StatsReader& reader);
[[nodiscard]] std::string report_rtp_stats(const StatsReader& reader, const ReportOptions& options);
[[nodiscard]] std::string report_uptime(const StatsReader& reader, const ReportOptions& options);
[[nodiscard]] std::string report_version(const StatsReader& reader);

}  // namespace rb::rbctl
