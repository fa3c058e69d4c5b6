// metrics_reference.h — docs/METRICS.md, written from the tables that the names themselves come from.
#pragma once

#include <string>

namespace rb::stats {

/// The whole page.
[[nodiscard]] std::string metrics_markdown();

}  // namespace rb::stats
