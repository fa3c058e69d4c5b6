// Goal: a port is not given out before its old peer has stopped sending, and is given out again then (MED-05).
// Method: a world whose old peers send when told; each phase of a rest once, then any course of calls as a property.
#include "control/engine/port_pool.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace rb::engine {
namespace {

/// Sockets are numbers; those in `noisy` have heard something whenever they are looked at.
class World final : public Environment {
public:
    void post(sip::SipAction /*action*/) override {}
    [[nodiscard]] events::Bus& events() override { return bus; }
    [[nodiscard]] Result<Route> local_address(const std::string& /*uri*/, const std::string& /*name*/) const override
    {
        return failure("no routes here");
    }
    [[nodiscard]] Result<SocketPair> open_sockets(const SocketRequest& /*request*/) override
    {
        return failure("no sockets here");
    }
    void connect_sockets(const SocketPair& /*sockets*/, const std::array<Address, kSocketsPerLeg>& /*peers*/) override
    {
    }
    void close_sockets(const SocketPair& sockets) override { closed.insert(sockets[0]); }
    bool drain_sockets(const SocketPair& sockets) override { return noisy.contains(sockets[0]); }
    void make_secret(std::span<std::uint8_t> /*secret*/) override {}
    void load_sound(SoundRequest /*request*/) override {}
    bool open_recording(const RecordingRequest& /*request*/) override { return false; }
    void write_recording(std::uint64_t /*id*/, std::vector<codecs::Sample> /*samples*/) override {}
    void pad_recording(std::uint64_t /*id*/, std::uint32_t /*ms*/) override {}
    bool write_document(std::uint64_t /*id*/, const std::string& /*path*/, std::string /*text*/) override
    {
        return false;
    }
    void close_recording(std::uint64_t /*id*/, std::uint32_t /*drop_ms*/) override {}
    void remove_recording(const std::string& /*path*/) override {}
    void log(int /*level*/, std::string /*line*/) override {}

    std::set<int> noisy;
    std::set<int> closed;
    events::Bus bus;
};

/// Steps through time as the node's loop does.
void pass(PortPool& pool, World& world, Nanos from, Nanos to)
{
    for (Nanos now = from; now <= to; now += 100ms) {
        pool.look(now, world);
    }
}

/// The only pair of a pool, given back at time 0 by a call whose peer goes on.
void give_back_noisy(PortPool& pool, World& world)
{
    ASSERT_EQ(pool.take(), 10'000);
    world.noisy = {7};
    pool.give_back(10'000, {7, 8}, 0s, world);
}

TEST(PortPool, HasOnlyWholePairsThatBeginEven)
{
    PortPool pool{10'001, 10'006};
    EXPECT_EQ(pool.size(), 2U);
    EXPECT_EQ(pool.take(), 10'002);
    EXPECT_EQ(pool.take(), 10'004);
    EXPECT_EQ(pool.take(), std::nullopt);
}

TEST(PortPool, APairRestsFiveSeconds)
{
    World world;
    PortPool pool{10'000, 10'001};
    ASSERT_EQ(pool.take(), 10'000);
    pool.give_back(10'000, {7, 8}, 0s, world);
    EXPECT_EQ(pool.resting(), 1U);
    pass(pool, world, 0s, 4'900ms);
    EXPECT_EQ(pool.take(), std::nullopt);
    EXPECT_FALSE(world.closed.contains(7)) << "the sockets stay open, so that a sender is noticed";
    pass(pool, world, 5s, 5s);
    EXPECT_TRUE(world.closed.contains(7));
    EXPECT_EQ(pool.resting(), 0U);
    EXPECT_EQ(pool.take(), 10'000);
}

TEST(PortPool, WhatWasUnderWayProlongsNoRest)
{
    World world;
    PortPool pool{10'000, 10'001};
    give_back_noisy(pool, world);
    pass(pool, world, 0s, 4s);
    world.noisy = {};
    pass(pool, world, 4'100ms, 5s);
    EXPECT_EQ(pool.free(), 1U);
}

TEST(PortPool, APeerThatGoesOnKeepsThePortUntilItHasBeenQuietForHalfAMinute)
{
    World world;
    PortPool pool{10'000, 10'001};
    give_back_noisy(pool, world);
    pass(pool, world, 0s, 60s);
    EXPECT_EQ(pool.free(), 0U);
    EXPECT_EQ(pool.sending(), 1U);
    world.noisy = {};
    pass(pool, world, 60s, 60s + PortPool::kQuiet);
    EXPECT_EQ(pool.free(), 1U);
    EXPECT_EQ(pool.sending(), 0U);
    EXPECT_TRUE(world.closed.contains(7));
}

TEST(PortPool, APeerThatNeverStopsLosesThePortAfterTenMinutes)
{
    World world;
    PortPool pool{10'000, 10'001};
    give_back_noisy(pool, world);
    pass(pool, world, 0s, PortPool::kRestMax - 1s);
    EXPECT_EQ(pool.free(), 0U);
    pass(pool, world, PortPool::kRestMax - 1s, PortPool::kRestMax);
    EXPECT_EQ(pool.free(), 1U);
}

TEST(PortPool, BeyondTheSocketsItMayKeepAPairRestsUnobservedForTheLongTime)
{
    World world;
    PortPool pool{10'000, 10'003, 1};
    static_cast<void>(pool.take());
    static_cast<void>(pool.take());
    pool.give_back(10'000, {7, 8}, 0s, world);
    pool.give_back(10'002, {9, 10}, 0s, world);
    EXPECT_TRUE(world.closed.contains(9));
    pass(pool, world, 0s, 29'900ms);
    EXPECT_EQ(pool.free(), 1U);
    pass(pool, world, 30s, 30s);
    EXPECT_EQ(pool.free(), 2U);
}

TEST(PortPool, APairThatHeardNobodyRestsUntilWhatWasUnderWayHasCome)
{
    World world;
    PortPool pool{10'000, 10'003};
    static_cast<void>(pool.take());
    static_cast<void>(pool.take());
    world.noisy.insert(10'000);
    pool.give_back_unheard(10'000, {10'000, 10'001}, 0s, world);
    pool.give_back_unheard(10'002, {10'002, 10'003}, 0s, world);
    EXPECT_EQ(pool.free(), 0U);
    pool.look(PortPool::kUnheardRest, world);
    EXPECT_EQ(pool.take(), 10'002);
    EXPECT_EQ(pool.sending(), 1U);  // whose peer began to speak after the end
}

TEST(PortPool, APairNeverAnnouncedIsFreeAtOnceAndOneTakenByAnotherProgramComesLast)
{
    PortPool pool{10'000, 10'003};
    ASSERT_EQ(pool.take(), 10'000);
    pool.give_back_unused(10'000);
    ASSERT_EQ(pool.take(), 10'000);
    pool.skip(10'000);
    EXPECT_EQ(pool.take(), 10'002);
    EXPECT_EQ(pool.take(), 10'000);
}

RC_GTEST_PROP(PortPool, LosesNoPairAndLeavesNoSocketOpen, ())
{
    World world;
    PortPool pool{10'000, 10'019, *rc::gen::inRange<std::size_t>(0, 12)};
    std::set<std::uint16_t> taken;
    Nanos now = 0s;
    for (const int what : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40))) {
        now += std::chrono::milliseconds{what * 150};
        pool.look(now, world);
        if (what % 2 == 0) {
            if (const auto port = pool.take()) {
                RC_ASSERT(taken.insert(*port).second);
                world.closed.erase(*port);
            }
        } else if (!taken.empty()) {
            const std::uint16_t port = *taken.begin();
            taken.erase(taken.begin());
            if (what % 3 == 0) {
                world.noisy.insert(port);
            }
            pool.give_back(port, {port, port + 1}, now, world);
        }
        RC_ASSERT(pool.free() + pool.resting() + taken.size() == pool.size());
        RC_ASSERT(pool.sending() <= pool.resting());
    }
    const std::size_t rested = pool.resting();
    while (pool.next_look() != kNever) {
        pool.look(pool.next_look(), world);
    }
    RC_ASSERT(pool.free() == pool.size() - taken.size());
    RC_ASSERT(rested == 0 || !world.closed.empty());
}

}  // namespace
}  // namespace rb::engine
