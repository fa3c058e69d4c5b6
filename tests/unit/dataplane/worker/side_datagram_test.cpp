// Goal: DTLS reaches control from whom it may come and at no greater rate than one leg is granted; what control sends
// leaves by the leg's socket; every buffer comes home.
// Method: one worker with arrays for sockets; the events it raises and the datagrams it sends, looked at one by one.
#include "sim/sim_worker.h"

#include <gtest/gtest.h>

#include <tuple>

namespace rb {
namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");
const std::vector<std::uint8_t> kHello{22, 254, 253, 7};

class SideDatagrams : public ::testing::Test {
protected:
    media::LegRef adopt(bool dtls = true)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->remote_rtp = kPeer;
        plan->remote_rtcp = kPeer.with_port(4001);
        plan->rtcp_interval = 0s;
        plan->dtls = dtls;
        plan->build_states();
        const media::LegRef ref = worker.reserve_leg();
        const int fd = 10 + 2 * static_cast<int>(ref.index);
        worker.adopt(std::make_unique<media::Leg>(ref, std::array{fd, fd + 1}, std::move(plan), rng, 0ns));
        step();
        return ref;
    }
    void send(media::LegRef leg, const Address& from = kPeer, std::vector<std::uint8_t> bytes = kHello)
    {
        worker.deliver(LegSlot{leg.index}, {.source = from, .bytes = std::move(bytes)});
    }
    std::vector<sim::Sent> step()
    {
        now += 1ms;
        return worker.step(now);
    }
    /// What control reads now, each as (leg, source, bytes).
    std::vector<std::tuple<media::LegRef, Address, std::vector<std::uint8_t>>> read()
    {
        std::vector<std::tuple<media::LegRef, Address, std::vector<std::uint8_t>>> told;
        worker.drain_events([&](const Event& event) {
            if (const auto* received = std::get_if<event::DatagramReceived>(&event)) {
                EXPECT_EQ(received->protocol, wire::Protocol::Dtls);
                const auto bytes = received->datagram->bytes();
                told.emplace_back(received->leg, received->source, std::vector(bytes.begin(), bytes.end()));
            }
        });
        return told;
    }
    [[nodiscard]] std::uint64_t dropped(Drop why) { return worker.core().counters().get(drop_counter(why)); }

    Rng rng{1};
    sim::Kernel kernel;
    sim::SimWorker worker{{.legs = 16, .bridges = 2}, kernel};
    Nanos now = 10s;
};

TEST_F(SideDatagrams, DtlsGoesUpFromALegThatHasAgreedToIt)
{
    const auto leg = adopt();
    const auto plain = adopt(false);
    send(leg);
    send(plain);
    step();
    const auto told = read();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0], std::tuple(leg, kPeer, kHello));
    EXPECT_EQ(dropped(Drop::Unsupported), 1U);
    EXPECT_EQ(worker.imbalance(), "");
}

TEST_F(SideDatagrams, OneOfTheLongestGoesUpWhole)
{
    const auto leg = adopt();
    std::vector<std::uint8_t> longest(kDatagramBytesMax, 22);
    send(leg, kPeer, longest);
    step();
    const auto told = read();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(std::get<2>(told[0]), longest);
}

TEST_F(SideDatagrams, AStrangerIsNotPassedOn)
{
    const auto leg = adopt();
    send(leg, *parse_address("192.0.2.66:4000"));
    send(leg, kPeer.with_port(4002));
    step();
    EXPECT_TRUE(read().empty());
    EXPECT_EQ(dropped(Drop::DtlsStranger), 2U);
}

TEST_F(SideDatagrams, AFloodCostsControlABurstAndFiftyASecond)
{
    const auto leg = adopt();
    std::size_t told = 0;
    for (int slot = 0; slot < 2000; ++slot) {
        send(leg);
        send(leg);
        step();
        told += read().size();
    }
    EXPECT_NEAR(static_cast<double>(told), 140, 1);
    EXPECT_EQ(dropped(Drop::SideRate), 4000 - told);
    EXPECT_EQ(dropped(Drop::SideFull), 0U);
    EXPECT_EQ(worker.imbalance(), "");
}

TEST_F(SideDatagrams, WhileControlHasAllBuffersTheRestIsLostAndCounted)
{
    std::vector<media::LegRef> legs(8);
    std::generate(legs.begin(), legs.end(), [this] { return adopt(); });
    for (const auto& leg : legs) {
        for (int i = 0; i < media::SideBudget::kBurst; ++i) {
            send(leg);
        }
    }
    step();
    EXPECT_EQ(dropped(Drop::SideFull), 8U * media::SideBudget::kBurst - media::kSideDatagramsMax);
    EXPECT_EQ(read().size(), media::kSideDatagramsMax);
    now += 1s;
    step();  // they are back
    send(legs[0]);
    step();
    EXPECT_EQ(read().size(), 1U);
}

TEST_F(SideDatagrams, WhatControlSendsLeavesByTheLegsSocket)
{
    const auto leg = adopt();
    worker.send_datagram(leg, kPeer, kHello);
    const auto sent = step();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].slot, LegSlot{leg.index});
    EXPECT_EQ(sent[0].destination, kPeer);
    EXPECT_EQ(sent[0].bytes, kHello);
    worker.post(command::ReturnLeg{.leg = leg});
    worker.send_datagram(leg, kPeer, kHello);
    EXPECT_TRUE(step().empty()) << "the leg has gone";
    step();
    step();
    worker.drain_events([](const Event&) {});
    EXPECT_TRUE(worker.books_closed());
}

}  // namespace
}  // namespace rb
