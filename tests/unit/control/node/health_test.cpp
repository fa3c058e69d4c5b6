// Goal: a monitor learns from the status alone whether to restart the node, to send it calls, or to look after it.
// Method: each reason by itself, on all three pages.
#include "control/node/health.h"

#include <gtest/gtest.h>

namespace rb::node {
namespace {

/// The statuses of live, ready and degraded.
std::vector<unsigned> statuses(const Condition& condition)
{
    std::vector<unsigned> found;
    for (const char* page : {"live", "ready", "degraded"}) {
        found.push_back(answer_health({.method = "GET", .path = std::string{"/health/"} + page}, "", condition).status);
    }
    return found;
}

std::string body(const char* path, const Condition& condition)
{
    return answer_health({.method = "GET", .path = path}, "/rb", condition).body;
}

TEST(Health, EachReasonShowsWhereItMatters)
{
    EXPECT_EQ(statuses({}), (std::vector<unsigned>{200, 200, 200}));
    EXPECT_EQ(statuses({.stuck = {"sip"}}), (std::vector<unsigned>{503, 503, 503}));
    EXPECT_EQ(statuses({.refusal = engine::Refusal::Draining}), (std::vector<unsigned>{200, 503, 503}));
    EXPECT_EQ(statuses({.refusal = engine::Refusal::Cpu}), (std::vector<unsigned>{200, 503, 503}));
    EXPECT_EQ(statuses({.slow_encoders = {1}}), (std::vector<unsigned>{200, 200, 503}));
    EXPECT_EQ(statuses({.without_uring = true}), (std::vector<unsigned>{200, 200, 503}));
    EXPECT_EQ(statuses({.without_realtime = true}), (std::vector<unsigned>{200, 200, 503}));
    EXPECT_EQ(statuses({.without_public_address = true}), (std::vector<unsigned>{200, 200, 503}));
    EXPECT_EQ(statuses({.reload_refused = true}), (std::vector<unsigned>{200, 200, 503}));
}

TEST(Health, SaysWhy)
{
    EXPECT_EQ(body("/rb/health/ready", {}), R"({"status":"ready","reasons":[]})");
    EXPECT_EQ(body("/rb/health/ready", {.refusal = engine::Refusal::Draining}),
              R"({"status":"not ready","reasons":["new calls get 503: the node is draining"]})");
    EXPECT_EQ(body("/rb/health/degraded", {.slow_encoders = {1}, .without_uring = true}),
              R"({"status":"degraded","reasons":["worker 1 is busy and encodes with less complexity",)"
              R"("workers use recvmmsg: io_uring cannot be had"]})");
    const auto refused = answer_health({.method = "GET", .path = "/health/ready"}, "",
                                       {.refusal = engine::Refusal::Draining, .retry_after_s = 30});
    EXPECT_EQ(refused.fields, (decltype(refused.fields){{"Retry-After", "30"}}));
}

TEST(Health, KnowsOnlyItsOwnPages)
{
    for (const char* path : {"/", "/health", "/health/", "/health/alive", "/x/health/live", "/rb", "/health/live"}) {
        EXPECT_EQ(answer_health({.method = "GET", .path = path}, "/rb", {}).status, 404U) << path;
    }
    EXPECT_EQ(answer_health({.method = "HEAD", .path = "/rb/health/live"}, "/rb", {}).status, 200U);
    const auto posted = answer_health({.method = "POST", .path = "/rb/health/live"}, "/rb", {});
    EXPECT_EQ(posted.status, 405U);
    EXPECT_EQ(posted.fields, (decltype(posted.fields){{"Allow", "GET, HEAD"}}));
}

}  // namespace
}  // namespace rb::node
