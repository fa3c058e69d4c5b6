// Goal: a watcher gets the types it has named, as text or JSON; a type that there is not is refused with the nearest.
// Method: requests as rbctl sends them; events of a bus.
#include "control/node/event_watch.h"

#include <gtest/gtest.h>

namespace rb::node {
namespace {

std::string why_not(events::Bus& bus, std::vector<std::string> words)
{
    const cli::Answer answer = watch_events(std::move(words), bus, "");
    const auto* const reply = std::get_if<cli::Reply>(&answer);
    return reply == nullptr || *reply ? "" : reply->error().message;
}

TEST(EventWatch, StreamsWhatWasAskedFor)
{
    events::Bus bus;
    {
        cli::Stream all = std::get<cli::Stream>(watch_events({}, bus, "node1"));
        const cli::Stream json =
            std::get<cli::Stream>(watch_events({"--json", "bridgedestroyed", "BridgeCreated"}, bus, "node1"));
        bus.publish(0ns, [] { return events::BridgeCreated{{.id = "7", .name = "room", .technology = "softmix"}}; });
        bus.publish(0ns, [] { return events::ChannelUnhold{}; });
        const auto line = json();
        ASSERT_TRUE(line);
        EXPECT_TRUE(line->starts_with(R"({"type":"BridgeCreated","timestamp":"1970-01-01T00:00:00.000+0000",)"
                                      R"("asterisk_id":"node1","bridge":{"id":"7")"))
            << *line;
        EXPECT_FALSE(json());
        EXPECT_NE(all()->find(" BridgeCreated bridge=room members=0"), std::string::npos);
        EXPECT_NE(all()->find(" ChannelUnhold channel="), std::string::npos);
        EXPECT_FALSE(all());
    }
    EXPECT_FALSE(bus.wanted<events::BridgeCreated>()) << "the streams are gone";
}

TEST(EventWatch, AnUnknownTypeIsRefusedWithTheNearest)
{
    events::Bus bus;
    EXPECT_EQ(why_not(bus, {"ChannelCreated", "ChanelDestroyed"}),
              "no event type 'ChanelDestroyed'; did you mean ChannelDestroyed?");
    EXPECT_TRUE(why_not(bus, {"--json", "x"}).starts_with("no event type 'x'; there are ChannelCreated, "));
    EXPECT_FALSE(bus.wanted<events::ChannelCreated>());
}

}  // namespace
}  // namespace rb::node
