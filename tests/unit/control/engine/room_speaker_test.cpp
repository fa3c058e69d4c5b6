// Goal: a room knows who leads the conversation, tells of each change once, and forgets who has left.
// Method: whole calls on a bench; members say tones in turn.
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <optional>

namespace rb::test {
namespace {

constexpr const char* kQuiet = "[default_user]\ntype=user\nquiet=yes\n";

class RoomSpeaker : public ::testing::Test {
protected:
    void open(std::size_t workers = 1)
    {
        const std::string most = workers > 1 ? "1" : "100";
        bench.emplace("[c]\nexten => 1,1,ConfBridge(room)\n",
                      config::Texts{{"confbridge.conf", kQuiet},
                                    {"ringbridge.conf", "[workers]\nroom_parties_max = " + most + "\n"}},
                      workers);
        for (auto& member : members) {
            member = &bench->call("1");
            bench->run(50ms);
        }
        bench->run(200ms);
    }
    engine::Room& room() { return *bench->engine().rooms().find("room"); }
    /// Says who it is by name; empty = nobody.
    [[nodiscard]] std::string speaker()
    {
        const engine::Channel* channel = bench->engine().channels().find(room().speaker);
        return channel == nullptr ? "" : channel->unique_id;
    }
    [[nodiscard]] std::string id(std::size_t member) { return bench->channel(*members[member])->unique_id; }
    void talk(std::size_t member, Nanos time)
    {
        members[member]->say(440);
        bench->run(time);
        members[member]->say(0);
    }
    void TearDown() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
    std::array<BenchPhone*, 3> members{};
};

TEST_F(RoomSpeaker, IsWhoLeadsTheConversation)
{
    open();
    EXPECT_EQ(speaker(), "");
    talk(1, 3s);
    EXPECT_EQ(speaker(), id(1));
    talk(2, 300ms);
    EXPECT_EQ(speaker(), id(1)) << "a word is not enough";
    bench->run(1s);
    talk(0, 3s);
    EXPECT_EQ(speaker(), id(0));
    bench->run(5s);
    EXPECT_EQ(speaker(), id(0)) << "nor is silence";
    EXPECT_EQ(room().speaker_changes, 2U);
    EXPECT_TRUE(bench->world().logged("leads the conversation in room room"));
}

TEST_F(RoomSpeaker, TalkEventsOfMembersAreToldWhereTheirProfileWantsThem)
{
    for (const char* wanted : {"yes", "no"}) {
        bench.emplace("[c]\nexten => 1,1,ConfBridge(room)\n",
                      config::Texts{{"confbridge.conf", kQuiet + ("talk_detection_events=" + std::string{wanted}) +
                                                            "\ndsp_silence_threshold=300\n"}});
        BenchPhone& anna = bench->call("1", {.hz = 440});
        bench->run(500ms);
        EXPECT_EQ(bench->world().logged("talks in room room"), *wanted == 'y');
        anna.say(0);
        bench->run(1s);
        EXPECT_EQ(bench->world().logged("is silent in room room"), *wanted == 'y');
        EXPECT_EQ(bench->leftovers(), "");
    }
}

TEST_F(RoomSpeaker, IsForgottenWhenItLeaves)
{
    open();
    talk(1, 2s);
    ASSERT_EQ(speaker(), id(1));
    bench->hang_up(*members[1]);
    bench->run(200ms);
    EXPECT_EQ(speaker(), "");
    talk(2, 1s);
    EXPECT_EQ(speaker(), id(2));
}

TEST_F(RoomSpeaker, IsOneInARoomThatSpansWorkers)
{
    open(3);
    ASSERT_EQ(room().parts.size(), 3U);
    talk(1, 3s);
    EXPECT_EQ(speaker(), id(1));
    members[1]->say(440);
    talk(2, 3s);
    EXPECT_EQ(speaker(), id(1)) << "it goes on speaking";
    members[1]->say(0);
    talk(2, 5s);
    EXPECT_EQ(speaker(), id(2));
    bench->hang_up(*members[2]);
    bench->run(200ms);
    EXPECT_NE(speaker(), "") << "who led in another part does again";
}

}  // namespace
}  // namespace rb::test
