// Goal: the receiver counts one stream right across wraps, losses, restarts and clock jumps (RFC 3550 §A.1, §A.3).
// Method: streams by hand with the figures a report must show; loss counting as a property.
#include "dataplane/media/rtp_receiver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace rb::media {
namespace {

/// A sender of 20 ms packets at 8 kHz.
class Stream {
public:
    auto send(std::uint16_t sequence)
    {
        now += 20ms;
        timestamp += 160;
        return receiver.accept({.sequence = sequence, .timestamp = timestamp, .ssrc = ssrc}, 8000, now);
    }

    RtpReceiver receiver;
    Nanos now = 1s;
    std::uint32_t timestamp = 1000;
    std::uint32_t ssrc = 1;
};

TEST(RtpReceiver, ExtendsTheSequenceAcrossItsWrap)
{
    Stream s;
    const auto first = s.send(65'534);
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->restarted);
    EXPECT_EQ(first->sequence, 65'534U);
    EXPECT_EQ(s.send(65'535)->sequence, 65'535U);
    EXPECT_EQ(s.send(0)->sequence, 65'536U);
    EXPECT_EQ(s.send(65'533)->sequence, 65'533U);  // a straggler from before the wrap
    EXPECT_EQ(s.receiver.report().highest_sequence, 65'536U);
    EXPECT_EQ(s.receiver.streams(), 1U);
}

TEST(RtpReceiver, CountsLossesAsTheReportDefinesThem)
{
    Stream s;
    for (const auto sequence : std::initializer_list<std::uint16_t>{10, 11, 13, 14, 17}) {
        ASSERT_TRUE(s.send(sequence));
    }
    EXPECT_EQ(s.receiver.lost(), 3U);
    const auto report = s.receiver.report();
    EXPECT_EQ(report.cumulative_lost, 3);
    EXPECT_EQ(report.fraction_lost, 3 * 256 / 8);
    EXPECT_EQ(report.ssrc, 1U);
    ASSERT_TRUE(s.send(18));
    EXPECT_EQ(s.receiver.report().fraction_lost, 0);
    EXPECT_EQ(s.receiver.report().cumulative_lost, 3);
}

TEST(RtpReceiver, KnowsHowLossesFollowOneAnother)
{
    Stream s;
    EXPECT_EQ(s.receiver.expected(), 0U);
    for (const auto sequence : std::initializer_list<std::uint16_t>{65'534, 65'535, 1, 2, 5, 4}) {
        ASSERT_TRUE(s.send(sequence));
    }
    EXPECT_EQ(s.receiver.expected(), 8U);
    EXPECT_EQ(s.receiver.losses().runs(), 2U);
    s.ssrc = 2;
    EXPECT_FALSE(s.send(500));
    ASSERT_TRUE(s.send(501));
    EXPECT_EQ(s.receiver.expected(), 9U) << "the stream before counts on";
    EXPECT_EQ(s.receiver.losses().runs(), 2U);
}

TEST(RtpReceiver, DuplicatesMakeTheCumulativeLossNegativeButNeverTheFraction)
{
    Stream s;
    for (const auto sequence : std::initializer_list<std::uint16_t>{1, 1, 1, 2}) {
        ASSERT_TRUE(s.send(sequence));
    }
    const auto report = s.receiver.report();
    EXPECT_EQ(report.cumulative_lost, -2);
    EXPECT_EQ(report.fraction_lost, 0);
    EXPECT_EQ(s.receiver.lost(), 0U);
}

TEST(RtpReceiver, AnotherSsrcIsTakenAtItsSecondPacketInOrder)
{
    Stream s;
    ASSERT_TRUE(s.send(10));
    s.ssrc = 2;
    EXPECT_EQ(s.send(500).error(), Drop::Probation);
    EXPECT_EQ(s.send(502).error(), Drop::Probation);
    const auto taken = s.send(503);
    ASSERT_TRUE(taken);
    EXPECT_TRUE(taken->restarted);
    EXPECT_EQ(s.receiver.ssrc(), 2U);
    EXPECT_EQ(s.receiver.streams(), 2U);
    EXPECT_FALSE(s.send(504)->restarted);
}

TEST(RtpReceiver, ASequenceFarOffRestartsTheStreamAtTheSecondPacketInOrder)
{
    for (const std::uint16_t jump : {std::uint16_t{4000}, std::uint16_t{65'000}}) {
        Stream s;
        ASSERT_TRUE(s.send(100));
        EXPECT_EQ(s.send(jump).error(), Drop::OutOfOrder);
        EXPECT_TRUE(s.send(101));  // the stream goes on: the stray packet is forgotten
        EXPECT_EQ(s.send(jump).error(), Drop::OutOfOrder);
        const auto taken = s.send(static_cast<std::uint16_t>(jump + 1));
        ASSERT_TRUE(taken);
        EXPECT_TRUE(taken->restarted);
        EXPECT_EQ(taken->sequence, jump + 1U);
    }
}

TEST(RtpReceiver, TheLimitsOfWhatIsNear)
{
    Stream s;
    ASSERT_TRUE(s.send(1000));
    EXPECT_TRUE(s.send(1000 + 2999));
    EXPECT_EQ(s.send(1000 + 2999 + 3000).error(), Drop::OutOfOrder);
    Stream back;
    ASSERT_TRUE(back.send(1000));
    EXPECT_TRUE(back.send(1000 - 99));
    EXPECT_EQ(back.send(1000 - 100).error(), Drop::OutOfOrder);
}

TEST(RtpReceiver, JitterFollowsTheSpacingAndNotTheSendersClock)
{
    Stream s;
    for (std::uint16_t i = 0; i < 50; ++i) {
        ASSERT_TRUE(s.send(i));
    }
    EXPECT_EQ(s.receiver.jitter(), 0ns);
    s.timestamp += 1'000'000;  // the sender's clock jumps
    ASSERT_TRUE(s.send(50));
    EXPECT_EQ(s.receiver.jitter(), 0ns);
    for (std::uint16_t i = 51; i < 400; ++i) {
        s.now += i % 2 == 0 ? 8ms : -8ms;  // spaced 12 and 28 ms
        ASSERT_TRUE(s.send(i));
    }
    EXPECT_NEAR(static_cast<double>(s.receiver.jitter().count()), 8e6, 1e6);
}

TEST(RtpReceiver, APressOfAKeyIsNoJitter)
{
    Stream s;
    ASSERT_TRUE(s.send(0));
    ASSERT_TRUE(s.send(1));
    const std::uint32_t begin = s.timestamp + 160;
    for (std::uint16_t i = 2; i < 42; ++i) {
        s.now += 20ms;
        const wire::RtpHeader header{.sequence = i, .timestamp = begin, .ssrc = s.ssrc};
        ASSERT_TRUE(s.receiver.accept(header, std::nullopt, s.now));
    }
    EXPECT_EQ(s.receiver.last_at(), s.now) << "it shows that the peer is there";
    s.timestamp += 40 * 160;
    ASSERT_TRUE(s.send(42));
    EXPECT_EQ(s.receiver.jitter(), 0ns);
}

TEST(RtpReceiver, LossesOfEarlierStreamsAreKept)
{
    Stream s;
    ASSERT_TRUE(s.send(1));
    ASSERT_TRUE(s.send(4));
    s.ssrc = 2;
    ASSERT_FALSE(s.send(9));
    ASSERT_TRUE(s.send(10));
    ASSERT_TRUE(s.send(12));
    EXPECT_EQ(s.receiver.lost(), 3U);
    EXPECT_EQ(s.receiver.report().cumulative_lost, 1);  // of the present stream alone
}

RC_GTEST_PROP(RtpReceiverProperty, LossIsWhatWasNotDelivered, ())
{
    Stream s;
    const auto first = *rc::gen::arbitrary<std::uint16_t>();
    std::int32_t lost = 0;
    ASSERT_TRUE(s.send(first));
    const auto arrives = *rc::gen::container<std::vector<bool>>(300, rc::gen::arbitrary<bool>());
    std::uint16_t sequence = first;
    std::int32_t pending = 0;
    for (const bool here : arrives) {
        ++sequence;
        if (!here) {
            ++pending;
            continue;
        }
        lost += pending;
        pending = 0;
        RC_ASSERT(s.send(sequence).has_value());
    }
    RC_ASSERT(s.receiver.report().cumulative_lost == lost);
}

}  // namespace
}  // namespace rb::media
