// Goal: a session lets in what was made under its key, once and unchanged, and never sends two packets under one index.
// Method: a known packet byte for byte; then a sender and a receiver in each suite, and every way to be refused.
#include "dataplane/media/srtp_session.h"

#include "dataplane/media/srtp_ciphers.h"
#include "support/srtp_packets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace rb::media {
namespace {

using test::kSsrc;
using test::protect;
using test::rtp_packet;
using Bytes = std::vector<std::uint8_t>;

class EverySuite : public ::testing::TestWithParam<SrtpSuite> {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(install_srtp_ciphers());
        const SrtpKey key = test::srtp_key(GetParam(), 1);
        auto made = SrtpSession::sending(key, kSsrc);
        auto opens = SrtpSession::receiving(key);
        ASSERT_TRUE(made && opens);
        sender = std::move(*made);
        receiver = std::move(*opens);
    }

    /// What became of a packet: nothing, or why it was refused.
    std::optional<Drop> receive(Bytes packet)
    {
        const auto opened = receiver->unprotect_rtp(packet);
        return opened ? std::nullopt : std::optional{opened.error()};
    }

    std::unique_ptr<SrtpSession> sender;
    std::unique_ptr<SrtpSession> receiver;
};

INSTANTIATE_TEST_SUITE_P(Srtp, EverySuite,
                         ::testing::Values(SrtpSuite::AesCm128HmacSha1_80, SrtpSuite::AesCm128HmacSha1_32,
                                           SrtpSuite::AesCm256HmacSha1_80, SrtpSuite::AesCm256HmacSha1_32,
                                           SrtpSuite::AeadAes128Gcm, SrtpSuite::AeadAes256Gcm),
                         [](const auto& suite) { return std::string{srtp_suite_info(suite.param).name}; });

TEST_P(EverySuite, WhatWasSentIsReadOnceAndNoMore)
{
    const Bytes clear = rtp_packet(7);
    Bytes packet = protect(*sender, clear);
    ASSERT_GT(packet.size(), clear.size());
    EXPECT_FALSE(std::equal(clear.begin() + 12, clear.end(), packet.begin() + 12));
    const Bytes again = packet;
    const auto opened = receiver->unprotect_rtp(packet);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::equal(opened->begin(), opened->end(), clear.begin(), clear.end()));
    EXPECT_EQ(receive(again), Drop::SrtpReplayed);
}

TEST_P(EverySuite, AnyChangedByteIsNoticed)
{
    const Bytes packet = protect(*sender, rtp_packet(7));
    for (std::size_t at = 1; at < packet.size(); ++at) {
        Bytes changed = packet;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ 0x10U);
        ASSERT_EQ(receive(changed), Drop::SrtpAuthFailed) << at;
    }
    EXPECT_EQ(receive(packet), std::nullopt);  // none of them has taken its place
}

TEST_P(EverySuite, AnotherKeyAndNoKeyAreRefused)
{
    auto stranger = *SrtpSession::sending(test::srtp_key(GetParam(), 2), kSsrc);
    EXPECT_EQ(receive(protect(*stranger, rtp_packet(7))), Drop::SrtpAuthFailed);
    EXPECT_EQ(receive(rtp_packet(8)), Drop::SrtpAuthFailed);
}

TEST_P(EverySuite, ShortDatagramsAreRefused)
{
    const Bytes packet = protect(*sender, rtp_packet(7));
    const std::size_t tag = packet.size() - rtp_packet(7).size();
    for (std::size_t size = 0; size < wire::kRtpHeaderBytes + tag; ++size) {
        ASSERT_EQ(receive({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)}), Drop::TooShort);
    }
    Bytes lying = packet;
    lying[0] = 0x9f;  // 15 sources and an extension, which reach past the end
    lying.resize(60);
    EXPECT_NE(receive(lying), std::nullopt);
}

TEST_P(EverySuite, WhatLiesBehindTheWindowIsTooOld)
{
    const Bytes old = protect(*sender, rtp_packet(0));
    const Bytes late = protect(*sender, rtp_packet(1));
    for (std::uint16_t sequence = 2; sequence <= SrtpSession::kWindow; ++sequence) {
        ASSERT_EQ(receive(protect(*sender, rtp_packet(sequence))), std::nullopt);
    }
    EXPECT_EQ(receive(old), Drop::SrtpTooOld);
    EXPECT_EQ(receive(late), std::nullopt);
}

TEST_P(EverySuite, TheRolloverCounterGoesOnThroughWraps)
{
    std::uint16_t sequence = 30'000;
    for (int packet = 0; packet < 3 * 65'536; packet += 997) {  // in steps a receiver can follow
        ASSERT_EQ(receive(protect(*sender, rtp_packet(sequence))), std::nullopt) << packet;
        sequence = static_cast<std::uint16_t>(sequence + 997);
    }
    const SrtpKey key = test::srtp_key(GetParam(), 1);
    receiver = *SrtpSession::receiving(key);  // one that does not know the counter
    EXPECT_EQ(receive(protect(*sender, rtp_packet(sequence))), Drop::SrtpAuthFailed);
}

TEST_P(EverySuite, AnIndexIsNeverSentTwice)
{
    ASSERT_FALSE(protect(*sender, rtp_packet(7)).empty());
    Bytes again = rtp_packet(7);
    again.resize(again.size() + SrtpSession::kTrailerMax);
    EXPECT_EQ(sender->protect_rtp(again, rtp_packet(7).size()).error(), Drop::Duplicate);
    for (std::uint16_t sequence = 8; sequence < 300; ++sequence) {
        ASSERT_FALSE(protect(*sender, rtp_packet(sequence)).empty());
    }
    again = rtp_packet(9);
    again.resize(again.size() + SrtpSession::kTrailerMax);
    EXPECT_EQ(sender->protect_rtp(again, rtp_packet(9).size()).error(), Drop::Late);
}

TEST_P(EverySuite, StreamsUnderOneKeyAreLimited)
{
    static_assert(SrtpSession::kStreamsMax >= 50, "a peer with another SSRC every minute is heard for most of an hour");
    const SrtpKey key = test::srtp_key(GetParam(), 1);
    for (std::uint32_t ssrc = 1; ssrc <= SrtpSession::kStreamsMax + 1; ++ssrc) {
        auto other = *SrtpSession::sending(key, ssrc);
        // Those that are not genuine take no place.
        EXPECT_EQ(receive(rtp_packet(7, 1000 + ssrc)),
                  ssrc <= SrtpSession::kStreamsMax ? Drop::SrtpAuthFailed : Drop::SrtpStreams);
        const auto fate = receive(protect(*other, rtp_packet(7, ssrc)));
        EXPECT_EQ(fate, ssrc <= SrtpSession::kStreamsMax ? std::nullopt : std::optional{Drop::SrtpStreams});
    }
}

TEST_P(EverySuite, ReportsAreProtectedToo)
{
    Bytes report{0x80, 201, 0, 1, 0xca, 0xfe, 0xba, 0xbe};
    const Bytes clear = report;
    report.resize(clear.size() + SrtpSession::kTrailerMax);
    const auto size = sender->protect_rtcp(report, clear.size());
    ASSERT_TRUE(size);
    report.resize(*size);
    for (std::size_t shorter = 0; shorter < report.size(); ++shorter) {
        Bytes cut{report.begin(), report.begin() + static_cast<std::ptrdiff_t>(shorter)};
        ASSERT_FALSE(receiver->unprotect_rtcp(cut));
    }
    Bytes again = report;
    const auto opened = receiver->unprotect_rtcp(report);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::equal(opened->begin(), opened->end(), clear.begin(), clear.end()));
    EXPECT_EQ(receiver->unprotect_rtcp(again).error(), Drop::SrtpReplayed);
}

// The packet by which libsrtp2 checks itself: key, derivation, encryption and tag of RFC 3711 in one.
TEST(SrtpSession, MakesAKnownPacket)
{
    ASSERT_TRUE(install_srtp_ciphers());
    SrtpKey key{.suite = SrtpSuite::AesCm128HmacSha1_80};
    const std::array<std::uint8_t, 30> secret{0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f,
                                              0xa3, 0x2c, 0x06, 0xde, 0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad,
                                              0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6};
    std::copy(secret.begin(), secret.end(), key.bytes.begin());
    auto session = *SrtpSession::sending(key, kSsrc);
    Bytes clear{0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe};
    clear.resize(clear.size() + 16, 0xab);
    const Bytes expected{0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe, 0x4e,
                         0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8, 0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d,
                         0x24, 0x02, 0xb7, 0x8d, 0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb};
    EXPECT_EQ(protect(*session, clear), expected);
}

}  // namespace
}  // namespace rb::media
