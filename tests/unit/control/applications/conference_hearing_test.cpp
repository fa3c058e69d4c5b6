// Goal: each member hears exactly whom it is to hear, and only those for whom an exception is made cost a mix.
// Method: whole calls on a bench; members say tones of their own, and who hears whom is compared with a truth table.
#include "control/applications/conference_hearing.h"

#include "control/applications/conference.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

namespace rb::test {
namespace {

constexpr std::array<double, 4> kTones{400, 700, 1100, 1700};

class Hearing : public ::testing::Test {
protected:
    void open(std::size_t workers = 1, codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        const std::string most = workers > 1 ? "2" : "100";
        bench.emplace("[c]\nexten => 1,1,ConfBridge(room)\n",
                      config::Texts{{"confbridge.conf", "[default_user]\ntype=user\nquiet=yes\n"},
                                    {"ringbridge.conf", "[workers]\nroom_parties_max = " + most + "\n"}},
                      workers);
        for (const double hz : kTones) {
            members.push_back(&bench->call("1", {.hz = hz, .codec = codec}));
            bench->run(50ms);
        }
        bench->run(500ms);
    }
    engine::Room& room() { return *bench->engine().rooms().find("room"); }
    engine::ChannelRef ref(std::size_t member) { return bench->channel(*members[member])->ref; }
    void hears(std::size_t listener, std::size_t talker, bool on)
    {
        const auto set =
            applications::set_hears(bench->engine(), room(), {.listener = ref(listener), .talker = ref(talker)}, on);
        ASSERT_TRUE(set) << set.error().message;
    }
    void whispers(std::size_t talker, bool on)
    {
        ASSERT_TRUE(applications::set_whispers(bench->engine(), room(), ref(talker), on));
    }
    std::uint64_t mixes_apart() { return bench->counted(static_cast<std::size_t>(WorkerCounter::MixesApart)); }
    /// Nobody hears himself; everybody hears everybody else, but listener does not hear talker in these pairs.
    void expect_deaf(const std::set<std::pair<std::size_t, std::size_t>>& pairs)
    {
        bench->run(1s);
        for (std::size_t listener = 0; listener < members.size(); ++listener) {
            for (std::size_t talker = 0; talker < members.size(); ++talker) {
                const double level = members[listener]->heard(kTones[talker], 500ms);
                if (listener == talker || pairs.contains({listener, talker})) {
                    EXPECT_LT(level, 60) << listener << " hears " << talker;
                } else {
                    EXPECT_NEAR(level, BenchPhone::kAmplitude, 400) << listener << " hears " << talker;
                }
            }
        }
    }
    void TearDown() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
    std::vector<BenchPhone*> members;
};

TEST_F(Hearing, OneDoesNotHearAnother)
{
    open();
    expect_deaf({});
    EXPECT_EQ(mixes_apart(), 0U);
    hears(0, 1, false);
    expect_deaf({{0, 1}});
    hears(0, 3, false);
    hears(2, 1, false);
    expect_deaf({{0, 1}, {0, 3}, {2, 1}});
    hears(0, 1, true);
    hears(0, 1, true);
    expect_deaf({{0, 3}, {2, 1}});
}

TEST_F(Hearing, ACoachIsHeardByTheOneCoachedAlone)
{
    open();
    whispers(3, true);
    expect_deaf({{0, 3}, {1, 3}, {2, 3}});
    hears(1, 3, true);
    expect_deaf({{0, 3}, {2, 3}});
    whispers(3, false);
    expect_deaf({});
    EXPECT_TRUE(room().members.find(ref(1))->hears.empty());
}

TEST_F(Hearing, WhoIsNotHeardMayWhisper)
{
    open();
    hears(0, 3, false);
    whispers(3, true);
    hears(2, 3, true);
    expect_deaf({{0, 3}, {1, 3}});
    whispers(3, false);
    expect_deaf({});
}

TEST_F(Hearing, CostsOnlyThoseItConcernsAndOnlyWhileTheOtherTalks)
{
    open();
    for (BenchPhone* member : members) {
        member->say(0);
    }
    bench->run(1s);
    for (std::size_t listener = 1; listener < 3; ++listener) {
        hears(listener, 0, false);
    }
    bench->run(1s);
    EXPECT_EQ(mixes_apart(), 0U);
    members[3]->say(1700);
    bench->run(1s);
    EXPECT_EQ(mixes_apart(), 0U) << "whom all hear alike";
    members[0]->say(400);
    bench->run(1s);
    EXPECT_NEAR(static_cast<double>(mixes_apart()), 2 * 50, 8);
}

TEST_F(Hearing, OutlastsANewCodecAndEndsWithTheTalker)
{
    open();
    hears(0, 1, false);
    bench->reoffer(*members[0], codecs::CodecId::G722);
    expect_deaf({{0, 1}});
    bench->hang_up(*members[1]);
    bench->run(100ms);
    EXPECT_TRUE(room().members.find(ref(0))->hears.empty());
    members[1] = &bench->call("1", {.hz = kTones[1]});
    bench->run(500ms);
    expect_deaf({});
}

TEST_F(Hearing, IsTheSameInARoomThatSpansWorkers)
{
    open(2);
    ASSERT_EQ(room().parts.size(), 2U);
    hears(3, 0, false);
    whispers(2, true);
    hears(1, 2, true);
    expect_deaf({{3, 0}, {0, 2}, {3, 2}});
}

TEST_F(Hearing, HasALimitForEachListener)
{
    open();
    std::vector<BenchPhone*> more;
    for (std::size_t i = 0; i < media::Hearing::kExceptionsMax; ++i) {
        more.push_back(&bench->call("1"));
    }
    bench->run(200ms);
    for (BenchPhone* phone : more) {
        ASSERT_TRUE(applications::set_hears(bench->engine(), room(),
                                            {.listener = ref(0), .talker = bench->channel(*phone)->ref}, false));
    }
    const auto refused =
        applications::set_hears(bench->engine(), room(), {.listener = ref(0), .talker = ref(1)}, false);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("hears 16 others"), std::string::npos);
    EXPECT_FALSE(applications::set_hears(bench->engine(), room(), {.listener = ref(0), .talker = ref(0)}, false));
    EXPECT_EQ(applications::describe_hearing(bench->engine(), room()).size(), media::Hearing::kExceptionsMax);
    hears(0, 1, true);
}

}  // namespace
}  // namespace rb::test
