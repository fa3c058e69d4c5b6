// Goal: a row that is no longer written is cleared once, and no other one.
// Method: rounds of writing.
#include "control/node/used_rows.h"

#include <gtest/gtest.h>

namespace rb::node {
namespace {

std::vector<std::size_t> end(UsedRows& rows)
{
    std::vector<std::size_t> cleared;
    rows.end_round([&](std::size_t row) { cleared.push_back(row); });
    return cleared;
}

TEST(UsedRows, ClearsExactlyWhatIsNoLongerWritten)
{
    UsedRows rows;
    rows.use(3);
    rows.use(70);
    EXPECT_EQ(end(rows), std::vector<std::size_t>{});
    rows.use(70);
    EXPECT_EQ(end(rows), std::vector<std::size_t>{3});
    rows.use(3);
    EXPECT_EQ(end(rows), std::vector<std::size_t>{70});
    EXPECT_EQ(end(rows), std::vector<std::size_t>{3});
    EXPECT_EQ(end(rows), std::vector<std::size_t>{});
}

}  // namespace
}  // namespace rb::node
