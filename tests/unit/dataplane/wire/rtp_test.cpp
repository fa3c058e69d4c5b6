// Goal: parse_rtp accepts exactly what RFC 3550 §5.1 allows, its parts make up the datagram, and write_rtp_header is
// its inverse. Method: one full packet by hand, each refusal once, then properties over fields and over any bytes.
#include "dataplane/wire/rtp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <vector>

namespace rb::wire {
namespace {

// Two contributing sources, an extension of one word, three bytes of payload, two of padding.
const std::vector<std::uint8_t> kFullPacket{
    0xb2, 0x80, 0x12, 0x34, 0x00, 0x01, 0x02, 0x03, 0xde, 0xad, 0xbe, 0xef,  // V=2 P X CC=2, M PT=0
    1,    1,    1,    1,    2,    2,    2,    2,                             // contributing sources
    0xbe, 0xde, 0x00, 0x01, 9,    9,    9,    9,                             // extension
    7,    8,    9,    0,    2,                                               // payload and padding
};

TEST(Rtp, ReadsEveryPartOfAFullPacket)
{
    const auto view = parse_rtp(kFullPacket);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->header.payload_type, 0);
    EXPECT_TRUE(view->header.marker);
    EXPECT_EQ(view->header.sequence, 0x1234);
    EXPECT_EQ(view->header.timestamp, 0x00010203U);
    EXPECT_EQ(view->header.ssrc, 0xdeadbeefU);
    EXPECT_EQ(view->csrc_count, 2);
    EXPECT_EQ(view->extension_profile, 0xbede);
    EXPECT_EQ(view->head.size(), 20U);
    EXPECT_EQ(view->extension.size(), 8U);
    EXPECT_EQ((std::vector<std::uint8_t>{view->payload.begin(), view->payload.end()}),
              (std::vector<std::uint8_t>{7, 8, 9}));
    EXPECT_EQ(view->padding.size(), 2U);
}

TEST(Rtp, ReadsAHeaderWithoutPayload)
{
    const std::vector<std::uint8_t> header_only{0x80, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const auto view = parse_rtp(header_only);
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->payload.empty());
}

TEST(Rtp, RefusesFewerThanTwelveBytes)
{
    EXPECT_EQ(parse_rtp(std::span{kFullPacket}.first(11)).error(), Drop::TooShort);
    EXPECT_EQ(parse_rtp({}).error(), Drop::TooShort);
}

TEST(Rtp, RefusesAnotherVersion)
{
    auto packet = kFullPacket;
    packet[0] = 0x72;
    EXPECT_EQ(parse_rtp(packet).error(), Drop::BadVersion);
}

TEST(Rtp, RefusesSourcesPastTheEnd)
{
    EXPECT_EQ(parse_rtp(std::span{kFullPacket}.first(19)).error(), Drop::BadLength);
}

TEST(Rtp, RefusesAnExtensionPastTheEnd)
{
    EXPECT_EQ(parse_rtp(std::span{kFullPacket}.first(22)).error(), Drop::BadLength);  // inside its header
    EXPECT_EQ(parse_rtp(std::span{kFullPacket}.first(27)).error(), Drop::BadLength);  // inside its body
}

TEST(Rtp, RefusesPaddingThatIsNothingOrTooMuch)
{
    auto packet = kFullPacket;
    packet.back() = 0;
    EXPECT_EQ(parse_rtp(packet).error(), Drop::BadLength);
    packet.back() = 5;
    EXPECT_TRUE(parse_rtp(packet));
    packet.back() = 6;
    EXPECT_EQ(parse_rtp(packet).error(), Drop::BadLength);
}

TEST(RtpDeath, WritingIntoTooLittleRoomIsAProgrammerError)
{
    std::array<std::uint8_t, 11> out{};
    EXPECT_DEATH(write_rtp_header(out, {}), "assertion failed");
}

TEST(RtpDeath, WritingAPayloadTypeOfEightBitsIsAProgrammerError)
{
    std::array<std::uint8_t, 12> out{};
    EXPECT_DEATH(write_rtp_header(out, {.payload_type = 128}), "assertion failed");
}

RC_GTEST_PROP(RtpProperty, WhatWeWriteIsWhatWeRead, ())
{
    const RtpHeader sent{
        .payload_type = *rc::gen::inRange<std::uint8_t>(0, 128),
        .marker = *rc::gen::arbitrary<bool>(),
        .sequence = *rc::gen::arbitrary<std::uint16_t>(),
        .timestamp = *rc::gen::arbitrary<std::uint32_t>(),
        .ssrc = *rc::gen::arbitrary<std::uint32_t>(),
    };
    std::array<std::uint8_t, kRtpHeaderBytes> bytes{};
    write_rtp_header(bytes, sent);
    const auto view = parse_rtp(bytes);
    RC_ASSERT(view.has_value());
    RC_ASSERT(view->header.payload_type == sent.payload_type);
    RC_ASSERT(view->header.marker == sent.marker);
    RC_ASSERT(view->header.sequence == sent.sequence);
    RC_ASSERT(view->header.timestamp == sent.timestamp);
    RC_ASSERT(view->header.ssrc == sent.ssrc);
    RC_ASSERT(view->csrc_count == 0 && view->extension.empty() && view->padding.empty());
}

RC_GTEST_PROP(RtpProperty, ThePartsMakeUpTheDatagram, (std::vector<std::uint8_t> bytes))
{
    if (!bytes.empty()) {
        bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x80);  // most random bytes are not version 2
    }
    const auto view = parse_rtp(bytes);
    if (!view) {
        return;
    }
    RC_ASSERT(view->head.data() == bytes.data());
    RC_ASSERT(view->head.data() + view->head.size() == view->extension.data());
    RC_ASSERT(view->extension.data() + view->extension.size() == view->payload.data());
    RC_ASSERT(view->payload.data() + view->payload.size() == view->padding.data());
    RC_ASSERT(view->padding.data() + view->padding.size() == bytes.data() + bytes.size());
}

}  // namespace
}  // namespace rb::wire
