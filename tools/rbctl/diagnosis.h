// diagnosis.h — who spoils a room, and how: judged from the counter file's rows alone.
#pragma once

#include "tools/rbctl/reports.h"

#include <optional>
#include <string>
#include <vector>

namespace rb::rbctl {

/// Something wrong with one leg.
struct Finding {
    unsigned gravity = 0;  ///< the higher the worse: 100 makes a conversation impossible
    std::string text;
};

/// What is wrong with a leg, worst first.
///
/// leg   its row of "legs.N"
/// age   how long its call has been there
[[nodiscard]] std::vector<Finding> findings_of(const RowView& leg, Nanos age);

/// The room's members, what is wrong with each, and a verdict that names the worst; nothing where there is no such
/// room.
[[nodiscard]] std::optional<std::string> report_diagnosis(const StatsReader& reader, const std::string& name,
                                                          const ReportOptions& options);

}  // namespace rb::rbctl
