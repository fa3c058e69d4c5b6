// Goal: without extensions.conf a number reaches the application its route names.
// Method: one node with overlapping routes, each order of preference once.
#include "control/dialplan/routes.h"

#include <gtest/gtest.h>

namespace rb::dialplan {
namespace {

TEST(Routes, TheEndpointsOwnAndTheMostSpecificWin)
{
    config::Node node;
    node.default_app = "fallback";
    node.routes = {{.name = "a", .pattern = "_9.", .app = "nines"},
                   {.name = "b", .pattern = "911", .app = "exact", .args = {"x"}},
                   {.name = "c", .endpoint = "kitchen", .pattern = "_X!", .app = "own"}};
    config::Problems problems;
    const Routes routes{node, problems};
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(routes.find("hall", "911"), (RouteTarget{"exact", {"x"}}));
    EXPECT_EQ(routes.find("hall", "912"), (RouteTarget{"nines", {}}));
    EXPECT_EQ(routes.find("kitchen", "911"), (RouteTarget{"own", {}}));
    EXPECT_EQ(routes.find("hall", "5"), (RouteTarget{"fallback", {}}));
}

TEST(Routes, WithoutADefaultThereMayBeNothing)
{
    config::Problems problems;
    EXPECT_EQ((Routes{{}, problems}.find("hall", "5")), std::nullopt);
}

TEST(Routes, AWrongPatternIsAnError)
{
    config::Node node;
    node.routes = {{.name = "a", .pattern = "_[", .app = "x"}};
    config::Problems problems;
    const Routes routes{node, problems};
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(to_string(problems[0]), "ringbridge.conf: route [a]: '_[' is not an extension: [ without ]");
}

}  // namespace
}  // namespace rb::dialplan
