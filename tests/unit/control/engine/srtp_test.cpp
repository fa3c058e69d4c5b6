// Goal: calls with SRTP sound like others, whatever they are joined to; keys change without a packet lost, and none is
// ever used twice for one index.
// Method: whole calls on a bench; everything the node sends to an SRTP phone is opened under the keys it was given.
#include "sim/key_book.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

const std::string kPlan =
    "[c]\nexten => 600,1,Answer()\n same => n,Echo()\nexten => _8.,1,Answer()\n same => n,ConfBridge(${EXTEN})\n"
    "exten => 9,1,Dial(PJSIP/2@phone)\n";
const config::Texts kSecurePhone{
    {"pjsip.conf",
     "[anonymous]\ntype=endpoint\ncontext=c\nallow=ulaw\nmedia_encryption=sdes\nmedia_encryption_optimistic=yes\n"
     "srtp_secure_signaling=no\n[phone]\ntype=endpoint\nallow=ulaw\naors=phone\nmedia_encryption=sdes\n"
     "srtp_secure_signaling=no\n[phone]\ntype=aor\ncontact=sip:phone@192.0.2.99\n"}};

/// A bench whose every datagram towards this phone is looked at.
class Srtp : public ::testing::TestWithParam<SrtpSuite> {
protected:
    void watch(const BenchPhone& phone)
    {
        bench.on_sent = [&](std::size_t /*worker*/, const sim::Sent& sent) {
            const Address& own = phone.own();
            if (sent.destination != own &&
                sent.destination != own.with_port(static_cast<std::uint16_t>(own.port() + 1))) {
                return;
            }
            const engine::Channel* channel = bench.channel(phone);
            if (channel != nullptr && channel->media.keys && channel->media.keys->send != newest) {
                newest = channel->media.keys->send;
                book.add(*newest);
                ++keys;
            }
            std::vector<std::uint8_t> bytes = sent.bytes;
            std::span<std::uint8_t> clear;
            EXPECT_EQ(book.open(bytes, clear), "");
            ++watched;
        };
    }

    CallBench bench{kPlan, kSecurePhone};
    sim::KeyBook book;
    std::optional<SrtpKey> newest;
    int keys = 0;
    int watched = 0;
};

INSTANTIATE_TEST_SUITE_P(Suites, Srtp,
                         ::testing::Values(SrtpSuite::AesCm128HmacSha1_80, SrtpSuite::AesCm128HmacSha1_32,
                                           SrtpSuite::AesCm256HmacSha1_80, SrtpSuite::AesCm256HmacSha1_32,
                                           SrtpSuite::AeadAes128Gcm, SrtpSuite::AeadAes256Gcm),
                         [](const auto& suite) { return std::string{srtp_suite_info(suite.param).name}; });

TEST_P(Srtp, AnEchoComesBackEncrypted)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .srtp = GetParam()});
    watch(anna);
    bench.run(7s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(keys, 1);
    EXPECT_GT(watched, 340);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Srtp, AKeyIsRenewedWithoutAPacketLost)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .srtp = GetParam()});
    watch(anna);
    bench.run(1s);
    anna.forget();
    for (int times = 0; times < 3; ++times) {
        bench.renew_key(anna);
        bench.run(2s);
    }
    EXPECT_EQ(keys, 4);
    EXPECT_LE(anna.longest_gap(), 22ms);
    EXPECT_NEAR(anna.heard(440, 5s), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Srtp, AHoldKeepsTheKeyAndItsCounter)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .srtp = GetParam()});
    watch(anna);
    bench.run(1s);
    const auto key = anna.node_key();
    bench.hold(anna, true);
    bench.run(1s);
    bench.hold(anna, false);
    bench.run(1s);
    EXPECT_EQ(anna.node_key(), key);
    EXPECT_EQ(keys, 1);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

// Whether the same phone answers, with the key it has, or another with its own.
TEST_P(Srtp, AnOfferThePeerAskedForBringsANewKeyOfOurs)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .srtp = GetParam()});
    watch(anna);
    for (const bool another : {false, true}) {
        bench.run(1s);
        const auto key = anna.node_key();
        if (another) {
            anna.renew_key();
        }
        bench.ask_for_offer(anna);
        EXPECT_NE(anna.node_key(), key);
        EXPECT_EQ(anna.node_key(), bench.channel(anna)->media.keys->send);
        anna.forget();
        bench.run(2s);
        EXPECT_LE(anna.longest_gap(), 22ms);
        EXPECT_NEAR(anna.heard(440, 1s), BenchPhone::kAmplitude, 100);
    }
    EXPECT_EQ(keys, 3);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Srtp, ANativeBridgeReencryptsForTheOtherSide)
{
    bench.callee_options = {.srtp = SrtpSuite::AesCm128HmacSha1_80};
    BenchPhone& anna = bench.call("9", {.hz = 440, .srtp = GetParam()});
    bench.run(100ms);
    BenchPhone& ben = bench.dialled(0);
    bench.answer(ben, 620);
    watch(ben);
    bench.run(1s);
    EXPECT_NEAR(anna.heard(620, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(ben.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(bench.engine().technology_of(*bench.channel(anna)), Technology::NativeRtp);
    anna.press("5");
    bench.run(500ms);
    EXPECT_EQ(ben.keys_received(), "5");
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Srtp, ARoomHasThoseInTheClearBesideThoseWithSrtp)
{
    BenchPhone& anna = bench.call("81", {.hz = 440, .srtp = GetParam()});
    BenchPhone& ben = bench.call("81", {.hz = 620});
    BenchPhone& cora = bench.call("81", {.srtp = SrtpSuite::AesCm128HmacSha1_80});
    watch(cora);
    bench.run(2s);
    EXPECT_NEAR(ben.heard(440, 500ms), BenchPhone::kAmplitude, 300);
    EXPECT_NEAR(anna.heard(620, 500ms), BenchPhone::kAmplitude, 300);
    EXPECT_NEAR(cora.heard(620, 500ms), BenchPhone::kAmplitude, 300);
    for (BenchPhone* phone : {&anna, &ben, &cora}) {
        bench.hang_up(*phone);
    }
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Srtp, AnOfferOfOursIsAnsweredWithASuiteOfTheirs)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .late_offer = true, .srtp = GetParam()});
    watch(anna);
    bench.run(1s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    const auto& offered = bench.channel(anna)->media.local.srtp_keys;
    EXPECT_EQ(offered.size(), kSrtpSuites);
    bench.renew_key(anna);
    bench.run(1s);
    EXPECT_EQ(offered.size(), 1U);
    EXPECT_EQ(keys, 2);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
