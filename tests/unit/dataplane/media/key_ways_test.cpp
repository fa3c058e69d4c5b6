// Goal: a press that comes in two ways is one press, however the two are timed; presses after it count again.
#include "dataplane/media/key_ways.h"

#include <gtest/gtest.h>

namespace rb::media {
namespace {

constexpr KeyChange kDown{.digit = '5'};
constexpr KeyChange kUp{.digit = '5', .released = true, .duration = 100ms};

TEST(KeyWays, OneWayIsNeverInItsOwnWay)
{
    KeyWays ways;
    for (int press = 0; press < 5; ++press) {
        const Nanos at = 1s + press * 100ms;
        EXPECT_TRUE(ways.accept(kDown, KeyWay::Event, at));
        EXPECT_TRUE(ways.accept(kUp, KeyWay::Event, at + 50ms));
    }
}

TEST(KeyWays, InfoAtTheBeginningOfALongPress)
{
    KeyWays ways;
    EXPECT_TRUE(ways.accept(kDown, KeyWay::Info, 1s));
    EXPECT_TRUE(ways.accept(kUp, KeyWay::Info, 1s));
    EXPECT_FALSE(ways.accept(kDown, KeyWay::Event, 1s + 30ms));
    EXPECT_FALSE(ways.accept(kUp, KeyWay::Event, 4s));
    EXPECT_TRUE(ways.accept(kDown, KeyWay::Event, 6s)) << "the next press";
}

TEST(KeyWays, InfoAtTheEndOfALongPress)
{
    KeyWays ways;
    EXPECT_TRUE(ways.accept(kDown, KeyWay::Event, 1s));
    EXPECT_FALSE(ways.accept(kDown, KeyWay::Info, 4s));
    EXPECT_FALSE(ways.accept(kUp, KeyWay::Info, 4s));
    EXPECT_TRUE(ways.accept(kUp, KeyWay::Event, 4s + 10ms));
    EXPECT_FALSE(ways.accept(kDown, KeyWay::Info, 4s + 20ms)) << "repeated";
    EXPECT_FALSE(ways.accept(kUp, KeyWay::Info, 4s + 20ms));
    EXPECT_TRUE(ways.accept(kDown, KeyWay::Info, 5s)) << "the next press";
}

TEST(KeyWays, AnotherKeyIsAnotherPress)
{
    KeyWays ways;
    EXPECT_TRUE(ways.accept(kDown, KeyWay::Event, 1s));
    EXPECT_TRUE(ways.accept({.digit = '6'}, KeyWay::Info, 1s + 10ms));
}

}  // namespace
}  // namespace rb::media
