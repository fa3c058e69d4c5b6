// Goal: with ICE a worker's sockets serve whoever has shown the leg's password, from where that came, and nobody else.
// Method: one worker with arrays for sockets; the peer's checks, and those of strangers.
#include "dataplane/wire/demux.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtp.h"
#include "sim/sim_worker.h"
#include "support/stun_checks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb {
namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");
const Address kStranger = *parse_address("198.51.100.66:6666");
const std::string kUfrag = "ours";
const std::string kPwd = "oursHas22CharactersOrSo";

class IceLegs : public ::testing::Test {
protected:
    std::unique_ptr<media::MediaPlan> plan(bool ice)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->remote_rtp = kPeer;
        plan->remote_rtcp = kPeer;
        plan->rtcp_mux = true;
        plan->rtcp_interval = 200ms;
        if (ice) {
            plan->ice = std::make_unique<media::IceLite>(media::IceCredentials{kUfrag, kPwd});
        }
        plan->build_states();
        return plan;
    }
    media::LegRef adopt(bool ice)
    {
        const media::LegRef ref = worker.reserve_leg();
        worker.adopt(std::make_unique<media::Leg>(ref, std::array{10, 11}, plan(ice), rng, 0ns));
        worker.post(command::SetEcho{.leg = ref, .on = true});
        run(5ms);
        return ref;
    }
    std::vector<sim::Sent> run(Nanos time)
    {
        std::vector<sim::Sent> sent;
        for (const Nanos end = now + time; now < end; now += 1ms) {
            auto more = worker.step(now);
            std::move(more.begin(), more.end(), std::back_inserter(sent));
        }
        worker.drain_events([this](const Event& event) {
            if (const auto* nominated = std::get_if<event::IceNominated>(&event)) {
                nominations.push_back(nominated->peer);
            }
        });
        return sent;
    }
    void check(media::LegRef leg, const Address& from, const std::string& password, bool nominates = true)
    {
        worker.deliver(LegSlot{leg.index},
                       {.source = from,
                        .bytes = test::write_check(
                            {.username = kUfrag + ":theirs", .password = password, .nominates = nominates})});
    }
    void speak(media::LegRef leg, const Address& from)
    {
        std::vector<std::uint8_t> bytes(172);
        wire::write_rtp_header(bytes, {.sequence = ++sequence, .timestamp = sequence * 160U, .ssrc = 1});
        worker.deliver(LegSlot{leg.index}, {.source = from, .bytes = std::move(bytes)});
    }
    [[nodiscard]] static std::size_t count(const std::vector<sim::Sent>& sent, wire::Protocol protocol,
                                           const Address& to)
    {
        return static_cast<std::size_t>(std::count_if(sent.begin(), sent.end(), [&](const sim::Sent& datagram) {
            return datagram.destination == to && wire::classify(datagram.bytes) == protocol;
        }));
    }
    std::uint64_t dropped(Drop reason) { return worker.core().counters().get(drop_counter(reason)); }

    void TearDown() override { EXPECT_EQ(worker.imbalance(), ""); }

    sim::Kernel kernel;
    sim::SimWorker worker{{.legs = 8, .bridges = 2}, kernel};
    Rng rng{1};
    Nanos now = 10s;
    std::uint16_t sequence = 0;
    std::vector<Address> nominations;
};

TEST_F(IceLegs, MediaAndReportsFlowAfterTheNominationAndNotBefore)
{
    const auto leg = adopt(true);
    speak(leg, kPeer);
    EXPECT_TRUE(run(500ms).empty());
    check(leg, kPeer, kPwd, false);
    speak(leg, kPeer);
    const auto checked = run(500ms);
    EXPECT_EQ(count(checked, wire::Protocol::Stun, kPeer), 1U);
    EXPECT_EQ(checked.size(), 1U);
    EXPECT_EQ(dropped(Drop::IceUnchecked), 1U);  // but the second packet was heard
    check(leg, kPeer, kPwd);
    speak(leg, kPeer);
    const auto nominated = run(500ms);
    EXPECT_EQ(count(nominated, wire::Protocol::Rtp, kPeer), 1U);
    EXPECT_GE(count(nominated, wire::Protocol::Rtcp, kPeer), 1U);
    EXPECT_EQ(nominations, std::vector{kPeer});
}

TEST_F(IceLegs, AStrangerIsNeitherHeardNorFollowed)
{
    const auto leg = adopt(true);
    check(leg, kPeer, kPwd);
    check(leg, kStranger, "a-password-that-is-wrong");
    speak(leg, kStranger);
    const std::vector<std::uint8_t> bye{0x80, 201, 0, 1, 0, 0, 0, 1};
    worker.deliver(LegSlot{leg.index}, {.source = kStranger, .bytes = bye});
    speak(leg, kPeer);
    const auto sent = run(500ms);
    EXPECT_EQ(count(sent, wire::Protocol::Stun, kStranger), 1U);  // 401
    EXPECT_EQ(count(sent, wire::Protocol::Rtp, kStranger), 0U);
    EXPECT_EQ(count(sent, wire::Protocol::Rtcp, kStranger), 0U);
    EXPECT_EQ(count(sent, wire::Protocol::Rtp, kPeer), 1U);
    EXPECT_EQ(dropped(Drop::StunStranger), 1U);
    EXPECT_EQ(dropped(Drop::IceUnchecked), 2U);
}

TEST_F(IceLegs, StrangersAreNotAnsweredForEver)
{
    const auto leg = adopt(true);
    for (int i = 0; i < 200; ++i) {
        check(leg, kStranger, "a-password-that-is-wrong");
    }
    check(leg, kPeer, kPwd);
    const auto sent = run(100ms);
    EXPECT_GE(count(sent, wire::Protocol::Stun, kStranger), 5U);
    EXPECT_LE(count(sent, wire::Protocol::Stun, kStranger), 50U);
    EXPECT_EQ(count(sent, wire::Protocol::Stun, kPeer), 1U);
    EXPECT_EQ(dropped(Drop::StunStranger), 200U);
}

TEST_F(IceLegs, ALegWithoutIceAnswersNoChecks)
{
    const auto leg = adopt(false);
    check(leg, kPeer, kPwd);
    EXPECT_EQ(count(run(50ms), wire::Protocol::Stun, kPeer), 0U);
    EXPECT_EQ(dropped(Drop::Unsupported), 1U);
}

TEST_F(IceLegs, ALegThatTakesUpIceHearsEverybodyAgain)
{
    const auto leg = adopt(false);
    for (int i = 0; i < 20; ++i) {
        speak(leg, kPeer);
        run(20ms);
    }
    worker.change_media(leg, plan(true));
    run(5ms);
    const Address elsewhere = kPeer.with_port(5000);
    check(leg, elsewhere, kPwd);
    speak(leg, elsewhere);
    EXPECT_EQ(count(run(20ms), wire::Protocol::Rtp, elsewhere), 1U);
}

TEST_F(IceLegs, AHandshakeBeginsAndGoesOnOnlyWhereThePeerIs)
{
    auto with_dtls = plan(true);
    with_dtls->dtls = true;
    const media::LegRef leg = worker.reserve_leg();
    worker.adopt(std::make_unique<media::Leg>(leg, std::array{10, 11}, std::move(with_dtls), rng, 0ns));
    run(5ms);
    const std::vector<std::uint8_t> hello{22, 254, 253, 1};
    const auto hello_from = [&](const Address& from) {
        worker.deliver(LegSlot{leg.index}, {.source = from, .bytes = hello});
    };
    hello_from(kPeer);  // which signalling vouches for, but no check
    worker.send_datagram(leg, *parse_address("0.0.0.0:9"), hello);
    EXPECT_TRUE(run(5ms).empty());
    EXPECT_EQ(dropped(Drop::DtlsStranger), 1U);
    const Address elsewhere = kPeer.with_port(5000);
    check(leg, elsewhere, kPwd);
    hello_from(elsewhere);
    hello_from(kStranger);
    run(5ms);
    worker.send_datagram(leg, *parse_address("0.0.0.0:9"), hello);
    EXPECT_EQ(count(run(5ms), wire::Protocol::Dtls, elsewhere), 1U);
    EXPECT_EQ(dropped(Drop::DtlsStranger), 2U);
}

TEST_F(IceLegs, MediaCeaseWithTheChecks)
{
    const auto leg = adopt(true);
    for (int i = 0; i < 4; ++i) {
        check(leg, kPeer, kPwd);
        run(5s);
    }
    run(26s);
    speak(leg, kPeer);
    const auto sent = run(1s);
    EXPECT_EQ(count(sent, wire::Protocol::Rtp, kPeer), 0U);
    EXPECT_EQ(worker.core().counters().get(WorkerCounter::IceConsentLost), 1U);
}

}  // namespace
}  // namespace rb
