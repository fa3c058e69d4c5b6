// Goal: a room is mixed at the best rate a member's codec has, raised at once and lowered in due time, while everything
//       in it goes on: no packet is missing, nobody hears a click or more than 60 ms of silence.
//       A bridge of two is mixed at the rate at which they hear each other best, and no higher.
// Method: whole calls on a bench, in linear codecs so that every sample can be judged; each member says a tone. A table
//         of pairs of codecs.
#include "control/engine/room_rate.h"

#include "codecs/goertzel.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace rb::test {
namespace {

using codecs::CodecId;

constexpr const char* kPlan =
    "[c]\nexten => 1,1,ConfBridge(room)\n same => n,NoOp(${CONFBRIDGE_RESULT})\n same => n,Wait(9)\n"
    "exten => 2,1,MixMonitor(anna.wav)\n same => n,ConfBridge(room)\n"
    "exten => 3,1,ConfBridge(room,,,keys)\n";
constexpr const char* kQuiet = "[default_user]\ntype=user\nquiet=yes\n[keys]\ntype=menu\n1=toggle_mute\n";

class RoomRate : public ::testing::Test {
protected:
    void open(const std::string& bridge_options = "", std::size_t workers = 1)
    {
        bench.emplace(
            kPlan,
            config::Texts{
                {"confbridge.conf", kQuiet + ("[default_bridge]\ntype=bridge\n" + bridge_options + "\n")},
                {"ringbridge.conf", "[workers]\nroom_parties_max = " + std::string{workers > 1 ? "2" : "100"} + "\n"}},
            workers);
        bench->world().sounds["conf-onlyperson"] = {.hz = 0, .duration_ms = 20};
    }
    BenchPhone& join(double hz, CodecId codec, const std::string& number = "1")
    {
        BenchPhone& phone = bench->call(number, {.hz = hz, .codec = codec, .pure = true});
        return phone;
    }
    engine::Room& room() { return *bench->engine().rooms().find("room"); }
    [[nodiscard]] std::uint32_t rate() { return room().bridge.rate; }

    /// What each of two narrow-band members, who say 415 and 735 Hz, has heard in the last second.
    void expect_smooth(const BenchPhone& listener, double hz)
    {
        EXPECT_LT(listener.longest_silence(1s), 60ms) << hz;
        EXPECT_LT(listener.sharpest_bend(1s), 1.6 * listener.bend_of_tone(hz)) << hz;
        EXPECT_LE(listener.longest_gap(), 21ms) << hz;
    }
    void TearDown() override { EXPECT_EQ(bench->leftovers(), ""); }

    std::optional<CallBench> bench;
};

TEST_F(RoomRate, IsTheBestOfAnyMemberAndFollowsWhoeverComes)
{
    open();
    BenchPhone& anna = join(415, CodecId::L16_8);
    BenchPhone& berta = join(735, CodecId::L16_8);
    bench->run(1s);
    EXPECT_EQ(rate(), 8000U);
    anna.forget();
    berta.forget();
    bench->run(300ms);
    BenchPhone& carla = join(0, CodecId::L16_16);
    bench->run(700ms);
    EXPECT_EQ(rate(), 16'000U);
    expect_smooth(anna, 735);
    expect_smooth(berta, 415);
    bench->run(600ms);
    EXPECT_NEAR(anna.heard(735, 400ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(carla.heard(735, 400ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(carla.heard(415, 400ms), BenchPhone::kAmplitude, 100);
    EXPECT_LT(anna.heard(415, 400ms), 20);
}

TEST_F(RoomRate, LetsWidebandMembersHearEachOtherInFull)
{
    open();
    BenchPhone& anna = join(0, CodecId::L16_8);
    BenchPhone& berta = join(6000, CodecId::L16_16);
    BenchPhone& carla = join(5000, CodecId::L16_16);
    bench->run(2s);
    EXPECT_NEAR(carla.heard(6000, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(berta.heard(5000, 500ms), BenchPhone::kAmplitude, 100);
    EXPECT_LT(carla.heard(5000, 500ms), 20);  // not itself
    EXPECT_LT(anna.loudness(500ms), 60);      // nothing folded down
}

TEST_F(RoomRate, OpusWorksAtTheRateOfItsRoomAndFollowsIt)
{
    for (const char* const rate_of_room : {"auto", "8000", "16000"}) {
        open(std::string{"internal_sample_rate = "} + rate_of_room);
        BenchPhone& anna = join(415, CodecId::Opus);
        BenchPhone& berta = join(735, CodecId::Opus);
        BenchPhone& carla = join(1100, CodecId::L16_8);
        BenchPhone& listener = join(0, CodecId::Opus);
        bench->run(2s);
        for (const auto& [phone, own] : {std::pair{&anna, 415}, {&berta, 735}, {&carla, 1100}, {&listener, 0}}) {
            for (const int hz : {415, 735, 1100}) {
                const double heard = phone->heard(hz, 400ms);
                if (hz == own) {
                    EXPECT_LT(heard, 300) << rate_of_room << ": " << own << " hears itself";
                } else {
                    EXPECT_NEAR(heard, BenchPhone::kAmplitude, 1500) << rate_of_room << ": " << own << " hears " << hz;
                }
            }
            EXPECT_LE(phone->longest_gap(), 61ms) << own;
        }
        for (BenchPhone* phone : {&anna, &berta, &carla, &listener}) {
            bench->hang_up(*phone);
        }
        bench->run(100ms);
        EXPECT_EQ(bench->leftovers(), "");
    }
}

TEST_F(RoomRate, NobodyIsLostWhenARoomOfOpusChangesItsRate)
{
    open();
    BenchPhone& anna = join(415, CodecId::L16_8);
    BenchPhone& berta = join(735, CodecId::L16_8);
    BenchPhone& carla = join(1100, CodecId::Opus);
    bench->run(1s);
    EXPECT_EQ(rate(), 48'000U);
    bench->hang_up(carla);
    bench->run(engine::kLowerRateAfter + 1s);
    EXPECT_EQ(rate(), 8'000U);
    BenchPhone& dora = join(1100, CodecId::Opus);
    anna.forget();
    bench->run(1s);
    EXPECT_EQ(rate(), 48'000U);
    EXPECT_LT(anna.longest_silence(1s), 60ms);
    EXPECT_NEAR(anna.heard(1100, 400ms), BenchPhone::kAmplitude, 1500);
    EXPECT_NEAR(dora.heard(735, 400ms), BenchPhone::kAmplitude, 1500);
    EXPECT_NEAR(berta.heard(1100, 400ms), BenchPhone::kAmplitude, 1500);
}

TEST_F(RoomRate, IsLoweredOnceTheLastBetterCodecHasBeenGoneForLong)
{
    open();
    BenchPhone& anna = join(415, CodecId::L16_8);
    BenchPhone& berta = join(735, CodecId::L16_8);
    BenchPhone* carla = &join(0, CodecId::L16_16);
    bench->run(1s);
    for (int i = 0; i < 3; ++i) {  // no flapping: it comes again and again
        bench->hang_up(*carla);
        bench->run(engine::kLowerRateAfter - 500ms);
        EXPECT_EQ(rate(), 16'000U);
        carla = &join(0, CodecId::L16_16);
        bench->run(1s);
    }
    bench->hang_up(*carla);
    bench->run(engine::kLowerRateAfter - 400ms);
    anna.forget();
    berta.forget();
    bench->run(1s);
    EXPECT_EQ(rate(), 8000U);
    expect_smooth(anna, 735);
    expect_smooth(berta, 415);
    bench->run(500ms);
    EXPECT_NEAR(berta.heard(415, 400ms), BenchPhone::kAmplitude, 100);
}

TEST_F(RoomRate, KeepsToWhatTheProfileFixesOrAllows)
{
    open("internal_sample_rate=8000");
    join(415, CodecId::L16_8);
    join(735, CodecId::L16_16);
    bench->run(500ms);
    EXPECT_EQ(rate(), 8000U);
    EXPECT_EQ(bench->leftovers(), "");
    open("internal_sample_rate=auto\nmaximum_sample_rate=8000");
    join(415, CodecId::L16_8);
    join(735, CodecId::L16_16);
    bench->run(500ms);
    EXPECT_EQ(rate(), 8000U);
}

TEST_F(RoomRate, FollowsAMemberWhoseCodecChanges)
{
    open();
    BenchPhone& anna = join(415, CodecId::L16_8);
    BenchPhone& berta = join(735, CodecId::L16_8);
    bench->run(500ms);
    bench->reoffer(berta, CodecId::L16_16);
    bench->run(1s);
    EXPECT_EQ(rate(), 16'000U);
    EXPECT_NEAR(berta.heard(415, 400ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(anna.heard(735, 400ms), BenchPhone::kAmplitude, 100);
    bench->reoffer(berta, CodecId::L16_8);
    bench->run(engine::kLowerRateAfter + 1s);
    EXPECT_EQ(rate(), 8000U);
    EXPECT_NEAR(berta.heard(415, 400ms), BenchPhone::kAmplitude, 100);
}

TEST_F(RoomRate, RecordingsAnnouncementsMutesAndMenusGoOn)
{
    open("record_conference=yes\nrecord_file=room.wav\nrecord_file_timestamp=no");
    bench->world().sounds["long"] = {.hz = 1500, .duration_ms = 3000};
    BenchPhone& anna = join(415, CodecId::L16_8, "2");
    BenchPhone& berta = join(735, CodecId::L16_8, "3");
    BenchPhone& muted = join(1100, CodecId::L16_8, "3");
    bench->run(500ms);
    muted.press("1");
    bench->run(500ms);
    bench->engine().play_to_room(room(), {.names = {"long"}, .tell = {}});
    bench->run(500ms);
    join(0, CodecId::L16_16);
    bench->run(1s);
    EXPECT_EQ(rate(), 16'000U);
    EXPECT_NEAR(anna.heard(1500, 500ms), 6000, 1500) << "the announcement goes on";
    EXPECT_LT(anna.heard(1100, 500ms), 20) << "who is muted stays muted";
    muted.press("1");
    bench->run(2s);
    EXPECT_NEAR(anna.heard(1100, 500ms), BenchPhone::kAmplitude, 200) << "the menu works on";
    bench->engine().play_to_room(room(), {.names = {"long"}, .tell = {}});
    bench->run(1s);
    EXPECT_NEAR(berta.heard(1500, 500ms), 6000, 1500) << "and so does the next one";
    EXPECT_EQ(bench->leftovers(), "");
    const BenchRecording* of_room = bench->world().recording("room.wav");
    const BenchRecording* of_anna = bench->world().recording("anna.wav");
    ASSERT_NE(of_room, nullptr);
    ASSERT_NE(of_anna, nullptr);
    for (const BenchRecording* recording : {of_room, of_anna}) {
        EXPECT_EQ(recording->rate, 8000U);
        EXPECT_NEAR(static_cast<double>(recording->samples.size()) / 8000, 5.5, 0.15) << recording->path;
        const auto end = std::span{recording->samples}.last(4000);
        EXPECT_NEAR(codecs::tone_amplitude(end, 415, 8000), BenchPhone::kAmplitude, 200) << recording->path;
        EXPECT_NEAR(codecs::tone_amplitude(end, 1100, 8000), BenchPhone::kAmplitude, 200) << recording->path;
    }
}

TEST_F(RoomRate, ChangesInAllPartsOfARoomThatSpansWorkers)
{
    for (const std::size_t talker : {0U, 2U, 4U}) {  // whichever worker's turn is first
        open("", 3);
        std::vector<BenchPhone*> members;
        for (std::size_t i = 0; i < 5; ++i) {
            members.push_back(&join(i == talker ? 415 : 0, CodecId::L16_8));
            bench->run(50ms);
        }
        bench->run(1s);
        ASSERT_EQ(room().parts.size(), 3U);
        for (BenchPhone* member : members) {
            member->forget();
        }
        bench->run(200ms);
        BenchPhone& wide = join(735, CodecId::L16_16);
        wide.mute(true);
        bench->run(800ms);
        EXPECT_EQ(rate(), 16'000U);
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i != talker) {
                expect_smooth(*members[i], 415);
            }
        }
        wide.mute(false);
        bench->run(1s);
        for (BenchPhone* member : members) {
            EXPECT_NEAR(member->heard(735, 400ms), BenchPhone::kAmplitude, 100);
        }
        EXPECT_NEAR(wide.heard(415, 400ms), BenchPhone::kAmplitude, 100);
        EXPECT_LT(wide.heard(735, 400ms), 20);
        EXPECT_EQ(bench->leftovers(), "");
    }
}

TEST_F(RoomRate, TheSoundOfTheJoiningThatRaisesItIsHeard)
{
    open();
    BenchPhone& anna = join(0, CodecId::L16_8);
    bench->run(500ms);
    bench->world().sounds["long"] = {.hz = 1500, .duration_ms = 600};
    join(0, CodecId::L16_16);
    bench->engine().play_to_room(room(), {.names = {"long"}, .tell = {}});  // in the same breath
    bench->run(500ms);
    EXPECT_EQ(rate(), 16'000U);
    EXPECT_NEAR(anna.heard(1500, 300ms), 6000, 1500);
}

TEST_F(RoomRate, ManyChangesInARowLoseNobody)
{
    open("", 2);
    BenchPhone& anna = join(415, CodecId::L16_8);
    for (int i = 0; i < 20; ++i) {  // come and go within the time a change takes
        BenchPhone& guest = join(0, i % 2 == 0 ? CodecId::L16_16 : CodecId::L16_8);
        bench->run(std::chrono::milliseconds{7 * (i % 5)});
        BenchPhone& other = join(0, CodecId::L16_16);
        bench->run(std::chrono::milliseconds{13});
        bench->hang_up(guest);
        bench->hang_up(other);
    }
    BenchPhone& berta = join(735, CodecId::L16_8);
    bench->run(1s);
    EXPECT_NEAR(berta.heard(415, 400ms), BenchPhone::kAmplitude, 100);
    EXPECT_NEAR(anna.heard(735, 400ms), BenchPhone::kAmplitude, 100);
}

engine::ChannelMedia media_in(CodecId codec, std::uint32_t playback_rate = 48'000)
{
    engine::ChannelMedia media;
    media.codec = codec;
    media.opus.playback_rate = playback_rate;
    return media;
}

TEST(RateForTwo, FollowsTheOtherWhereACodecHasAnyRate)
{
    const auto rate = [](const engine::ChannelMedia& one, const engine::ChannelMedia& other) {
        EXPECT_EQ(engine::rate_for_two(one, other), engine::rate_for_two(other, one));
        return engine::rate_for_two(one, other);
    };
    EXPECT_EQ(rate(media_in(CodecId::Pcmu), media_in(CodecId::Pcma)), 8'000U);
    EXPECT_EQ(rate(media_in(CodecId::Pcmu), media_in(CodecId::G722)), 16'000U);
    EXPECT_EQ(rate(media_in(CodecId::Pcmu), media_in(CodecId::Opus)), 8'000U);
    EXPECT_EQ(rate(media_in(CodecId::G722), media_in(CodecId::Opus)), 16'000U);
    EXPECT_EQ(rate(media_in(CodecId::L16_48), media_in(CodecId::Opus)), 48'000U);
    EXPECT_EQ(rate(media_in(CodecId::Opus), media_in(CodecId::Opus)), 48'000U);
    EXPECT_EQ(rate(media_in(CodecId::Opus), media_in(CodecId::Opus, 12'000)), 16'000U);
}

TEST(CodecRate, IsWhatThePeerCanUse)
{
    EXPECT_EQ(engine::codec_rate(media_in(CodecId::Opus)), 48'000U);
    EXPECT_EQ(engine::codec_rate(media_in(CodecId::Opus, 16'000)), 16'000U);
    EXPECT_EQ(engine::codec_rate(media_in(CodecId::G722)), 16'000U);
}

}  // namespace
}  // namespace rb::test
