// Goal: each participant has a file that is in step with the others, and all of them together are the mix; the timeline
// says who came, spoke, was muted and went.
// Method: whole calls on a bench; the tracks are added up, sample by sample, and compared with the recording of the
// mix.
#include "control/applications/conference.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace rb::test {
namespace {

constexpr const char* kRoom = "[c]\nexten => 1,1,ConfBridge(room)\n same => n,Wait(9)\n";
constexpr const char* kRecorded =
    "[default_user]\ntype=user\nquiet=yes\n"
    "[default_bridge]\ntype=bridge\nrecord_conference=yes\nrecord_tracks=yes\nrecord_file=talk.wav\n";

class Tracks : public ::testing::Test {
protected:
    explicit Tracks(const std::string& confbridge = kRecorded, std::size_t workers = 1)
        : bench{kRoom, {{"confbridge.conf", confbridge}}, workers}
    {
    }

    BenchPhone& join(double hz) { return bench.call("1", {.hz = hz, .pure = true}); }
    /// The recording whose name has this in it, or nullptr.
    const BenchRecording* file(const std::string& part)
    {
        for (const auto& [id, recording] : bench.world().recordings) {
            if (recording.path.find(part) != std::string::npos) {
                return &recording;
            }
        }
        return nullptr;
    }
    std::string timeline()
    {
        for (const auto& [path, text] : bench.world().documents) {
            if (path.ends_with("/timeline.json")) {
                return text;
            }
        }
        return "";
    }
    /// When the timeline says that this happened first; −1 = never.
    double ms_of(const std::string& event, int track)
    {
        const std::string text = timeline();
        const auto at = text.find(R"("event":")" + event + R"(","track":)" + std::to_string(track));
        const auto begin = at == std::string::npos ? at : text.rfind("{\"ms\":", at);
        return begin == std::string::npos ? -1 : std::stod(text.substr(begin + 6));
    }
    /// Where the audio of a track begins, in milliseconds; that of none at its end.
    static std::int64_t begins_ms(const BenchRecording& of)
    {
        const auto first = std::ranges::find_if(of.samples, [](codecs::Sample s) { return s != 0; });
        return (first - of.samples.begin()) * 1000 / of.rate;
    }
    engine::Room& room() { return *bench.engine().rooms().find("room"); }

    CallBench bench;
};

TEST_F(Tracks, AreTogetherTheMix)
{
    BenchPhone& anna = join(400);
    bench.run(1s);
    BenchPhone& berta = join(700);
    BenchPhone& carla = join(1100);
    bench.run(2s);
    bench.hang_up(berta);
    bench.run(500ms);
    for (BenchPhone* phone : {&anna, &carla}) {
        bench.hang_up(*phone);
    }
    bench.run(100ms);
    EXPECT_EQ(bench.leftovers(), "");
    const BenchRecording* mix = file("talk-");
    ASSERT_NE(mix, nullptr);
    ASSERT_GT(mix->samples.size(), 25'000U);
    std::vector<int> sum(mix->samples.size());
    std::size_t tracks = 0;
    for (const auto& [id, recording] : bench.world().recordings) {
        if (recording.path.find("/0") != std::string::npos) {
            ++tracks;
            ASSERT_LE(recording.samples.size(), sum.size());
            std::ranges::transform(recording.samples, sum, sum.begin(), std::plus<int>{});
        }
    }
    EXPECT_EQ(tracks, 3U);
    int worst = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        worst = std::max(worst, std::abs(sum[i] - mix->samples[i]));
    }
    EXPECT_LE(worst, 1);
    EXPECT_GT(*std::ranges::max_element(sum), 14'000);
}

TEST_F(Tracks, BeginWithTheRecordingAndAnewForWhoComesBack)
{
    join(400);
    bench.run(1s);
    BenchPhone& berta = join(700);
    bench.run(1s);
    bench.hang_up(berta);
    bench.run(1s);
    join(700);
    bench.run(1s);
    EXPECT_EQ(bench.leftovers(), "");
    const std::array<const BenchRecording*, 3> tracks{file("/001-"), file("/002-"), file("/003-")};
    for (const BenchRecording* track : tracks) {
        ASSERT_NE(track, nullptr);
        EXPECT_FALSE(track->open);
    }
    EXPECT_LT(begins_ms(*tracks[0]), 100);
    EXPECT_NEAR(static_cast<double>(begins_ms(*tracks[1])), 1040, 60);
    EXPECT_NEAR(static_cast<double>(tracks[1]->samples.size()) / 8, 2000, 60);
    EXPECT_NEAR(static_cast<double>(begins_ms(*tracks[2])), 3040, 60);
}

TEST_F(Tracks, HaveATimeline)
{
    BenchPhone& anna = join(400);
    bench.run(1s);
    applications::mute_member(bench.engine(), room(), bench.channel(anna)->ref, true);
    bench.run(500ms);
    applications::mute_member(bench.engine(), room(), bench.channel(anna)->ref, false);
    join(0);
    bench.run(500ms);
    EXPECT_EQ(bench.leftovers(), "");
    const std::string text = timeline();
    for (const char* part : {R"("room":"room")", R"("started":"1970-01-01T00:01:40.)", R"("problem":null)",
                             R"("file":"001-PJSIP-anonymous-)", R"("number":"100")"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(ms_of("join", 1), 0);
    EXPECT_NEAR(ms_of("talk_start", 1), 80, 80);
    EXPECT_NEAR(ms_of("mute", 1), 1000, 40);
    EXPECT_NEAR(ms_of("unmute", 1), 1500, 40);
    EXPECT_NEAR(ms_of("join", 2), 1500, 40);
    EXPECT_NEAR(ms_of("leave", 2), 2000, 40);
    EXPECT_GT(ms_of("talk_stop", 1), 1000);
    EXPECT_EQ(text.find(R"("ended_ms":null)"), std::string::npos) << text;
    ASSERT_NE(file("/002-"), nullptr);  // who never said anything has an empty file
    EXPECT_TRUE(file("/002-")->samples.empty());
}

TEST_F(Tracks, EndWithADiskThatIsFullAndTheRoomGoesOn)
{
    join(400);
    BenchPhone& berta = join(0);
    bench.run(500ms);
    bench.world().suffer({.disk_errors = 1}, 1);
    bench.run(3s);
    EXPECT_EQ(room().tracks, 0U);
    EXPECT_EQ(room().recording, 0U);
    EXPECT_GT(berta.heard(400, 500ms), 5000);
    EXPECT_NE(timeline().find(R"("problem":"no space left)"), std::string::npos);
    EXPECT_EQ(bench.leftovers(), "");
}

class AskedForTracks : public Tracks {
protected:
    AskedForTracks() : Tracks{"[default_user]\ntype=user\nquiet=yes\n", 2} {}
};

TEST_F(AskedForTracks, BeginAndEndInTheMiddleOfARoom)
{
    join(400);
    join(700);
    bench.run(500ms);
    EXPECT_FALSE(applications::record_tracks(bench.engine(), room(), "../elsewhere.wav"));
    EXPECT_TRUE(applications::record_tracks(bench.engine(), room(), "asked.sln"));
    EXPECT_FALSE(applications::record_tracks(bench.engine(), room(), "again"));
    bench.run(1s);
    bench.engine().recordings().stop_tracks(room());
    bench.run(1s);
    ASSERT_NE(file("asked/002-"), nullptr);
    EXPECT_TRUE(file("asked/002-")->path.ends_with(".sln"));
    EXPECT_NEAR(static_cast<double>(file("asked/002-")->samples.size()) / 8, 1000, 60);
    EXPECT_FALSE(file("asked/002-")->open);
    EXPECT_TRUE(applications::record_tracks(bench.engine(), room(), "again"));
    bench.run(100ms);
    EXPECT_EQ(bench.leftovers(), "");
    EXPECT_NE(file("again/002-"), nullptr);
}

TEST_F(AskedForTracks, GoOnAtTheirRateWhenTheRoomChangesItsOwn)
{
    join(400);
    bench.run(500ms);
    EXPECT_TRUE(applications::record_tracks(bench.engine(), room(), "asked"));
    bench.run(500ms);
    bench.call("1", {.hz = 2000, .codec = codecs::CodecId::L16_16, .pure = true});
    bench.run(1s);
    EXPECT_EQ(room().bridge.rate, 16'000U);
    EXPECT_EQ(bench.leftovers(), "");
    ASSERT_NE(file("asked/001-"), nullptr);
    ASSERT_NE(file("asked/002-"), nullptr);
    EXPECT_EQ(file("asked/001-")->rate, 8000U);
    EXPECT_NEAR(static_cast<double>(file("asked/001-")->samples.size()) / 8, 1500, 60);
    EXPECT_EQ(file("asked/002-")->rate, 16'000U);
    EXPECT_NEAR(static_cast<double>(begins_ms(*file("asked/002-"))), 540, 60);
}

}  // namespace
}  // namespace rb::test
