// Goal: reports are due when RFC 3550 §6 wants them, say what happened, and two reporters find the path's round trip.
// Method: two ends talk over a path of known delay; each field read back by the project's own parser.
#include "dataplane/media/rtcp_reporter.h"

#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtcp_xr.h"

#include <gtest/gtest.h>

#include <array>
#include <variant>
#include <vector>

namespace rb::media {
namespace {

/// One end of a call, with all its reports are about.
struct End {
    explicit End(std::uint64_t seed)
        : rng{seed}, sender{rng}, rtcp{rng, {.interval = 5s, .wall_offset = 1'700'000'000s}}
    {
    }

    std::span<const std::uint8_t> report(Nanos now, bool bye = false)
    {
        return std::span{bytes}.first(rtcp.write(bytes, receiver, sender, now, bye));
    }

    void speak(Nanos now)
    {
        newest = sender.next({}, 160, now);
        sender.sent(160);
    }

    Rng rng;
    RtpReceiver receiver;
    RtpSender sender;
    RtcpReporter rtcp;
    wire::RtpHeader newest;
    std::array<std::uint8_t, RtcpReporter::kReportBytesMax> bytes{};
};

TEST(RtcpReporter, IsDueBetweenHalfAndOneAndAHalfIntervals)
{
    End end{1};
    EXPECT_EQ(end.rtcp.due(), kNever);
    end.rtcp.start(10s);
    Nanos now = 10s;
    Nanos least = kNever;
    Nanos most = 0s;
    for (int i = 0; i < 300; ++i) {
        const Nanos wait = end.rtcp.due() - now;
        least = std::min(least, wait);
        most = std::max(most, wait);
        now = end.rtcp.due();
        static_cast<void>(end.report(now));
    }
    EXPECT_GE(least, 2500ms);
    EXPECT_LE(most, 7500ms);
    EXPECT_LT(least, 3000ms);
    EXPECT_GT(most, 7000ms);
}

TEST(RtcpReporter, SendsAReceiverReportWhileItSendsNothing)
{
    End end{2};
    auto reader = wire::parse_rtcp(end.report(1s));
    ASSERT_TRUE(reader);
    EXPECT_TRUE(std::holds_alternative<wire::ReceiverReport>(*reader->next()));
    end.speak(1s);
    reader = wire::parse_rtcp(end.report(2s));
    ASSERT_TRUE(reader);
    const auto first = reader->next();
    const auto* report = std::get_if<wire::SenderReport>(&*first);
    ASSERT_NE(report, nullptr);
    EXPECT_EQ(report->sender.packets, 1U);
    EXPECT_EQ(report->sender.octets, 160U);
    EXPECT_EQ(report->sender.rtp_timestamp - end.newest.timestamp, 8000U);
    const auto second = reader->next();
    const auto* description = std::get_if<wire::SourceDescription>(&*second);
    ASSERT_NE(description, nullptr);
    EXPECT_EQ(description->cname.substr(0, 3), "rb-");
    reader = wire::parse_rtcp(end.report(3s));
    EXPECT_TRUE(std::holds_alternative<wire::ReceiverReport>(*reader->next()));  // nothing was sent since
}

TEST(RtcpReporter, TwoEndsFindTheRoundTrip)
{
    constexpr Nanos kPath = 40ms;
    End a{3};
    End b{4};
    a.speak(1s);
    ASSERT_TRUE(b.receiver.accept(a.newest, 8000, 1s + kPath));
    const auto sent = a.report(1s);
    ASSERT_TRUE(b.rtcp.receive(sent, b.sender.ssrc(), 1s + kPath));
    EXPECT_EQ(b.rtcp.remote().round_trip, 0ns);
    const auto answer = b.report(3s);
    ASSERT_TRUE(a.rtcp.receive(answer, a.sender.ssrc(), 3s + kPath));
    EXPECT_NEAR(static_cast<double>(a.rtcp.remote().round_trip.count()), 80e6, 1e5);
}

TEST(RtcpReporter, ReadsWhatThePeerSaysOfItsOwnStreamOnly)
{
    End a{5};
    End b{6};
    wire::RtpHeader header{.sequence = 1, .ssrc = a.sender.ssrc()};
    for (const auto sequence : std::initializer_list<std::uint16_t>{1, 2, 3, 5}) {
        header.sequence = sequence;
        ASSERT_TRUE(b.receiver.accept(header, 8000, 1s));
    }
    const auto report = b.report(2s);
    End stranger{7};
    ASSERT_TRUE(stranger.rtcp.receive(report, stranger.sender.ssrc(), 2s));
    EXPECT_EQ(stranger.rtcp.remote().fraction_lost, 0);
    ASSERT_TRUE(a.rtcp.receive(report, a.sender.ssrc(), 2s));
    EXPECT_EQ(a.rtcp.remote().fraction_lost, 256 / 5);
}

TEST(RtcpReporter, ByeIsSentAndSeen)
{
    End a{8};
    End b{9};
    ASSERT_TRUE(b.rtcp.receive(a.report(1s), 0, 1s));
    EXPECT_FALSE(b.rtcp.remote().bye);
    ASSERT_TRUE(b.rtcp.receive(a.report(2s, true), 0, 2s));
    EXPECT_TRUE(b.rtcp.remote().bye);
}

TEST(RtcpReporter, CountsFeedbackAndPassesItOver)
{
    End end{11};
    // NACK (RFC 4585 §6.2.1), PLI (§6.3.1), REMB, transport-wide congestion control: each alone, as RFC 5506 permits.
    const std::vector<std::vector<std::uint8_t>> messages{
        {0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 9, 0, 3},
        {0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2},
        {0x8f, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 1, 3, 0, 0, 0, 0, 0, 2},
        {0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 1, 0, 0x20, 1, 4, 0}};
    const auto report = end.report(1s);
    std::vector<std::uint8_t> compound{report.begin(), report.end()};
    for (const auto& message : messages) {
        const auto read = end.rtcp.receive(message, end.sender.ssrc(), 1s);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->feedback, 1U);
        compound.insert(compound.end(), message.begin(), message.end());
    }
    EXPECT_EQ(end.rtcp.receive(compound, end.sender.ssrc(), 1s)->feedback, 4U);
    EXPECT_EQ(end.rtcp.receive(end.report(2s), end.sender.ssrc(), 2s)->feedback, 0U);
}

TEST(RtcpReporter, PassesTheParsersRefusalOn)
{
    End end{10};
    EXPECT_EQ(end.rtcp.receive({}, 0, 1s).error(), Drop::TooShort);
}

TEST(RtcpReporter, KeepsThePeersOpinionOfOurStreamAlone)
{
    End end{6};
    std::array<std::uint8_t, wire::kVoipMetricsPacketBytes> packet{};
    wire::VoipMetrics metrics{.ssrc = end.sender.ssrc() + 1, .discard_rate = 9, .mos_listening = 38};
    wire::write_voip_metrics(packet, 7, metrics);
    ASSERT_TRUE(end.rtcp.receive(packet, end.sender.ssrc(), 1s));
    EXPECT_EQ(end.rtcp.remote().mos_tenths, 0);
    metrics.ssrc = end.sender.ssrc();
    wire::write_voip_metrics(packet, 7, metrics);
    ASSERT_TRUE(end.rtcp.receive(packet, end.sender.ssrc(), 1s));
    EXPECT_EQ(end.rtcp.remote().mos_tenths, 38);
    EXPECT_EQ(end.rtcp.remote().discarded, 9);
    metrics.mos_listening = wire::VoipMetrics::kUnknown;
    wire::write_voip_metrics(packet, 7, metrics);
    ASSERT_TRUE(end.rtcp.receive(packet, end.sender.ssrc(), 1s));
    EXPECT_EQ(end.rtcp.remote().mos_tenths, 0);
}

}  // namespace
}  // namespace rb::media
