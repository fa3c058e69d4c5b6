// Goal: a fax by T.38 passes between two phones on a native bridge as it is, to nobody and from nobody else; where it
// cannot, it is refused and the call goes on; and however it ends, there is audio again and nothing is left behind.
// Method: calls on a bench whose phones send datagrams that can be told apart; each way to offer, refuse and end it.
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <array>

namespace rb::test {
namespace {

constexpr const char* kFaxPlan =
    "[c]\nexten => 1,1,Dial(PJSIP/phone,,g)\n same => n,Echo()\nexten => 2,1,Echo()\n"
    "exten => 3,1,Dial(PJSIP/phone)\n";

config::Texts with_fax(const std::string& anna, const std::string& berta)
{
    const std::string basics = "type=endpoint\ncontext=c\ndisallow=all\nallow=ulaw,alaw\n";
    return {{"pjsip.conf", "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1:5060\n[anonymous]\n" + basics + anna +
                               "[phone]\n" + basics + "aors=phone\n" + berta +
                               "[phone]\ntype=aor\ncontact=sip:192.0.2.99:5060\n"}};
}

const std::string kYes = "t38_udptl=yes\n";
const sip::T38 kAnna{.version = 0, .max_bit_rate = 14400, .max_datagram = 300};
const sip::T38 kBerta{.version = 0, .max_bit_rate = 9600, .max_datagram = 200};

/// Datagrams a fax might send: each with its number, as long as it, and with any byte at its beginning.
std::vector<std::uint8_t> datagram(std::uint16_t number, std::uint8_t filling)
{
    std::vector<std::uint8_t> bytes(20 + number % 200, filling);
    bytes[0] = static_cast<std::uint8_t>(number >> 8U);
    bytes[1] = static_cast<std::uint8_t>(number);
    return bytes;
}

/// Two who have been talking for a while.
struct FaxCall {
    explicit FaxCall(config::Texts texts = with_fax(kYes, kYes), std::optional<sip::T38> takes = kBerta,
                     const std::string& dialled = "1", PhoneOptions caller = {.hz = 440})
        : bench{kFaxPlan, std::move(texts)}
    {
        bench.callee_options.fax = takes;
        caller.fax = kAnna;
        anna = &bench.call(dialled, caller);
        if (bench.dialled_count() > 0) {
            berta = &bench.dialled(0);
            bench.answer(*berta, 700);
        }
        bench.run(1s);
    }
    /// A re-INVITE, and time for its answer.
    void offer_fax(BenchPhone& phone)
    {
        bench.offer_fax(phone);
        bench.run(5ms);
    }
    /// Each sends so many datagrams; whether the other has all of them, in order, as they were.
    [[nodiscard]] bool passes_both_ways(unsigned count = 50)
    {
        anna->fax_received.clear();
        berta->fax_received.clear();
        std::array<std::vector<std::vector<std::uint8_t>>, 2> sent;
        for (unsigned i = 0; i < count; ++i) {
            sent[0].push_back(datagram(static_cast<std::uint16_t>(number + i), 0x11));
            sent[1].push_back(datagram(static_cast<std::uint16_t>(number + i), 0xee));
            anna->send_fax(sent[0].back());
            berta->send_fax(sent[1].back());
            bench.run(20ms);
        }
        number += count;
        return berta->fax_received == sent[0] && anna->fax_received == sent[1];
    }
    [[nodiscard]] bool talk()
    {
        bench.run(1s);
        return anna->heard(700, 500ms) > 5000 && berta->heard(440, 500ms) > 5000;
    }
    CallBench bench;
    BenchPhone* anna = nullptr;
    BenchPhone* berta = nullptr;
    unsigned number = 0;
};

TEST(Fax, PassesBothWaysAndTheTwoTalkAgain)
{
    FaxCall call;
    ASSERT_TRUE(call.talk());
    call.offer_fax(*call.anna);
    ASSERT_EQ(call.berta->offers.size(), 1U);
    EXPECT_EQ(call.berta->offers[0].fax, kAnna) << "what anna has said";
    EXPECT_EQ(call.anna->node_fax(), kBerta) << "what berta has answered";
    EXPECT_TRUE(call.passes_both_ways());
    EXPECT_EQ(call.bench.imbalance(), "");
    call.offer_fax(*call.anna);  // the same again
    EXPECT_TRUE(call.passes_both_ways());
    EXPECT_EQ(call.berta->offers.size(), 1U);

    call.bench.offer_audio(*call.berta);
    call.bench.run(5ms);
    EXPECT_FALSE(call.berta->node_fax());
    ASSERT_EQ(call.anna->offers.size(), 1U);
    EXPECT_FALSE(call.anna->offers[0].fax);
    EXPECT_TRUE(call.talk());
    call.offer_fax(*call.berta);  // and from the other side
    EXPECT_EQ(call.anna->node_fax(), kBerta);
    EXPECT_TRUE(call.passes_both_ways());
    EXPECT_EQ(call.anna->refusals + call.berta->refusals, 0U);
    call.bench.hang_up(*call.anna);
    EXPECT_TRUE(call.berta->hung_up_by_node);
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(Fax, IsRefusedWhereTheOtherRefusesIt)
{
    FaxCall call{with_fax(kYes, kYes), std::nullopt};
    call.offer_fax(*call.anna);
    EXPECT_EQ(call.berta->offers.size(), 1U);
    EXPECT_EQ(call.anna->refusals, 1U);
    EXPECT_FALSE(call.anna->node_fax());
    EXPECT_TRUE(call.talk());
    call.offer_fax(*call.anna);
    EXPECT_EQ(call.anna->refusals, 2U) << "and may be tried again";
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(Fax, IsRefusedWhereItCannotPass)
{
    struct Row {
        const char* what;
        std::string anna;
        std::string berta;
        PhoneOptions caller;
    };
    const std::array<Row, 3> rows{{
        {"the other endpoint has none", kYes, "", {.hz = 440}},
        {"no native bridge", kYes, kYes, {.hz = 440, .codec = codecs::CodecId::Pcma}},
        {"encrypted",
         kYes + "media_encryption=sdes\nsrtp_secure_signaling=no\n",
         kYes,
         {.hz = 440, .srtp = SrtpSuite::AeadAes128Gcm}},
    }};
    for (const Row& row : rows) {
        FaxCall call{with_fax(row.anna, row.berta), kBerta, "1", row.caller};
        call.offer_fax(*call.anna);
        EXPECT_EQ(call.anna->refusals, 1U) << row.what;
        EXPECT_TRUE(call.berta->offers.empty()) << row.what;
        EXPECT_TRUE(call.talk()) << row.what;
        EXPECT_EQ(call.bench.leftovers(), "") << row.what;
    }
    FaxCall alone{with_fax(kYes, kYes), kBerta, "2"};
    alone.offer_fax(*alone.anna);
    EXPECT_EQ(alone.anna->refusals, 1U);
    alone.bench.run(1s);
    EXPECT_GT(alone.anna->heard(440, 500ms), 5000);
    EXPECT_EQ(alone.bench.leftovers(), "");
}

TEST(Fax, AStrangersDatagramGoesNowhere)
{
    FaxCall call;
    call.offer_fax(*call.anna);
    ASSERT_TRUE(call.passes_both_ways(5));
    std::size_t to_stranger = 0;
    const Address stranger = *parse_address("198.51.100.66:4000");
    call.bench.on_sent = [&](std::size_t, const sim::Sent& sent) {
        to_stranger += sent.destination == stranger ? 1U : 0U;
    };
    for (std::uint16_t i = 0; i < 50; ++i) {
        call.bench.network_to_server().send({.source = stranger,
                                             .destination = call.anna->voice().options().server,
                                             .bytes = datagram(static_cast<std::uint16_t>(1000 + i), 0x66)},
                                            call.bench.now());
        call.bench.run(5ms);
    }
    EXPECT_EQ(call.berta->fax_received.size(), 5U);
    EXPECT_EQ(to_stranger, 0U);
    EXPECT_TRUE(call.passes_both_ways());
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(Fax, BehindNatIsFoundWhereItComesFrom)
{
    for (const bool nat : {false, true}) {
        FaxCall call{with_fax(kYes + "rtp_symmetric=yes\n" + (nat ? "t38_udptl_nat=yes\n" : ""), kYes),
                     kBerta,
                     "1",
                     {.hz = 440, .signalled = *parse_address("10.0.0.5:4000")}};
        ASSERT_TRUE(call.talk()) << "rtp_symmetric finds the audio";
        call.offer_fax(*call.anna);
        static_cast<void>(call.passes_both_ways(10));  // the first show who she is
        EXPECT_EQ(call.passes_both_ways(), nat);
        EXPECT_EQ(call.bench.leftovers(), "");
    }
}

TEST(Fax, IsToldAnotherDatagramSizeWhereConfigured)
{
    FaxCall call{with_fax(kYes + "t38_udptl_maxdatagram=150\n", kYes + "t38_udptl_maxdatagram=160\n")};
    call.offer_fax(*call.anna);
    EXPECT_EQ(call.berta->offers.at(0).fax->max_datagram, 150U);
    EXPECT_EQ(call.anna->node_fax()->max_datagram, 160U);
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(Fax, AudioThatIsLateGoesNowhere)
{
    FaxCall call;
    call.offer_fax(*call.anna);
    call.anna->voice().be_quiet(false);  // goes on speaking
    call.bench.run(500ms);
    EXPECT_TRUE(call.berta->fax_received.empty());
    call.anna->voice().be_quiet(true);
    EXPECT_TRUE(call.passes_both_ways());
    EXPECT_EQ(call.bench.imbalance(), "");
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(Fax, MayBeWithdrawnBeforeOrWhileItIsAccepted)
{
    unsigned withdrawn = 0;
    constexpr unsigned seeds = 30;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        FaxCall call;
        call.bench.suffer({.seed = seed, .sip_lag = 100ms});
        call.bench.offer_fax(*call.anna);
        call.bench.run(150ms);
        if (call.anna->offers_open > 0) {
            ++withdrawn;
            call.bench.withdraw_offer(*call.anna);
            call.bench.run(1s);
            EXPECT_FALSE(call.anna->node_fax() || call.berta->node_fax()) << seed;
            EXPECT_TRUE(call.talk()) << seed;
        }
        call.bench.calm_down();
        EXPECT_EQ(call.bench.leftovers(), "") << seed;
    }
    EXPECT_GT(withdrawn, 5U);
    EXPECT_LT(withdrawn, seeds);
}

TEST(Fax, EndsWithTheCallWhoeverHangsUpAndWhenever)
{
    for (const bool caller : {false, true}) {
        for (const Nanos lag : {0ms, 200ms}) {
            FaxCall call{with_fax(kYes, kYes), kBerta, "3"};
            call.bench.suffer({.sip_lag = lag});
            call.bench.offer_fax(*call.anna);
            call.bench.run(lag / 2);
            call.bench.hang_up(caller ? *call.anna : *call.berta);
            call.bench.run(1s);
            EXPECT_TRUE(call.anna->ended && call.berta->ended);
            EXPECT_EQ(call.bench.leftovers(), "");
        }
    }
}

TEST(Fax, WhoGoesOnAfterwardsHasAudioAgain)
{
    FaxCall call;
    call.offer_fax(*call.anna);
    ASSERT_TRUE(call.passes_both_ways(5));
    call.bench.hang_up(*call.berta);
    call.bench.run(1s);
    ASSERT_EQ(call.anna->offers.size(), 1U);
    EXPECT_FALSE(call.anna->offers[0].fax);
    EXPECT_GT(call.anna->heard(440, 500ms), 5000) << "Echo() after Dial()";
    EXPECT_EQ(call.bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
