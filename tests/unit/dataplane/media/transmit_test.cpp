// Goal: what leaves a leg heeds holds, and keys and prompts come before packets passed on.
// Method: one leg, its batch read back packet by packet.
#include "dataplane/media/transmit.h"

#include "dataplane/wire/seq.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace rb::media {
namespace {

std::unique_ptr<MediaPlan> plan()
{
    auto plan = std::make_unique<MediaPlan>();
    plan->dtmf = DtmfFormat{};
    plan->remote_rtp = *parse_address("192.0.2.1:4000");
    plan->build_states();
    return plan;
}

class Transmit : public ::testing::Test {
protected:
    std::vector<wire::RtpHeader> sent()
    {
        std::vector<wire::RtpHeader> headers;
        for (const TxPacket& packet : tx.packets()) {
            headers.push_back(wire::parse_rtp(tx.bytes(packet))->header);
        }
        tx.clear();
        return headers;
    }

    Rng rng{1};
    Leg leg{{.index = 1, .generation = 1}, {-1, -1}, plan(), rng, 0ns};
    TxBatch tx;
    std::vector<std::uint8_t> payload = std::vector<std::uint8_t>(160);
};

TEST_F(Transmit, NothingLeavesOnHoldOrToNowhere)
{
    leg.plan->send = false;
    send_frame(leg, payload, 1s, tx);
    EXPECT_TRUE(sent().empty());
    leg.plan->send = true;
    leg.lock.signal({}, *parse_address("0.0.0.0:4000"));
    send_frame(leg, payload, 1s, tx);
    EXPECT_TRUE(sent().empty());
}

TEST_F(Transmit, AKeyThatBeganDuringAHoldTakesItsTimestampWhenItIsFirstSent)
{
    send_frame(leg, payload, 1s, tx);
    const auto audio = sent();
    ASSERT_EQ(audio.size(), 1U);
    ASSERT_TRUE(leg.dtmf_out.queue('5', {}));
    leg.plan->send = false;
    EXPECT_TRUE(send_dtmf(leg, 1s + 20ms, tx));
    EXPECT_TRUE(sent().empty());
    leg.plan->send = true;
    EXPECT_TRUE(send_dtmf(leg, 1s + 40ms, tx));
    const auto key = sent();
    ASSERT_EQ(key.size(), 1U);
    EXPECT_TRUE(key[0].marker);
    EXPECT_EQ(wire::timestamp_distance(audio[0].timestamp, key[0].timestamp), 320);
    EXPECT_TRUE(send_dtmf(leg, 1s + 60ms, tx));
    EXPECT_EQ(sent().at(0).timestamp, key[0].timestamp);
}

TEST_F(Transmit, ALongKeyHasATimestampForEachSegmentAndOneMarker)
{
    leg.plan->dtmf->clock_rate = 48'000;
    ASSERT_TRUE(leg.dtmf_out.queue('5', {.held = 2s}));
    std::vector<wire::RtpHeader> key;
    for (Nanos at = 1s; leg.dtmf_out.busy(); at += 20ms) {
        EXPECT_TRUE(send_dtmf(leg, at, tx));
        std::ranges::copy(sent(), std::back_inserter(key));
    }
    ASSERT_EQ(key.size(), 102U);
    EXPECT_EQ(wire::timestamp_distance(key[0].timestamp, key[68].timestamp), 0);
    EXPECT_EQ(wire::timestamp_distance(key[0].timestamp, key[69].timestamp), 65'535);
    EXPECT_EQ(key[101].timestamp, key[69].timestamp);
    EXPECT_EQ(std::ranges::count(key, true, &wire::RtpHeader::marker), 1);
}

TEST_F(Transmit, NoKeyIsSentToAPeerThatAgreedOnNone)
{
    ASSERT_TRUE(leg.dtmf_out.queue('5', {}));
    leg.plan->dtmf.reset();
    EXPECT_FALSE(send_dtmf(leg, 1s, tx));
    EXPECT_TRUE(sent().empty());
}

TEST_F(Transmit, EchoPausesWhileAKeyIsSentAndGoesOnWithoutAGap)
{
    const wire::RtpView view{.header = {.timestamp = 77}, .payload = payload};
    ASSERT_TRUE(forward(leg, leg, {.view = view, .sequence = 10}, 1s, tx));
    ASSERT_TRUE(leg.dtmf_out.queue('5', {}));
    ASSERT_TRUE(forward(leg, leg, {.view = view, .sequence = 11}, 1s + 20ms, tx));
    EXPECT_EQ(tx.packets().size(), 1U);
    leg.dtmf_out = {};
    ASSERT_TRUE(forward(leg, leg, {.view = view, .sequence = 12}, 1s + 40ms, tx));
    const auto headers = sent();
    ASSERT_EQ(headers.size(), 2U);
    EXPECT_EQ(wire::seq_distance(headers[0].sequence, headers[1].sequence), 1);
    EXPECT_EQ(wire::timestamp_distance(headers[0].timestamp, headers[1].timestamp), 320);
}

}  // namespace
}  // namespace rb::media
