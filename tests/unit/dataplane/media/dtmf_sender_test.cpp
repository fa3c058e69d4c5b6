// Goal: queued digits become telephone-event trains any receiver takes for one press each (RFC 4733 §2.5.1).
// Method: trains frame by frame, refusals once, and the receiver of this project as judge of a whole number.
#include "dataplane/media/dtmf_sender.h"

#include "dataplane/media/dtmf_receiver.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rb::media {
namespace {

TEST(DtmfSender, APressIsATrainWithAThreefoldEndAndAPause)
{
    DtmfSender sender;
    ASSERT_TRUE(sender.queue('5', {.held = 60ms, .between = 40ms}));
    const auto first = sender.next(8000);
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->first);
    EXPECT_FALSE(first->payload.end);
    EXPECT_EQ(first->payload.digit, '5');
    EXPECT_EQ(first->payload.duration_samples, 160);
    EXPECT_EQ(first->copies, 1U);
    const auto second = sender.next(8000);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->first);
    const auto third = sender.next(8000);
    ASSERT_TRUE(third);
    EXPECT_TRUE(third->payload.end);
    EXPECT_EQ(third->payload.duration_samples, 480);
    EXPECT_EQ(third->copies, 3U);
    EXPECT_FALSE(sender.next(8000));
    EXPECT_TRUE(sender.busy());
    EXPECT_FALSE(sender.next(8000));
    EXPECT_FALSE(sender.busy());
    EXPECT_FALSE(sender.next(8000));
}

TEST(DtmfSender, RefusesWhatIsNoKeyAndWhatFindsTheQueueFull)
{
    DtmfSender sender;
    EXPECT_FALSE(sender.queue('x', {}));
    EXPECT_FALSE(sender.queue('\0', {}));
    for (std::size_t i = 0; i < DtmfSender::kDigitsMax; ++i) {
        EXPECT_TRUE(sender.queue('1', {}));
    }
    EXPECT_FALSE(sender.queue('1', {}));
}

TEST(DtmfSender, AKeyHeldForNoTimeIsHeldForTheLeastTimeReceiversDetect)
{
    DtmfSender sender;
    ASSERT_TRUE(sender.queue('7', {.held = 0ns, .between = 0ns}));
    std::vector<DtmfSender::Packet> sent;
    while (sender.busy()) {
        if (const auto packet = sender.next(8000)) {
            sent.push_back(*packet);
        }
    }
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_TRUE(sent[0].first);
    EXPECT_TRUE(sent[1].payload.end);
}

TEST(DtmfSender, APressLongerThanItsFieldGoesOnInSegmentsThatAreOnePress)
{
    DtmfSender sender;
    ASSERT_TRUE(sender.queue('7', {.held = 3s}));
    DtmfReceiver receiver;
    std::string told;
    std::vector<std::uint32_t> segments;
    std::uint32_t before = 0;
    std::uint32_t sequence = 0;
    for (Nanos now = 0ns; sender.busy(); now += kFrame) {
        const auto packet = sender.next(48'000);
        if (!packet) {
            continue;
        }
        if (segments.empty() || packet->segment_at != segments.back()) {
            EXPECT_TRUE(segments.empty() || before == UINT16_MAX) << "each but the last is told whole";
            segments.push_back(packet->segment_at);
        }
        before = packet->payload.duration_samples;
        const auto changes = receiver.receive({.event = packet->payload,
                                               .sequence = ++sequence,
                                               .timestamp = 1000 + packet->segment_at,
                                               .clock_rate = 48'000},
                                              now);
        told += changes.pressed ? "+" : "";
        told += changes.ended || changes.released ? "-" : "";
        if (changes.released) {
            EXPECT_EQ(changes.released->duration, 3s);
        }
    }
    EXPECT_EQ(told, "+-");
    EXPECT_EQ(segments, (std::vector<std::uint32_t>{0, 65'535, 131'070}));
}

TEST(DtmfSender, WhatItSendsTheReceiverReadsDigitByDigit)
{
    const std::string number = "0123456789*#ABCD11";
    DtmfSender sender;
    for (const char digit : number) {
        ASSERT_TRUE(sender.queue(digit, {.held = 50ms, .between = 30ms}));
    }
    DtmfReceiver receiver;
    std::string heard;
    std::uint32_t sequence = 0;
    std::uint32_t timestamp = 0;
    for (Nanos now = 0ns; sender.busy(); now += kFrame) {
        const auto packet = sender.next(8000);
        if (!packet) {
            continue;
        }
        timestamp = packet->first ? static_cast<std::uint32_t>(to_ms(now) * 8) : timestamp;
        for (unsigned copy = 0; copy < packet->copies; ++copy) {
            const auto changes =
                receiver.receive({.event = packet->payload, .sequence = ++sequence, .timestamp = timestamp}, now);
            EXPECT_FALSE(changes.ended);
            if (changes.released) {
                heard += changes.released->digit;
                EXPECT_EQ(changes.released->duration, 60ms);
            }
        }
    }
    EXPECT_EQ(heard, number);
}

}  // namespace
}  // namespace rb::media
