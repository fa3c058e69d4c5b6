// rows.h — rows of the counter file's tables, and how their figures are spelt.
#pragma once

#include "dataplane/base/stats_reader.h"

#include <cstdint>
#include <optional>
#include <string>

namespace rb::rbctl {

/// Calls visit(row) for each row of a table that holds something.
template <typename Visit>
void for_each_row(const StatsReader& reader, const std::string& table, const Visit& visit)
{
    const BlockView* const block = reader.find(table);
    for (std::size_t i = 0; block != nullptr && i < block->rows_used(); ++i) {
        if (const auto row = block->row(i)) {
            visit(*row);
        }
    }
}

/// The row of a call's leg, if it has one.
[[nodiscard]] std::optional<RowView> leg_of(const StatsReader& reader, const RowView& call);

/// With one digit after the point.
[[nodiscard]] std::string fixed(double value);
[[nodiscard]] std::string milliseconds(std::uint64_t micros);
/// A mean opinion score of 1000 to 4500 thousandths; "-" for 0, which is none.
[[nodiscard]] std::string mos(std::uint64_t thousandths);

}  // namespace rb::rbctl
