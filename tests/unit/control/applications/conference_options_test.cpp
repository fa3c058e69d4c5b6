// Goal: each option of a user profile and of a bridge profile does what confbridge.conf promises.
// Method: whole calls on a bench; what is played is what was asked for, who is heard is measured by tones.
#include "codecs/goertzel.h"
#include "control/applications/conference.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::test {
namespace {

constexpr const char* kPlan =
    "[c]\nexten => _X.,1,ConfBridge(room,,${EXTEN})\n same => n,NoOp(result ${CONFBRIDGE_RESULT})\n same => "
    "n,Wait(9)\n";

/// A bench whose user profiles are named 10, 11 …, as the numbers that lead to them; everything can be played.
class Conference : public ::testing::Test {
protected:
    void open(const std::string& confbridge, const char* plan = kPlan)
    {
        bench.emplace(plan, config::Texts{{"confbridge.conf", confbridge}});
        bench->world().provide({"confbridge-join",
                                "confbridge-leave",
                                "conf-onlyperson",
                                "conf-onlyone",
                                "conf-thereare",
                                "conf-otherinparty",
                                "digits/2",
                                "digits/3",
                                "conf-getpin",
                                "conf-invalidpin",
                                "conf-full",
                                "conf-locked",
                                "conf-kicked",
                                "conf-leaderhasleft",
                                "conf-waitforleader",
                                "conf-placeintoconf",
                                "confbridge-conf-begin",
                                "vm-rec-name",
                                "vm-review",
                                "beep",
                                "conf-hasjoin",
                                "conf-hasleft",
                                "hello",
                                "my-join"});
        bench->world().sounds["moh:jazz"] = {.hz = 550, .duration_ms = 1000};
    }
    BenchPhone& join(const std::string& number, double hz = 0)
    {
        BenchPhone& phone = bench->call(number, {.hz = hz});
        bench->run(1s);
        return phone;
    }
    [[nodiscard]] long asked(const std::string& sounds)
    {
        const auto& all = bench->world().asked;
        return std::count(all.begin(), all.end(), sounds);
    }
    engine::Room& room() { return *bench->engine().rooms().find("room"); }
    void TearDown() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
};

TEST_F(Conference, CountsTheOthersForWhoJoins)
{
    open("[10]\ntype=user\nannounce_user_count=yes\n");
    join("10");
    join("10");
    join("10");
    EXPECT_EQ(asked("conf-onlyperson"), 1);
    EXPECT_EQ(asked("conf-onlyone"), 1);
    EXPECT_EQ(asked("conf-thereare&digits/2&conf-otherinparty"), 1);
}

TEST_F(Conference, DoesNotTellWhoIsAloneWhereThatIsNotWanted)
{
    open("[10]\ntype=user\nannounce_only_user=no\n");
    join("10");
    EXPECT_EQ(asked("conf-onlyperson"), 0);
}

TEST_F(Conference, CountsForEverybodyFromThatManyOn)
{
    open("[10]\ntype=user\nannounce_user_count_all=2\nannounce_only_user=no\n");
    join("10");
    join("10");
    EXPECT_EQ(asked("conf-onlyone"), 0);
    join("10");
    EXPECT_EQ(asked("conf-thereare&digits/2&conf-otherinparty"), 1);
}

TEST_F(Conference, IsQuietWhereThatIsWanted)
{
    open("[10]\ntype=user\nquiet=yes\nannounce_user_count=yes\nannounce_join_leave=yes\n");
    BenchPhone& anna = join("10");
    join("10");
    bench->hang_up(anna);
    EXPECT_TRUE(bench->world().asked.empty());
}

TEST_F(Conference, TheSoundOfJoiningIsHeardByAllOrByTheOthersOnly)
{
    open(
        "[10]\ntype=user\nannounce_only_user=no\n[11]\ntype=user\nhear_own_join_sound=no\n"
        "[default_bridge]\ntype=bridge\nsound_join=my-join\n");
    bench->world().sounds["my-join"] = {.hz = 900, .duration_ms = 800};
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = bench->call("11");
    bench->run(700ms);
    EXPECT_GT(anna.heard(900, 400ms), 1000);
    EXPECT_LT(berta.heard(900, 400ms), 50);
    bench->run(1s);
    EXPECT_GT(berta.heard(440, 400ms), 5000);
    BenchPhone& carla = bench->call("10");
    bench->run(700ms);
    EXPECT_GT(carla.heard(900, 400ms), 1000);
    EXPECT_GT(anna.heard(900, 400ms), 1000);
}

TEST_F(Conference, NamesAreRecordedPlayedAndDeleted)
{
    open("[10]\ntype=user\nannounce_join_leave=yes\nannounce_only_user=no\n");
    BenchPhone& anna = bench->call("10", {.hz = 440});
    const std::string name = "confbridge/name-" + bench->channel(anna)->unique_id;
    bench->world().provide({name});
    bench->run(1500ms);
    EXPECT_EQ(asked("vm-rec-name&beep"), 1);
    anna.press("#");
    bench->run(500ms);
    const BenchRecording* recording = bench->world().recording(name + ".wav");
    ASSERT_NE(recording, nullptr);
    EXPECT_FALSE(recording->open);
    EXPECT_NEAR(static_cast<double>(recording->samples.size()), 8000 * 1.1, 1600);
    EXPECT_EQ(asked(name + "&conf-hasjoin"), 1);
    BenchPhone& berta = bench->call("10");
    bench->run(1500ms);
    berta.press("#");
    bench->run(500ms);
    bench->hang_up(anna);
    bench->run(500ms);
    EXPECT_EQ(asked(name + "&conf-hasleft"), 1);
    EXPECT_TRUE(bench->world().recording(name + ".wav")->removed);
}

TEST_F(Conference, ANameMayBeReviewed)
{
    open("[10]\ntype=user\nannounce_join_leave_review=yes\nannounce_only_user=no\n");
    BenchPhone& anna = bench->call("10", {.hz = 440});
    const std::string name = "confbridge/name-" + bench->channel(anna)->unique_id;
    bench->world().provide({name});
    bench->run(1s);
    anna.press("#");
    bench->run(1s);
    EXPECT_EQ(asked("vm-review"), 1);
    anna.press("2");
    bench->run(1s);
    EXPECT_EQ(asked(name + "&vm-review"), 1);
    anna.press("3");
    bench->run(1s);
    EXPECT_EQ(asked("vm-rec-name&beep"), 2);
    anna.press("#");
    bench->run(500ms);
    EXPECT_EQ(bench->engine().rooms().size(), 0);
    anna.press("1");
    bench->run(500ms);
    EXPECT_EQ(asked(name + "&conf-hasjoin"), 1);
    EXPECT_EQ(room().members.size(), 1);
}

constexpr const char* kLeader =
    "[10]\ntype=user\nwait_marked=yes\nannounce_only_user=no\nmusic_on_hold_when_empty=yes\nmusic_on_hold_class=jazz\n"
    "[11]\ntype=user\nmarked=yes\nannounce_only_user=no\n"
    "[12]\ntype=user\nend_marked=yes\nannounce_only_user=no\n"
    "[13]\ntype=user\nend_marked_any=yes\nannounce_only_user=no\n";

TEST_F(Conference, WhoWaitsForALeaderHearsMusicUntilThereIsOne)
{
    open(kLeader);
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10", 620);
    EXPECT_EQ(asked("conf-waitforleader"), 2);
    EXPECT_LT(anna.heard(620, 300ms), 100);
    EXPECT_GT(anna.heard(550, 300ms), 1000);
    BenchPhone& leader = join("11", 900);
    EXPECT_EQ(asked("conf-placeintoconf&confbridge-conf-begin"), 1);
    bench->run(1s);
    EXPECT_LT(anna.heard(550, 300ms), 100);
    EXPECT_GT(anna.heard(900, 300ms), 5000);
    EXPECT_GT(leader.heard(620, 300ms), 5000);
    bench->hang_up(leader);
    bench->run(100ms);
    EXPECT_EQ(asked("conf-leaderhasleft"), 2);
    bench->run(1s);
    EXPECT_GT(berta.heard(550, 300ms), 1000);
    EXPECT_LT(berta.heard(440, 300ms), 100);
}

TEST_F(Conference, TheLastLeaderTakesSomeAlongAndAnyLeaderOthers)
{
    open(kLeader);
    BenchPhone& first = join("11");
    BenchPhone& second = join("11");
    BenchPhone& stays = join("12");
    join("13");
    bench->hang_up(first);
    bench->run(1s);
    EXPECT_EQ(room().members.size(), 2);
    EXPECT_EQ(asked("conf-leaderhasleft"), 1);
    EXPECT_TRUE(bench->world().logged("result ENDMARKED"));
    bench->hang_up(second);
    bench->run(1s);
    EXPECT_EQ(bench->engine().rooms().size(), 0);
    EXPECT_FALSE(stays.ended);
}

TEST_F(Conference, WhoIsAloneHearsMusic)
{
    open("[10]\ntype=user\nmusic_on_hold_when_empty=yes\nmusic_on_hold_class=jazz\nannounce_only_user=no\nquiet=yes\n");
    BenchPhone& anna = join("10");
    EXPECT_GT(anna.heard(550, 300ms), 1000);
    BenchPhone& berta = join("10", 440);
    EXPECT_LT(anna.heard(550, 300ms), 100);
    EXPECT_GT(anna.heard(440, 300ms), 5000);
    bench->hang_up(berta);
    bench->run(1s);
    EXPECT_GT(anna.heard(550, 300ms), 1000);
}

TEST_F(Conference, ThePinMayBeMistypedTwice)
{
    open("[10]\ntype=user\npin=1234\nannounce_only_user=no\n");
    BenchPhone& anna = join("10");
    EXPECT_EQ(asked("conf-getpin"), 1);
    anna.press("1235#");
    bench->run(1500ms);
    EXPECT_EQ(asked("conf-invalidpin&conf-getpin"), 1);
    anna.press("#");
    bench->run(1s);
    EXPECT_EQ(asked("conf-invalidpin&conf-getpin"), 2);
    anna.press("1234#");
    bench->run(1s);
    EXPECT_EQ(room().members.size(), 1);
}

TEST_F(Conference, AThirdWrongPinEndsTheCall)
{
    open("[10]\ntype=user\npin=1234\nannounce_only_user=no\n");
    BenchPhone& anna = join("10");
    bench->run(20s);  // nothing is typed at all
    EXPECT_TRUE(anna.hung_up_by_node);
    EXPECT_EQ(asked("conf-invalidpin"), 1);
    EXPECT_EQ(bench->engine().rooms().size(), 0);
}

TEST_F(Conference, KeysPassThroughOnlyWhereThatIsWanted)
{
    open("[10]\ntype=user\nquiet=yes\n[11]\ntype=user\nquiet=yes\ndtmf_passthrough=yes\n");
    BenchPhone& mute = join("10");
    BenchPhone& open_one = join("11");
    mute.press("1");
    bench->run(500ms);
    EXPECT_EQ(open_one.keys_received(), "");
    open_one.press("2");
    bench->run(500ms);
    EXPECT_EQ(mute.keys_received(), "2");
}

TEST_F(Conference, AnAnnouncementComesBeforeTheRoom)
{
    open("[10]\ntype=user\nannouncement=hello\n");
    join("10");
    EXPECT_EQ(asked("hello&conf-onlyperson"), 1);
}

TEST_F(Conference, AStayMayBeLimited)
{
    open("[10]\ntype=user\ntimeout=3\nquiet=yes\n");
    BenchPhone& anna = join("10");
    bench->run(1900ms);
    EXPECT_EQ(room().members.size(), 1);
    bench->run(300ms);
    EXPECT_TRUE(bench->world().logged("result TIMEOUT"));
    EXPECT_FALSE(anna.ended);
}

TEST_F(Conference, SomeStartMuted)
{
    open("[10]\ntype=user\nquiet=yes\nstartmuted=yes\n[11]\ntype=user\nquiet=yes\n");
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("11");
    EXPECT_LT(berta.heard(440, 300ms), 50);
    applications::mute_member(bench->engine(), room(), bench->channel(anna)->ref, false);
    bench->run(1s);
    EXPECT_GT(berta.heard(440, 300ms), 5000);
}

TEST_F(Conference, ACallMayStayUnanswered)
{
    open("[10]\ntype=user\nquiet=yes\nanswer_channel=no\n");
    BenchPhone& anna = join("10", 440);
    BenchPhone& berta = join("10");
    EXPECT_EQ(anna.codes, std::vector<int>{183});
    EXPECT_GT(berta.heard(440, 300ms), 5000);
}

TEST_F(Conference, TalkingFollowsTheThresholds)
{
    open(
        "[10]\ntype=user\nquiet=yes\ndsp_talking_threshold=5000\n"
        "[11]\ntype=user\nquiet=yes\ndsp_silence_threshold=500\n");
    join("10", 440);  // its mean |sample| is 3800
    BenchPhone& berta = join("11", 620);
    EXPECT_FALSE(room().members.begin()->talking);
    EXPECT_TRUE(std::next(room().members.begin())->talking);
    berta.say(0);
    bench->run(700ms);
    EXPECT_FALSE(std::next(room().members.begin())->talking);
}

TEST_F(Conference, SilenceBelowTheThresholdIsDroppedOnlyWhereThatIsWanted)
{
    open(
        "[10]\ntype=user\nquiet=yes\ndsp_talking_threshold=5000\n"
        "[11]\ntype=user\nquiet=yes\ndsp_talking_threshold=5000\ndsp_drop_silence=yes\n[12]\ntype=user\nquiet=yes\n");
    join("10", 440);
    join("11", 620);
    BenchPhone& listener = join("12");
    EXPECT_GT(listener.heard(440, 300ms), 5000);
    EXPECT_LT(listener.heard(620, 300ms), 50);
}

TEST_F(Conference, AFullRoomSendsTheNextAway)
{
    open(
        "[10]\ntype=user\nquiet=yes\n[11]\ntype=user\nquiet=yes\nadmin=yes\n[default_bridge]\ntype=bridge\nmax_members="
        "1\n");
    join("10");
    BenchPhone& second = join("10");
    EXPECT_EQ(asked("conf-full"), 1);
    EXPECT_TRUE(second.hung_up_by_node);
    EXPECT_FALSE(join("11").ended);
    EXPECT_EQ(room().members.size(), 2);
}

TEST_F(Conference, TheMixIsRecordedFromTheFirstToTheLast)
{
    open(
        "[10]\ntype=user\nquiet=yes\n[default_bridge]\ntype=bridge\nrecord_conference=yes\nrecord_file=mine.wav\n"
        "record_file_timestamp=no\n");
    BenchPhone& anna = join("10", 440);
    join("10", 620);
    bench->run(2s);
    const BenchRecording* recording = bench->world().recording("mine.wav");
    ASSERT_NE(recording, nullptr);
    EXPECT_TRUE(recording->open);
    EXPECT_TRUE(recording->append);
    bench->hang_up(anna);
    bench->run(1s);
    EXPECT_EQ(bench->leftovers(), "");
    EXPECT_NEAR(static_cast<double>(recording->samples.size()), 8000 * 5.1, 1600);
    const auto both = std::span{recording->samples}.subspan(8000 * 2, 8000);
    EXPECT_GT(codecs::tone_amplitude(both, 440, 8000), 5000);
    EXPECT_GT(codecs::tone_amplitude(both, 620, 8000), 5000);
}

TEST_F(Conference, ARecordingIsNamedAfterRoomAndTime)
{
    open("[10]\ntype=user\nquiet=yes\n[default_bridge]\ntype=bridge\nrecord_conference=yes\nrecord_file_append=no\n");
    join("10");
    const BenchRecording* recording = bench->world().recording("confbridge-room-100.wav");
    ASSERT_NE(recording, nullptr);
    EXPECT_FALSE(recording->append);
}

TEST_F(Conference, ARecordingMayPauseAndBeMuted)
{
    open(
        "[10]\ntype=user\nquiet=yes\n[default_bridge]\ntype=bridge\nrecord_conference=yes\nrecord_file=mine.wav\n"
        "record_file_timestamp=no\n");
    join("10", 440);
    bench->engine().recordings().set_flow(room(), bridges::Recorder::Flow::Pause);
    bench->run(2s);
    bench->engine().recordings().set_flow(room(), bridges::Recorder::Flow::Mute);
    bench->run(1s);
    bench->engine().recordings().set_flow(room(), bridges::Recorder::Flow::Record);
    bench->run(1s);
    EXPECT_EQ(bench->leftovers(), "");
    const BenchRecording& recording = *bench->world().recording("mine.wav");
    EXPECT_NEAR(static_cast<double>(recording.samples.size()), 8000 * 3.1, 1600);
    EXPECT_LT(codecs::tone_amplitude(std::span{recording.samples}.subspan(8000 + 1600, 4800), 440, 8000), 5);
    EXPECT_GT(codecs::tone_amplitude(std::span{recording.samples}.subspan(16000 + 1600, 4800), 440, 8000), 5000);
}

TEST_F(Conference, AFailureToWriteEndsTheRecordingAndNotTheRoom)
{
    open("[10]\ntype=user\nquiet=yes\n[default_bridge]\ntype=bridge\nrecord_conference=yes\n");
    BenchPhone& anna = join("10");
    BenchPhone& berta = join("10", 440);
    bench->engine().on(engine::RecordingFailed{.id = room().recording, .problem = "no space left"}, bench->now());
    bench->run(1s);
    EXPECT_TRUE(bench->world().complained("no space left"));
    EXPECT_EQ(room().recording, 0);
    EXPECT_FALSE(bench->world().recordings.begin()->second.open);
    EXPECT_GT(anna.heard(440, 300ms), 5000);
    EXPECT_FALSE(berta.ended);
}

/// Counted, not timed: each who joins, is told of, talks, is muted or leaves costs the same however many are in.
TEST_F(Conference, AMembersComingAndGoingConcernsNobodyElse)
{
    open("[10]\ntype=user\nhear_own_join_sound=no\nwait_marked=yes\n[11]\ntype=user\nmarked=yes\n");
    bench->call("11");
    constexpr std::uint64_t kMembers = 50;
    std::vector<BenchPhone*> phones;
    for (std::uint64_t i = 0; i < kMembers; ++i) {
        phones.push_back(&bench->call("10", {.hz = 440}));
        bench->run(50ms);
    }
    bench->run(5s);
    ASSERT_EQ(room().members.size(), kMembers + 1);
    const std::uint64_t joined = bench->engine().counters().member_updates;
    EXPECT_GE(joined, kMembers + 1);
    EXPECT_LE(joined, 3 * kMembers) << "one when it joins, one when the sound of it is over, few for the first two";
    for (const BenchPhone* phone : phones) {
        applications::mute_member(bench->engine(), room(), bench->channel(*phone)->ref, true);
    }
    EXPECT_EQ(bench->engine().counters().member_updates - joined, kMembers);
    for (BenchPhone* phone : phones) {
        bench->hang_up(*phone);
    }
    bench->run(100ms);
    EXPECT_LE(bench->engine().counters().member_updates - joined, kMembers + 2);
}

}  // namespace
}  // namespace rb::test
