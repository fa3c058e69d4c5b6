// Goal: sequence numbers and timestamps keep their order across every wrap.
// Method: the wraps by hand, then the laws of an order as properties.
#include "dataplane/wire/seq.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace rb::wire {
namespace {

TEST(Seq, CountsAcrossTheWrap)
{
    EXPECT_EQ(seq_distance(65535, 0), 1);
    EXPECT_EQ(seq_distance(0, 65535), -1);
    EXPECT_TRUE(seq_newer(2, 65534));
    EXPECT_FALSE(seq_newer(65534, 2));
    EXPECT_EQ(timestamp_distance(0xffffff60, 0), 160);
    EXPECT_TRUE(timestamp_newer(0, 0xffffff60));
}

TEST(Seq, HalfTheCircleApartIsNoOrder)
{
    EXPECT_FALSE(seq_newer(0, 32768));
    EXPECT_FALSE(seq_newer(32768, 0));
    EXPECT_FALSE(timestamp_newer(0, 0x80000000));
    EXPECT_FALSE(timestamp_newer(0x80000000, 0));
}

TEST(ExtendedSeq, CountsCyclesAndPlacesLatePacketsInTheirOwn)
{
    ExtendedSeq sequence{65534};
    EXPECT_EQ(sequence.advance(65535), 65535U);
    EXPECT_EQ(sequence.advance(1), 65537U);
    EXPECT_EQ(sequence.advance(65533), 65533U);  // late: of the cycle before
    EXPECT_EQ(sequence.highest(), 65537U);
}

RC_GTEST_PROP(SeqProperty, TheNextIsNewerAndNeverBothWays, (std::uint16_t a, std::uint16_t b))
{
    RC_ASSERT(seq_newer(static_cast<std::uint16_t>(a + 1), a));
    RC_ASSERT(!(seq_newer(a, b) && seq_newer(b, a)));
    RC_ASSERT(static_cast<std::uint16_t>(a + seq_distance(a, b)) == b);
}

RC_GTEST_PROP(SeqProperty, TimestampsLikewise, (std::uint32_t a, std::uint32_t b))
{
    RC_ASSERT(timestamp_newer(a + 1, a));
    RC_ASSERT(!(timestamp_newer(a, b) && timestamp_newer(b, a)));
    RC_ASSERT(a + static_cast<std::uint32_t>(timestamp_distance(a, b)) == b);
}

RC_GTEST_PROP(SeqProperty, ExtensionFollowsAnyStreamWhoseStepsAreBelowHalfTheCircle, (std::uint16_t first))
{
    ExtendedSeq sequence{first};
    std::uint32_t truth = first;
    for (const auto step : *rc::gen::container<std::vector<std::uint16_t>>(rc::gen::inRange<std::uint16_t>(0, 32768))) {
        truth += step;
        RC_ASSERT(sequence.advance(static_cast<std::uint16_t>(truth)) == truth);
        RC_ASSERT(sequence.highest() == truth);
    }
}

}  // namespace
}  // namespace rb::wire
