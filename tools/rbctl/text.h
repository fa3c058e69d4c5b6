// text.h — what is printed: safe for a terminal, aligned in columns, or as JSON.
#pragma once

#include "control/json/json_text.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rb::rbctl {

using json::printable;

/// Columns as wide as their widest cell, the first line their titles; numbers to the right.
[[nodiscard]] std::string columns(const std::vector<std::vector<std::string>>& lines);

/// "1d 02:03:04" or "02:03:04".
[[nodiscard]] std::string duration(Nanos span);
/// Local time, "2026-01-31 12:00:00".
[[nodiscard]] std::string wall_time(Nanos since_1970);

}  // namespace rb::rbctl
