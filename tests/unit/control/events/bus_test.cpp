// Goal: events reach who wants them, in order; who is too slow loses the newest, is told how many, and costs the others
// nothing; where nobody wants one it is not even made.
// Method: events that are told apart by a number; then any order of publishing and taking, as a property.
#include "control/events/bus.h"

#include "control/events/event_memory.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

namespace rb::events {
namespace {

const Types kAll = ~Types{};

ChannelHold numbered(std::uint64_t number)
{
    return {.channel = {}, .musicclass = std::to_string(number)};
}

/// As many bytes as so many of them weigh.
std::size_t room_for(std::size_t events)
{
    return events * memory_of({.body = numbered(1)});
}

void publish(Bus& bus, std::uint64_t number)
{
    bus.publish(Nanos{number}, [=] { return numbered(number); });
}

/// What waits, as "1 2 lost 3 6"; EventsLost with its number.
std::string taken(Subscription& subscription)
{
    std::string text;
    while (const EventPtr event = subscription.take()) {
        text += text.empty() ? "" : " ";
        if (const auto* lost = std::get_if<EventsLost>(&event->body)) {
            text += "lost " + std::to_string(lost->count);
        } else {
            text += std::get<ChannelHold>(event->body).musicclass;
        }
    }
    return text;
}

TEST(EventBus, MakesNothingThatNobodyWants)
{
    Bus bus;
    int made = 0;
    const auto hold = [&] {
        ++made;
        return numbered(1);
    };
    bus.publish(0ns, hold);
    {
        const auto other = bus.subscribe(Types{}.set(kTypeOf<ChannelUnhold>), room_for(1));
        bus.publish(0ns, hold);
        EXPECT_EQ(made, 0);
        EXPECT_EQ(bus.counts().published, 0U);
        const auto its = bus.subscribe(Types{}.set(kTypeOf<ChannelHold>), room_for(1));
        bus.publish(0ns, hold);
        EXPECT_EQ(made, 1);
        EXPECT_EQ(taken(*other), "");
        EXPECT_EQ(taken(*its), "1");
    }
    bus.publish(0ns, hold);
    EXPECT_EQ(made, 1) << "who has gone wants nothing any more";
    EXPECT_EQ(bus.counts().published, 1U);
}

TEST(EventBus, GivesEverybodyTheSameEventInOrder)
{
    Bus bus;
    const auto one = bus.subscribe(kAll, room_for(9));
    const auto other = bus.subscribe(kAll, room_for(9));
    for (std::uint64_t number = 1; number <= 3; ++number) {
        publish(bus, number);
    }
    EXPECT_EQ(one->take(), other->take());
    EXPECT_EQ(taken(*one), "2 3");
    EXPECT_EQ(taken(*other), "2 3");
}

TEST(EventBus, ASlowSubscriberIsToldWhatItHasLostWhereItIsMissing)
{
    Bus bus;
    const auto slow = bus.subscribe(kAll, room_for(2));
    const auto quick = bus.subscribe(kAll, room_for(9));
    for (std::uint64_t number = 1; number <= 5; ++number) {
        publish(bus, number);
    }
    EXPECT_EQ(std::get<ChannelHold>(slow->take()->body).musicclass, "1");
    publish(bus, 6);
    publish(bus, 7);
    EXPECT_EQ(taken(*slow), "2 lost 3 6 lost 1");
    publish(bus, 8);
    EXPECT_EQ(taken(*slow), "8");
    EXPECT_EQ(taken(*quick), "1 2 3 4 5 6 7 8");
    EXPECT_EQ(bus.counts().published, 8U);
    EXPECT_EQ(bus.counts().dropped, 4U);
}

TEST(EventBus, LongNamesAndLargeRoomsFillAQueueSooner)
{
    Bus bus;
    const auto reader = bus.subscribe(kAll, room_for(8));
    bus.publish(0ns, [] {
        ChannelHold hold = numbered(1);
        hold.channel.caller.name = std::string(room_for(7), 'x');
        return hold;
    });
    publish(bus, 2);
    EXPECT_EQ(taken(*reader), "1 lost 1");
    bus.publish(0ns, [] { return BridgeCreated{{.channels = std::vector<std::string>(room_for(8) / 64)}}; });
    EXPECT_NE(reader->take(), nullptr);
    EXPECT_EQ(reader->take(), nullptr);
    EXPECT_EQ(bus.counts().dropped, 2U) << "ten thousand members are too many for any queue this short";
}

RC_GTEST_PROP(EventBusProperties, NothingIsLostUntold, ())
{
    Bus bus;
    const auto max = *rc::gen::inRange<std::size_t>(1, 6);
    const auto reader = bus.subscribe(kAll, room_for(max));
    std::uint64_t next = 0;
    std::uint64_t expected = 0;
    const auto take = [&] {
        const EventPtr event = reader->take();
        if (event == nullptr) {
            return false;
        }
        if (const auto* lost = std::get_if<EventsLost>(&event->body)) {
            RC_ASSERT(lost->count > 0U);
            expected += lost->count;
        } else {
            RC_ASSERT(std::get<ChannelHold>(event->body).musicclass == std::to_string(expected));
            ++expected;
        }
        return true;
    };
    for (const bool publishes : *rc::gen::arbitrary<std::vector<bool>>()) {
        if (publishes && next < 10) {  // one digit each: equal weights
            publish(bus, next++);
        } else {
            static_cast<void>(take());
        }
    }
    while (take()) {
    }
    RC_ASSERT(expected == next);
}

}  // namespace
}  // namespace rb::events
