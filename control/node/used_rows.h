// used_rows.h — which rows of a table in the counter file are in use, so that those no longer written are cleared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rb::node {

/// All rows are written in each round; one that is not written any more is cleared when the round ends.
/// Owner: control.
class UsedRows {
public:
    /// The row is written in this round.
    void use(std::size_t row)
    {
        if (row >= rounds_.size()) {
            rounds_.resize(row + 1);
        }
        rounds_[row] = round_;
    }

    /// Calls clear(row) for each row of an earlier round that this one left out.
    template <typename Clear>
    void end_round(Clear&& clear)
    {
        for (std::size_t row = 0; row < rounds_.size(); ++row) {
            if (rounds_[row] != 0 && rounds_[row] != round_) {
                rounds_[row] = 0;
                clear(row);
            }
        }
        ++round_;
    }

private:
    std::vector<std::uint32_t> rounds_;  // in which each row was last written; 0 = not in use
    std::uint32_t round_ = 1;            // two a second: years until it wraps
};

}  // namespace rb::node
