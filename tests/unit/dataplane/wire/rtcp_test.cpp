// Goal: parse_rtcp accepts what RFC 3550 §6 and RFC 5506 allow, its reader gives the values sent, and write_rtcp is its
// inverse. Method: packets by hand, each refusal once, then the round trip as a property.
#include "dataplane/wire/rtcp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace rb::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<RtcpPacket> read_all(Bytes&& bytes) = delete;  // the values point into the datagram

std::vector<RtcpPacket> read_all(const Bytes& bytes)
{
    std::vector<RtcpPacket> packets;
    auto reader = parse_rtcp(bytes);
    if (reader) {
        while (auto packet = reader->next()) {
            packets.push_back(*packet);
        }
    }
    return packets;
}

Bytes operator+(Bytes first, const Bytes& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

const Bytes kReceiverReport{0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 64, 0xff, 0xff, 0xfe,
                            0,    1,   0, 5, 0, 0, 0, 9, 1, 2, 3, 4, 0,  0,    0,    8};
const Bytes kSdes{0x82, 202, 0, 5, 0, 0, 0,   1, 1, 3, 'a', '@', 'b', 0, 0, 0,  // CNAME and three nulls
                  0,    0,   0, 2, 2, 1, 'x', 0};                               // NAME only
const Bytes kBye{0x81, 203, 0, 2, 0, 0, 0, 1, 3, 'b', 'y', 'e'};
const Bytes kPli{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};

TEST(Rtcp, ReadsACompoundInTheOrderSent)
{
    const Bytes compound = kReceiverReport + kSdes + kPli + kBye;
    const auto packets = read_all(compound);
    ASSERT_EQ(packets.size(), 5U);

    const auto& report = std::get<ReceiverReport>(packets[0]);
    EXPECT_EQ(report.ssrc, 1U);
    ASSERT_EQ(report.reports.size(), 1U);
    const ReportBlock block = report.reports[0];
    EXPECT_EQ(block.ssrc, 2U);
    EXPECT_EQ(block.fraction_lost, 64);
    EXPECT_EQ(block.cumulative_lost, -2);
    EXPECT_EQ(block.highest_sequence, 0x00010005U);
    EXPECT_EQ(block.jitter, 9U);
    EXPECT_EQ(block.last_sr, 0x01020304U);
    EXPECT_EQ(block.delay_since_last_sr, 8U);

    EXPECT_EQ(std::get<SourceDescription>(packets[1]).cname, "a@b");
    EXPECT_EQ(std::get<SourceDescription>(packets[2]).ssrc, 2U);
    EXPECT_EQ(std::get<SourceDescription>(packets[2]).cname, "");

    EXPECT_EQ(std::get<OtherRtcp>(packets[3]).type, 206);
    EXPECT_EQ(std::get<OtherRtcp>(packets[3]).format, 1);
    EXPECT_EQ(std::get<OtherRtcp>(packets[3]).body.size(), 8U);

    EXPECT_TRUE(std::get<Bye>(packets[4]).contains(1));
    EXPECT_FALSE(std::get<Bye>(packets[4]).contains(2));
    EXPECT_EQ(std::get<Bye>(packets[4]).reason, "bye");
}

TEST(Rtcp, ReadsAReducedSizePacket)
{
    EXPECT_EQ(read_all(kPli).size(), 1U);  // RFC 5506 §3.4.2: feedback alone
}

TEST(Rtcp, LeavesPaddingOfTheLastPacketOut)
{
    const Bytes padded{0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4};
    const auto packets = read_all(padded);
    ASSERT_EQ(packets.size(), 1U);
    EXPECT_EQ(std::get<ReceiverReport>(packets[0]).reports.size(), 0U);
}

TEST(Rtcp, RefusesAHeaderThatIsNotWhole)
{
    EXPECT_EQ(parse_rtcp({}).error(), Drop::TooShort);
    EXPECT_EQ(parse_rtcp(kBye + Bytes{0x80, 201}).error(), Drop::TooShort);
}

TEST(Rtcp, RefusesAnotherVersionAnywhere)
{
    EXPECT_EQ(parse_rtcp(kPli + Bytes{0x40, 201, 0, 1, 0, 0, 0, 1}).error(), Drop::BadVersion);
}

TEST(Rtcp, RefusesALengthPastTheEnd)
{
    EXPECT_EQ(parse_rtcp(Bytes{0x80, 201, 0, 2, 0, 0, 0, 1}).error(), Drop::BadLength);
}

TEST(Rtcp, RefusesPaddingThatIsMisplacedOrImpossible)
{
    const Bytes padded{0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4};
    EXPECT_EQ(parse_rtcp(padded + kBye).error(), Drop::RtcpBad);
    for (const std::uint8_t count : Bytes{0, 3, 12}) {
        Bytes bad = padded;
        bad.back() = count;
        EXPECT_EQ(parse_rtcp(bad).error(), Drop::RtcpBad) << int{count};
    }
}

TEST(Rtcp, RefusesABodySmallerThanItsCount)
{
    EXPECT_EQ(parse_rtcp(Bytes{0x80, 200, 0, 1, 0, 0, 0, 1}).error(), Drop::RtcpBad);  // no sender info
    EXPECT_EQ(parse_rtcp(Bytes{0x81, 201, 0, 1, 0, 0, 0, 1}).error(), Drop::RtcpBad);  // no block
    EXPECT_EQ(parse_rtcp(Bytes{0x82, 203, 0, 1, 0, 0, 0, 1}).error(), Drop::RtcpBad);  // one source of two
}

TEST(Rtcp, RefusesTextThatRunsOver)
{
    EXPECT_EQ(parse_rtcp(Bytes{0x80, 203, 0, 1, 4, 'b', 'y', 'e'}).error(), Drop::RtcpBad);
    EXPECT_EQ(parse_rtcp(Bytes{0x81, 202, 0, 2, 0, 0, 0, 1, 1, 3, 'a', 'b'}).error(), Drop::RtcpBad);  // no null
    EXPECT_EQ(parse_rtcp(Bytes{0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 'a', 'b'}).error(), Drop::RtcpBad);
}

TEST(Rtcp, WritesLossBeyond24BitsAsTheBound)
{
    const ReportBlock block{.cumulative_lost = 0x1000000};
    Bytes bytes(512);
    bytes.resize(write_rtcp(bytes, {.ssrc = 1, .reports = {&block, 1}, .cname = "a"}));
    EXPECT_EQ(std::get<ReceiverReport>(read_all(bytes)[0]).reports[0].cumulative_lost, 0x7fffff);
}

TEST(RtcpDeath, WritingWithoutACnameIsAProgrammerError)
{
    Bytes bytes(512);
    EXPECT_DEATH(static_cast<void>(write_rtcp(bytes, {.ssrc = 1})), "assertion failed");
}

TEST(RtcpDeath, WritingIntoTooLittleRoomIsAProgrammerError)
{
    Bytes bytes(15);
    EXPECT_DEATH(static_cast<void>(write_rtcp(bytes, {.ssrc = 1, .cname = "a"})), "assertion failed");
}

ReportBlock any_block()
{
    return {.ssrc = *rc::gen::arbitrary<std::uint32_t>(),
            .fraction_lost = *rc::gen::arbitrary<std::uint8_t>(),
            .cumulative_lost = *rc::gen::inRange(-0x800000, 0x800000),
            .highest_sequence = *rc::gen::arbitrary<std::uint32_t>(),
            .jitter = *rc::gen::arbitrary<std::uint32_t>(),
            .last_sr = *rc::gen::arbitrary<std::uint32_t>(),
            .delay_since_last_sr = *rc::gen::arbitrary<std::uint32_t>()};
}

void expect_equal(const ReportBlock& a, const ReportBlock& b)
{
    RC_ASSERT(a.ssrc == b.ssrc);
    RC_ASSERT(a.fraction_lost == b.fraction_lost);
    RC_ASSERT(a.cumulative_lost == b.cumulative_lost);
    RC_ASSERT(a.highest_sequence == b.highest_sequence);
    RC_ASSERT(a.jitter == b.jitter);
    RC_ASSERT(a.last_sr == b.last_sr);
    RC_ASSERT(a.delay_since_last_sr == b.delay_since_last_sr);
}

RC_GTEST_PROP(RtcpProperty, WhatWeWriteIsWhatWeRead, ())
{
    std::vector<ReportBlock> blocks(*rc::gen::inRange<std::size_t>(0, kReportBlocksMax + 1));
    for (ReportBlock& block : blocks) {
        block = any_block();
    }
    const std::string cname(*rc::gen::inRange<std::size_t>(1, kCnameBytesMax + 1), 'c');
    const SenderInfo info{.ntp = *rc::gen::arbitrary<std::uint64_t>(),
                          .rtp_timestamp = *rc::gen::arbitrary<std::uint32_t>(),
                          .packets = *rc::gen::arbitrary<std::uint32_t>(),
                          .octets = *rc::gen::arbitrary<std::uint32_t>()};
    const RtcpReport sent{.ssrc = *rc::gen::arbitrary<std::uint32_t>(),
                          .sender = *rc::gen::arbitrary<bool>() ? std::optional{info} : std::nullopt,
                          .reports = blocks,
                          .cname = cname,
                          .bye = *rc::gen::arbitrary<bool>()};
    Bytes bytes(rtcp_bytes(sent));
    RC_ASSERT(write_rtcp(bytes, sent) == bytes.size());

    const auto packets = read_all(bytes);
    RC_ASSERT(packets.size() == (sent.bye ? 3U : 2U));
    ReportBlocks received;
    if (sent.sender) {
        const auto& report = std::get<SenderReport>(packets[0]);
        RC_ASSERT(report.ssrc == sent.ssrc);
        RC_ASSERT(report.sender.ntp == info.ntp);
        RC_ASSERT(report.sender.rtp_timestamp == info.rtp_timestamp);
        RC_ASSERT(report.sender.packets == info.packets);
        RC_ASSERT(report.sender.octets == info.octets);
        received = report.reports;
    } else {
        RC_ASSERT(std::get<ReceiverReport>(packets[0]).ssrc == sent.ssrc);
        received = std::get<ReceiverReport>(packets[0]).reports;
    }
    RC_ASSERT(received.size() == blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        expect_equal(received[i], blocks[i]);
    }
    RC_ASSERT(std::get<SourceDescription>(packets[1]).cname == cname);
    if (sent.bye) {
        RC_ASSERT(std::get<Bye>(packets[2]).contains(sent.ssrc));
    }
}

}  // namespace
}  // namespace rb::wire
