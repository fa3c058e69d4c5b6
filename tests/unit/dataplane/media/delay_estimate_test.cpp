// Goal: the estimate knows the least transit of the last second or two and what nearly all packets stay below, forgets
// a bad spell within 3 s, and follows clocks that drift. Method: packets every 20 ms with given transits, the figures
// by hand; then any transits as a property.
#include "dataplane/media/delay_estimate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <vector>

namespace rb::media {
namespace {

class Packets {
public:
    /// One packet each 20 ms for a while.
    void send(Nanos span, const std::function<Nanos(int)>& transit)
    {
        for (const Nanos end = now + span; now < end; now += 20ms, ++count) {
            estimate.observe(transit(count), 20ms, now);
        }
    }
    [[nodiscard]] Nanos jitter() const { return estimate.most() - estimate.least(); }

    DelayEstimate estimate;
    Nanos now = 5s;
    int count = 0;
};

TEST(DelayEstimate, KnowsNothingAtFirst)
{
    DelayEstimate estimate;
    EXPECT_FALSE(estimate.known());
    estimate.observe(-3s, 20ms, 1s);
    EXPECT_TRUE(estimate.known());
    EXPECT_EQ(estimate.least(), -3s);
    EXPECT_EQ(estimate.most(), -3s + DelayEstimate::kBucket);
    estimate.reset();
    EXPECT_FALSE(estimate.known());
}

TEST(DelayEstimate, OnePacketInFortyIsAnExceptionAndOneInTwentyIsNot)
{
    Packets packets;
    packets.send(10s, [](int i) { return i % 50 == 49 ? 90ms : 2ms; });
    packets.send(400ms, [](int) { return 2ms; });
    EXPECT_LE(packets.jitter(), 10ms);
    packets.send(10s, [](int i) { return i % 20 == 19 ? 90ms : 2ms; });
    EXPECT_GE(packets.jitter(), 88ms);
    EXPECT_LE(packets.jitter(), 95ms);
}

TEST(DelayEstimate, ForgetsABadSpellWithinThreeSeconds)
{
    Packets packets;
    packets.send(5s, [](int) { return 0ms; });
    packets.send(3s, [](int i) { return i % 2 == 0 ? 150ms : 0ms; });
    EXPECT_GE(packets.jitter(), 150ms);
    packets.send(3s, [](int) { return 0ms; });
    EXPECT_LE(packets.jitter(), 10ms);
}

TEST(DelayEstimate, AFasterWayCountsAtOnceAndASlowerOneAfterTwoSeconds)
{
    Packets packets;
    packets.send(5s, [](int) { return 100ms; });
    packets.send(40ms, [](int) { return 40ms; });
    EXPECT_EQ(packets.estimate.least(), 40ms);
    packets.send(3s, [](int) { return 40ms; });
    packets.send(500ms, [](int) { return 130ms; });
    EXPECT_EQ(packets.estimate.least(), 40ms);
    EXPECT_GE(packets.jitter(), 90ms);
    packets.send(2s, [](int) { return 130ms; });
    EXPECT_EQ(packets.estimate.least(), 130ms);
    EXPECT_LE(packets.jitter(), 10ms) << "what the way has done to all packets is not jitter";
}

TEST(DelayEstimate, FollowsADriftingClock)
{
    for (const int ppm : {-300, 300}) {
        Packets packets;
        const auto transit = [ppm](int i) { return Nanos{20ms} * i * ppm / 1'000'000; };
        for (int minute = 0; minute < 60; ++minute) {
            packets.send(60s, transit);
            EXPECT_LE(packets.jitter(), 2 * DelayEstimate::kBucket) << ppm << ' ' << minute;
        }
        EXPECT_NEAR(static_cast<double>(to_ms(packets.estimate.least())), 3.6 * ppm, 2) << "after an hour";
    }
}

TEST(DelayEstimate, AfterALongPauseOnlyTheNewCounts)
{
    Packets packets;
    packets.send(5s, [](int) { return 0ms; });
    packets.now += 60s;
    packets.send(20ms, [](int) { return 18ms; });
    EXPECT_EQ(packets.estimate.least(), 18ms);
}

RC_GTEST_PROP(DelayEstimateProperty, MostIsNeverBelowLeastNorFartherThanItsRange, ())
{
    DelayEstimate estimate;
    Nanos now = 1s;
    const auto transits = *rc::gen::container<std::vector<int>>(500, rc::gen::inRange(-2000, 2000));
    const bool calm = *rc::gen::arbitrary<bool>();
    for (const int transit : transits) {
        estimate.observe(std::chrono::milliseconds{calm ? transit / 20 : transit}, 20ms, now);
        now += std::chrono::milliseconds{transit % 7 == 0 ? 500 : 20};
        const Nanos spread = estimate.most() - estimate.least();
        RC_ASSERT(spread > 0ns);
        RC_ASSERT(spread <= DelayEstimate::kBucket * static_cast<Nanos::rep>(DelayEstimate::kBuckets));
    }
}

}  // namespace
}  // namespace rb::media
