// Goal: nothing is sent or heard before a handshake has yielded keys with the one whom SDP names; then calls sound like
// others, and go on through whatever SDP comes.
// Method: whole calls on a bench whose phones make real handshakes; what the node sends is looked at.
#include "dataplane/wire/demux.h"
#include "sim/key_book.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

const std::string kPlan =
    "[c]\nexten => 600,1,Answer()\n same => n,Echo()\nexten => _8.,1,Answer()\n same => n,ConfBridge(${EXTEN})\n"
    "exten => 9,1,Dial(PJSIP/2@phone)\n";
const config::Texts kDtls{{"pjsip.conf",
                           "[anonymous]\ntype=endpoint\ncontext=c\nallow=ulaw,alaw\nmedia_encryption=dtls,sdes\n"
                           "media_encryption_optimistic=yes\nsrtp_secure_signaling=no\n"
                           "[phone]\ntype=endpoint\nallow=ulaw\naors=phone\nmedia_encryption=dtls\n"
                           "[phone]\ntype=aor\ncontact=sip:phone@192.0.2.99\n"}};
constexpr auto kActive = sip::DtlsSetup::Active;
constexpr auto kPassive = sip::DtlsSetup::Passive;

/// Either end may begin.
class Dtls : public ::testing::TestWithParam<sip::DtlsSetup> {
protected:
    /// Looks at each packet towards this phone: under the newest key, and none of its indices twice.
    void watch(const BenchPhone& phone)
    {
        bench.on_sent = [&](std::size_t /*worker*/, const sim::Sent& sent) {
            if (sent.destination != phone.own() || wire::classify(sent.bytes) == wire::Protocol::Dtls) {
                return;
            }
            const engine::Channel* channel = bench.channel(phone);
            if (channel != nullptr && channel->media.dtls && channel->media.dtls->keys &&
                channel->media.dtls->keys->send != newest) {
                newest = channel->media.dtls->keys->send;
                book.add(*newest);
            }
            std::vector<std::uint8_t> bytes = sent.bytes;
            std::span<std::uint8_t> clear;
            EXPECT_EQ(book.open(bytes, clear), "");
            ++watched;
        };
    }
    [[nodiscard]] std::uint64_t counted(std::uint64_t engine::EngineCounters::*which)
    {
        return bench.engine().counters().*which;
    }

    CallBench bench{kPlan, kDtls};
    sim::KeyBook book;
    std::optional<SrtpKey> newest;
    int watched = 0;
};

INSTANTIATE_TEST_SUITE_P(Roles, Dtls, ::testing::Values(kActive, kPassive), [](const auto& setup) {
    return std::string{setup.param == kActive ? "ThePhoneBegins" : "TheNodeBegins"};
});

TEST_P(Dtls, AnEchoComesBackEncrypted)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .dtls = GetParam()});
    watch(anna);
    bench.run(3s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(counted(&engine::EngineCounters::dtls_handshakes), 1U);
    EXPECT_EQ(anna.keys_agreed(), 1U);
    EXPECT_GT(watched, 130);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
    EXPECT_EQ(bench.world().handshakes(), 0U);
}

TEST_P(Dtls, AHoldAndAnotherCodecKeepTheAssociation)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .dtls = GetParam()});
    watch(anna);
    bench.run(1s);
    bench.hold(anna, true);
    bench.run(500ms);
    bench.hold(anna, false);
    bench.run(500ms);
    bench.reoffer(anna, codecs::CodecId::Pcma);
    bench.run(1s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_EQ(anna.keys_agreed(), 1U);
    EXPECT_EQ(counted(&engine::EngineCounters::dtls_handshakes), 1U);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Dtls, AnotherFingerprintBringsAnotherAssociation)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .dtls = GetParam()});
    watch(anna);
    bench.run(1s);
    bench.renew_key(anna);
    bench.run(2s);
    EXPECT_EQ(anna.keys_agreed(), 2U);
    EXPECT_EQ(counted(&engine::EngineCounters::dtls_handshakes), 2U);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Dtls, WhoShowsAnotherCertificateHearsNothingAndIsNotHeard)
{
    BenchPhone& anna = bench.call("81", {.hz = 440, .dtls = GetParam(), .wrong_certificate = true});
    BenchPhone& ben = bench.call("81", {.hz = 620, .dtls = GetParam()});
    watch(anna);
    bench.run(3s);
    EXPECT_EQ(watched, 0) << "no packet of media goes to her";
    EXPECT_LT(ben.heard(440, 500ms), 50);
    EXPECT_EQ(counted(&engine::EngineCounters::dtls_wrong_fingerprints), 1U);
    EXPECT_EQ(counted(&engine::EngineCounters::dtls_handshakes), 1U);
    EXPECT_TRUE(bench.world().complained("the certificate shown has not the fingerprint of SDP"));
    for (BenchPhone* phone : {&anna, &ben}) {
        bench.hang_up(*phone);
    }
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Dtls, ACallThatIsMadeIsAnsweredByDtls)
{
    bench.callee_options = {.dtls = GetParam()};
    BenchPhone& anna = bench.call("9", {.hz = 440});
    bench.run(100ms);
    BenchPhone& ben = bench.dialled(0);
    EXPECT_TRUE(ben.invite.media.fingerprint);
    bench.answer(ben, 620);
    bench.run(1s);
    EXPECT_NEAR(anna.heard(620, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(ben.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Dtls, APeerThatEndsItsAssociationHearsNoMore)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .dtls = GetParam()});
    bench.run(1s);
    anna.handshake()->close();
    bench.run(100ms);
    anna.forget();
    bench.run(1s);
    EXPECT_EQ(anna.heard(440, 1s), 0);
    EXPECT_TRUE(bench.world().logged("the peer has ended its DTLS association"));
    bench.renew_key(anna);
    bench.run(1s);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100) << "new SDP, new association";
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Dtls, AHandshakeOverABadNetworkComesToItsEnd)
{
    bench.suffer({.to_server = {.loss = 0.2, .delay = 20ms}, .to_client = {.loss = 0.2, .delay = 20ms}, .world = {}});
    BenchPhone& anna = bench.call("600", {.hz = 440, .dtls = GetParam()});
    watch(anna);
    // OpenSSL repeats by the real clock, which goes slower than the bench's.
    for (int i = 0; i < 600 && anna.keys_agreed() == 0; ++i) {
        bench.run(1s);
    }
    EXPECT_EQ(anna.keys_agreed(), 1U);
    bench.calm_down();
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_P(Dtls, ALegThatMovesToAnotherWorkerKeepsItsKeys)
{
    CallBench two{kPlan, kDtls, 2};
    BenchPhone& anna = two.call("81", {.hz = 440, .dtls = GetParam()});
    BenchPhone& ben = two.call("81", {.hz = 620, .dtls = GetParam()});
    // What is under way while a leg moves is lost, and repeated by the real clock.
    for (int i = 0; i < 600 && (anna.keys_agreed() == 0 || ben.keys_agreed() == 0); ++i) {
        two.run(1s);
    }
    two.run(1s);
    EXPECT_NEAR(anna.heard(620, 500ms), BenchPhone::kAmplitude, 300);
    EXPECT_NEAR(ben.heard(440, 500ms), BenchPhone::kAmplitude, 300);
    two.hang_up(anna);
    two.hang_up(ben);
    EXPECT_EQ(two.leftovers(), "");
}

TEST_P(Dtls, AStrangersHelloIsDroppedAndCounted)
{
    BenchPhone& anna = bench.call("600", {.hz = 440, .dtls = GetParam()});
    bench.run(1s);
    const Address node = bench.channel(anna)->media.local.rtp;
    for (int i = 0; i < 100; ++i) {
        bench.network_to_server().send(
            {.source = *parse_address("203.0.113.66:4000"), .destination = node, .bytes = {22, 254, 253, 0}},
            bench.now());
        bench.run(10ms);
    }
    EXPECT_EQ(counted(&engine::EngineCounters::dtls_failed), 0U);
    EXPECT_NEAR(anna.heard(440, 500ms), BenchPhone::kAmplitude, 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
