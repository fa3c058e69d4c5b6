// Goal: a header is found as the dialplan asks for it, and never where there is none.
#include "control/engine/header_lines.h"

#include <gtest/gtest.h>

namespace rb::engine {
namespace {

TEST(HeaderLines, AreFoundByNameAndTurn)
{
    const HeaderLines lines{{{"Via", "SIP/2.0/UDP a:5060"}, {"X-Team", "red"}, {"via", "second"}, {"X-Empty", ""}}};
    EXPECT_EQ(lines.find("via", 1), "SIP/2.0/UDP a:5060");
    EXPECT_EQ(lines.find("VIA", 2), "second");
    EXPECT_EQ(lines.find("Via", 3), std::nullopt);
    EXPECT_EQ(lines.find("X-Team", 1), "red");
    EXPECT_EQ(lines.find("X-Empty", 1), "");
    EXPECT_EQ(lines.find("X", 1), std::nullopt);
    EXPECT_EQ(lines.find("", 1), std::nullopt);
    EXPECT_EQ(lines.find("Via", 0), std::nullopt);
    EXPECT_EQ(HeaderLines{}.find("Via", 1), std::nullopt);
}

}  // namespace
}  // namespace rb::engine
