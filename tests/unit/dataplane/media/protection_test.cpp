// Goal: a change of plan loses neither a packet nor a rollover counter, and nothing goes through before its key.
// Method: plans that replace one another, and packets under the keys of before and after.
#include "dataplane/media/protection.h"

#include "dataplane/media/srtp_ciphers.h"
#include "support/srtp_packets.h"

#include <gtest/gtest.h>

namespace rb::media {
namespace {

using test::kSsrc;
using test::protect;
using test::rtp_packet;
using test::srtp_key;
using Bytes = std::vector<std::uint8_t>;

class ProtectionTest : public ::testing::TestWithParam<SrtpSuite> {
protected:
    void SetUp() override { ASSERT_TRUE(install_srtp_ciphers()); }

    [[nodiscard]] std::unique_ptr<SrtpSession> receiving(std::uint64_t key) const
    {
        return *SrtpSession::receiving(srtp_key(GetParam(), key));
    }
    [[nodiscard]] std::unique_ptr<SrtpSession> sending(std::uint64_t key) const
    {
        return *SrtpSession::sending(srtp_key(GetParam(), key), kSsrc);
    }
    static std::optional<Drop> receive(Protection& protection, Bytes packet, Nanos now = 1s)
    {
        const auto opened = protection.receive_rtp(packet, now);
        return opened ? std::nullopt : std::optional{opened.error()};
    }
    static Bytes send(Protection& protection, std::uint16_t sequence)
    {
        Bytes packet = rtp_packet(sequence);
        const std::size_t size = packet.size();
        packet.resize(size + protection.trailer_max());
        packet.resize(protection.send_rtp(packet, size).value_or(0));
        return packet;
    }
};

INSTANTIATE_TEST_SUITE_P(Srtp, ProtectionTest,
                         ::testing::Values(SrtpSuite::AesCm128HmacSha1_80, SrtpSuite::AeadAes128Gcm),
                         [](const auto& suite) { return std::string{srtp_suite_info(suite.param).name}; });

TEST_P(ProtectionTest, WithoutSrtpPacketsAreAsTheyAre)
{
    Protection clear;
    EXPECT_EQ(receive(clear, rtp_packet(1)), std::nullopt);
    EXPECT_EQ(send(clear, 1), rtp_packet(1));
    EXPECT_EQ(clear.trailer_max(), 0U);
}

TEST_P(ProtectionTest, BeforeTheKeysNothingGoesThrough)
{
    Protection waiting{{}};
    EXPECT_TRUE(waiting.secure());
    EXPECT_FALSE(waiting.can_send());
    EXPECT_EQ(receive(waiting, rtp_packet(1)), Drop::SrtpNoKey);
    EXPECT_TRUE(send(waiting, 1).empty());
    Protection keyed{{.receive = receiving(1), .send = sending(2)}};
    keyed.take_over(waiting, 1s);
    EXPECT_EQ(receive(keyed, protect(*sending(1), rtp_packet(1))), std::nullopt);
    EXPECT_TRUE(keyed.can_send());
}

// Another handshake has begun: who was trusted may not be the one.
TEST_P(ProtectionTest, WhileOtherKeysAreAwaitedThoseOfBeforeCountNoMore)
{
    Protection keyed{{.receive = receiving(1), .send = sending(2)}};
    auto waiting = Protection::awaiting_keys();
    waiting.take_over(keyed, 1s);
    EXPECT_FALSE(waiting.can_send());
    EXPECT_EQ(receive(waiting, protect(*sending(1), rtp_packet(1))), Drop::SrtpNoKey);
    Protection next{{.receive = receiving(3), .send = sending(4)}};
    next.take_over(waiting, 1s);
    EXPECT_EQ(receive(next, protect(*sending(1), rtp_packet(2))), Drop::SrtpAuthFailed);
    EXPECT_EQ(receive(next, protect(*sending(3), rtp_packet(3))), std::nullopt);
    EXPECT_TRUE(next.can_send());
}

TEST_P(ProtectionTest, WithoutNewSessionsThoseOfBeforeGoOn)
{
    Protection first{{.receive = receiving(1), .send = sending(2)}};
    const auto peer = sending(1);
    const auto peer_hears = receiving(2);
    const Bytes heard = protect(*peer, rtp_packet(1));
    ASSERT_EQ(receive(first, heard), std::nullopt);
    ASSERT_FALSE(send(first, 1).empty());
    Protection second{{}};
    second.take_over(first, 1s);
    EXPECT_EQ(receive(second, heard), Drop::SrtpReplayed);
    EXPECT_EQ(receive(second, protect(*peer, rtp_packet(2))), std::nullopt);
    EXPECT_TRUE(send(second, 1).empty()) << "the index is used";
    Bytes sent = send(second, 2);
    EXPECT_TRUE(peer_hears->unprotect_rtp(sent));
}

TEST_P(ProtectionTest, TheOldKeyIsUnderstoodForASecond)
{
    const auto old_peer = sending(1);
    const auto new_peer = sending(3);
    Protection first{{.receive = receiving(1), .send = sending(2)}};
    ASSERT_EQ(receive(first, protect(*old_peer, rtp_packet(1))), std::nullopt);
    Protection second{{.receive = receiving(3), .send = sending(4)}};
    second.take_over(first, 10s);
    const Bytes in_flight = protect(*old_peer, rtp_packet(2));
    EXPECT_EQ(receive(second, in_flight, 10s + 100ms), std::nullopt);
    EXPECT_EQ(receive(second, in_flight, 10s + 100ms), Drop::SrtpReplayed);
    EXPECT_EQ(receive(second, protect(*new_peer, rtp_packet(3)), 10s + 120ms), std::nullopt);
    EXPECT_EQ(receive(second, protect(*sending(9), rtp_packet(4)), 10s + 120ms), Drop::SrtpAuthFailed);
    // A hold in between takes nothing away.
    Protection third{{}};
    third.take_over(second, 10s + 200ms);
    EXPECT_EQ(receive(third, protect(*old_peer, rtp_packet(5)), 10s + 999ms), std::nullopt);
    EXPECT_EQ(receive(third, protect(*old_peer, rtp_packet(6)), 11s), Drop::SrtpAuthFailed);
    EXPECT_EQ(receive(third, protect(*new_peer, rtp_packet(7)), 11s), std::nullopt);
}

TEST_P(ProtectionTest, ThePeerThatRenewsItsKeyDoesNotChangeOurs)
{
    Protection first{{.receive = receiving(1), .send = sending(2)}};
    ASSERT_FALSE(send(first, 1).empty());
    Protection second{{.receive = receiving(3), .send = nullptr}};
    second.take_over(first, 1s);
    EXPECT_TRUE(send(second, 1).empty()) << "the index is used";
    EXPECT_FALSE(send(second, 2).empty());
}

TEST_P(ProtectionTest, InTheClearAgainNothingIsTakenOver)
{
    Protection first{{.receive = receiving(1), .send = sending(2)}};
    Protection second;
    second.take_over(first, 1s);
    EXPECT_EQ(receive(second, rtp_packet(1)), std::nullopt);
    EXPECT_EQ(send(second, 1), rtp_packet(1));
}

}  // namespace
}  // namespace rb::media
