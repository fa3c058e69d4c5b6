// figures.h — an outcome as sections of named figures: what the table and the JSON are both made of.
#pragma once

#include "tools/rbload/options.h"
#include "tools/rbload/outcome.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace rb::load {

struct Figure {
    std::string name;  ///< a JSON key with its unit last: "latency_us_p99"
    std::variant<std::uint64_t, std::int64_t, double, std::string> value;
};

struct Section {
    std::string name;
    std::vector<Figure> figures;
};

[[nodiscard]] std::vector<Section> figures_of(const Options& options, const Outcome& outcome);

}  // namespace rb::load
