// report.h — an outcome for a person and for a machine, from one list of figures.
#pragma once

#include "tools/rbload/options.h"
#include "tools/rbload/outcome.h"

#include <string>

namespace rb::load {

/// A table of a few dozen lines, and the verdict.
[[nodiscard]] std::string to_text(const Options& options, const Outcome& outcome);
/// One JSON object: a member for each section, durations in microseconds.
[[nodiscard]] std::string to_json(const Options& options, const Outcome& outcome);

/// 0 all well, 1 a fault, 2 the generator was too slow for the result to count.
[[nodiscard]] int exit_code(const Outcome& outcome) noexcept;

}  // namespace rb::load
