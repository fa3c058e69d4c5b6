// Goal: reliable provisional responses go out one at a time, in order, at the pace of RFC 3262 §3.
// Method: each rule by hand; the times until it gives up as a table.
#include "signaling/supplements/reliable.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::sip {
namespace {

ReliableResponses responses()
{
    return {7, {.t1 = 500ms, .give_up = 32s}};
}

TEST(ReliableResponses, WaitForTheOneBefore)
{
    auto all = responses();
    EXPECT_TRUE(all.push({.code = 183, .headers = "X: 1\r\n"}));
    EXPECT_EQ(all.current().headers, "X: 1\r\nRequire: 100rel\r\nRSeq: 7\r\n");
    EXPECT_FALSE(all.push({.code = 180}));
    EXPECT_FALSE(all.push({.code = 181}));
    EXPECT_FALSE(all.advance());
    EXPECT_FALSE(all.acknowledge(8));
    EXPECT_TRUE(all.acknowledge(7));
    EXPECT_FALSE(all.acknowledge(7));
    EXPECT_TRUE(all.advance());
    EXPECT_EQ(all.current().code, 180);
    EXPECT_EQ(all.current().headers, "Require: 100rel\r\nRSeq: 8\r\n");
    EXPECT_TRUE(all.acknowledge(8));
    EXPECT_TRUE(all.advance());
    EXPECT_EQ(all.current().code, 181);
    EXPECT_TRUE(all.acknowledge(9));
    EXPECT_FALSE(all.advance());
    EXPECT_FALSE(all.under_way());
}

TEST(ReliableResponses, AreRepeatedAtDoublingTimesUntilTheEnd)
{
    auto all = responses();
    all.push({.code = 180});
    std::vector<std::int64_t> waits;
    while (const auto wait = all.next_wait()) {
        waits.push_back(to_ms(*wait));
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 16000, 500}));
    EXPECT_TRUE(all.acknowledge(7));
    EXPECT_TRUE(all.push({.code = 180}));
    EXPECT_EQ(all.next_wait(), 500ms);
}

TEST(ReliableResponses, HoldSdpUntilTheLastThatCarriesItIsAcknowledged)
{
    auto all = responses();
    EXPECT_FALSE(all.holds_sdp());
    all.push({.code = 180});
    EXPECT_FALSE(all.holds_sdp());
    all.push({.code = 183, .body = "v=0"});
    EXPECT_TRUE(all.holds_sdp());
    EXPECT_TRUE(all.acknowledge(7) && all.advance());
    EXPECT_TRUE(all.holds_sdp());
    EXPECT_TRUE(all.acknowledge(8));
    EXPECT_FALSE(all.holds_sdp());
}

TEST(ReliableResponses, ThatWaitAreBoundedAndSdpIsNeverLost)
{
    auto all = responses();
    all.push({.code = 180});
    for (std::size_t i = 1; i < ReliableResponses::kWaitingMax; ++i) {
        all.push({.code = 181});
    }
    all.push({.code = 183, .body = "v=0"});
    all.push({.code = 182});
    std::vector<int> codes;
    for (std::uint32_t rseq = 7; all.acknowledge(rseq) && all.advance(); ++rseq) {
        codes.push_back(all.current().code);
    }
    EXPECT_EQ(codes, (std::vector<int>{181, 181, 181, 181, 181, 181, 181, 183}));
}

}  // namespace
}  // namespace rb::sip
