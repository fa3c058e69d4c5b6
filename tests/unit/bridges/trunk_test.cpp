// Goal: what one part of a room says reaches the other whole, in order and one tick later, whatever their paces.
// Method: frames that can be told apart, by hand; then any interleaving of writer and reader as a property.
#include "bridges/trunk.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>
#include <vector>

namespace rb::bridges {
namespace {

constexpr std::size_t kSamples = 160;
using Sum = std::vector<std::int32_t>;

Sum frame(std::int32_t value)
{
    return Sum(kSamples, value);
}

TEST(Trunk, EitherEndHearsTheOtherAndNotItself)
{
    Trunk trunk{8000};
    TrunkEnd& here = trunk.ends()[0];
    TrunkEnd& there = trunk.ends()[1];
    ASSERT_TRUE(here.out->send(frame(100'000)));
    Sum heard_here = frame(1);
    EXPECT_FALSE(here.in->add_to(heard_here));
    EXPECT_EQ(heard_here, frame(1));
    Sum heard_there = frame(1);
    EXPECT_TRUE(there.in->add_to(heard_there));
    EXPECT_EQ(heard_there, frame(100'001)) << "sums are not cut to 16 bits";
}

TEST(Trunk, SilenceIsHeardAsNothing)
{
    Trunk trunk{8000};
    ASSERT_TRUE(trunk.ends()[0].out->send({}));
    Sum total = frame(7);
    EXPECT_FALSE(trunk.ends()[1].in->add_to(total));
    EXPECT_EQ(total, frame(7));
}

TEST(Trunk, AReaderThatLaggedGoesOnWithTheNewestFrame)
{
    Trunk trunk{8000};
    for (std::int32_t i = 1; i <= 4; ++i) {
        EXPECT_TRUE(trunk.ends()[0].out->send(frame(i))) << i;
    }
    EXPECT_FALSE(trunk.ends()[0].out->send(frame(5))) << "full: the writer does not wait";
    Sum total = frame(0);
    EXPECT_TRUE(trunk.ends()[1].in->add_to(total));
    EXPECT_EQ(total, frame(4));
    EXPECT_FALSE(trunk.ends()[1].in->add_to(total));
}

TEST(Trunk, IsHomeWhenBothItsEndsAre)
{
    Trunk trunk{8000};
    for (TrunkEnd& end : trunk.ends()) {
        end.holder = media::Holder::Queue;
    }
    EXPECT_FALSE(trunk.take_home(trunk.ends()[1]));
    EXPECT_EQ(trunk.ends()[0].holder, media::Holder::Queue);
    EXPECT_TRUE(trunk.take_home(trunk.ends()[0]));
    EXPECT_DEATH(static_cast<void>(trunk.take_home(trunk.ends()[0])), "holder");
}

TEST(Trunk, TwoThreadsNeverSeeHalfAFrame)
{
    constexpr std::int32_t kFrames = 20'000;
    Trunk trunk{8000};
    std::thread writer{[&trunk] {
        for (std::int32_t i = 1; i <= kFrames; ++i) {
            while (!trunk.ends()[0].out->send(frame(i))) {
                std::this_thread::yield();
            }
        }
    }};
    for (std::int32_t last = 0; last < kFrames;) {
        Sum total = frame(0);
        if (trunk.ends()[1].in->add_to(total)) {
            ASSERT_GT(total.front(), last);
            ASSERT_EQ(total, frame(total.front()));
            last = total.front();
        } else {
            std::this_thread::yield();
        }
    }
    writer.join();
}

RC_GTEST_PROP(Trunk, FramesComeInOrderAndAtMostOnceAndNeverMoreThanTwoLate, ())
{
    const auto script = *rc::gen::arbitrary<std::vector<bool>>();
    Trunk trunk{8000};
    std::int32_t sent = 0;
    std::int32_t last = 0;
    for (const bool write : script) {
        if (write) {
            sent += trunk.ends()[0].out->send(frame(sent + 1)) ? 1 : 0;
            continue;
        }
        Sum total = frame(0);
        if (trunk.ends()[1].in->add_to(total)) {
            RC_ASSERT(total.front() > last);
            RC_ASSERT(total.front() >= sent - 1);
            RC_ASSERT(total == frame(total.front()));
            last = total.front();
        }
    }
}

}  // namespace
}  // namespace rb::bridges
