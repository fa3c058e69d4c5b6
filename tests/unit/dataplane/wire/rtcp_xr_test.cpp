// Goal: find_voip_metrics reads what RFC 3611 §4.7 lays out, wherever it stands among other blocks, and
// write_voip_metrics is its inverse.
// Method: a packet by hand, what may be wrong with it once each, then the round trip as a property.
#include "dataplane/wire/rtcp_xr.h"

#include "dataplane/wire/rtcp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <vector>

namespace rb::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Reporter, a receiver reference time block (type 4), then VoIP metrics about stream 0x01020304.
const Bytes kBody{0,   0,   0,   9,  4,  0,   0,  2,  1,    1, 1, 1,  1,    1,  1, 1,  7, 0,
                  0,   8,   1,   2,  3,  4,   5,  6,  7,    8, 0, 9,  0x10, 10, 0, 11, 0, 12,
                  235, 190, 127, 16, 91, 127, 43, 42, 0x30, 0, 0, 40, 0,    60, 0, 200};

TEST(RtcpXr, ReadsTheBlockAmongOthers)
{
    const auto metrics = find_voip_metrics(kBody, 0x01020304);
    ASSERT_TRUE(metrics);
    EXPECT_EQ(metrics->loss_rate, 5);
    EXPECT_EQ(metrics->discard_rate, 6);
    EXPECT_EQ(metrics->burst_density, 7);
    EXPECT_EQ(metrics->gap_density, 8);
    EXPECT_EQ(metrics->burst_ms, 9);
    EXPECT_EQ(metrics->gap_ms, 0x100a);
    EXPECT_EQ(metrics->round_trip_ms, 11);
    EXPECT_EQ(metrics->end_system_ms, 12);
    EXPECT_EQ(metrics->signal_dbm0, 235);
    EXPECT_EQ(metrics->noise_dbm0, 190);
    EXPECT_EQ(metrics->echo_return_db, 127);
    EXPECT_EQ(metrics->gap_min, 16);
    EXPECT_EQ(metrics->rating, 91);
    EXPECT_EQ(metrics->external_rating, 127);
    EXPECT_EQ(metrics->mos_listening, 43);
    EXPECT_EQ(metrics->mos_conversation, 42);
    EXPECT_EQ(metrics->receiver_config, 0x30);
    EXPECT_EQ(metrics->buffer_ms, 40);
    EXPECT_EQ(metrics->buffer_ms_max, 60);
    EXPECT_EQ(metrics->buffer_ms_cap, 200);
}

TEST(RtcpXr, PassesOverWhatIsAnotherStreamsOrNotWhole)
{
    EXPECT_FALSE(find_voip_metrics(kBody, 5));
    EXPECT_FALSE(find_voip_metrics({}, 5));
    for (std::size_t size = 0; size < kBody.size(); ++size) {
        EXPECT_FALSE(find_voip_metrics(std::span{kBody}.first(size), 0x01020304)) << size;
    }
    Bytes shorter = kBody;
    shorter[19] = 7;  // words of the block
    EXPECT_FALSE(find_voip_metrics(shorter, 0x01020304));
}

RC_GTEST_PROP(RtcpXrProperty, WhatIsWrittenIsRead, ())
{
    const auto octets = *rc::gen::container<std::array<std::uint8_t, 14>>(rc::gen::arbitrary<std::uint8_t>());
    const auto words = *rc::gen::container<std::array<std::uint16_t, 7>>(rc::gen::arbitrary<std::uint16_t>());
    const VoipMetrics sent{.ssrc = *rc::gen::arbitrary<std::uint32_t>(),
                           .loss_rate = octets[0],
                           .discard_rate = octets[1],
                           .burst_density = octets[2],
                           .gap_density = octets[3],
                           .burst_ms = words[0],
                           .gap_ms = words[1],
                           .round_trip_ms = words[2],
                           .end_system_ms = words[3],
                           .signal_dbm0 = octets[4],
                           .noise_dbm0 = octets[5],
                           .echo_return_db = octets[6],
                           .gap_min = octets[7],
                           .rating = octets[8],
                           .external_rating = octets[9],
                           .mos_listening = octets[10],
                           .mos_conversation = octets[11],
                           .receiver_config = octets[12],
                           .buffer_ms = words[4],
                           .buffer_ms_max = words[5],
                           .buffer_ms_cap = words[6]};
    std::array<std::uint8_t, kVoipMetricsPacketBytes> bytes{};
    write_voip_metrics(bytes, 1, sent);
    auto reader = parse_rtcp(bytes);
    RC_ASSERT(reader.has_value());
    const auto packet = reader->next();
    RC_ASSERT(packet.has_value() && !reader->next());
    const auto read = find_voip_metrics(std::get<OtherRtcp>(*packet).body, sent.ssrc);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == sent);
}

}  // namespace
}  // namespace rb::wire
