// Goal: where a phone says nothing in its pauses, or how its noise sounds (RFC 3389), a recording keeps step with the
// clock, and its pauses sound as they were described and like nothing else: of a leg, of both ways, of a room (MED-09).
// Method: whole calls on a bench, in which a phone speaks by a script; where it speaks in the files is measured.
#include "codecs/level.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace rb::test {
namespace {

/// Talk, then a pause in which nothing is sent but the level of the noise, or nothing at all.
struct Spurt {
    int talk_ms;
    int pause_ms;
    std::optional<std::uint8_t> noise;
};
constexpr std::array kScript{Spurt{400, 340, 50},           Spurt{900, 1'660, 50}, Spurt{260, 700, std::nullopt},
                             Spurt{1'100, 2'520, 42},       Spurt{320, 880, 60},   Spurt{640, 1'500, std::nullopt},
                             Spurt{200, 220, std::nullopt}, Spurt{480, 1'000, 50}};

/// What fades out at the end of talk when nobody has said that it would end.
constexpr int kFading_ms = 80;
constexpr int kFrameSteps = 4;
/// No noise of the script gets there; a tone of the phones does at once.
constexpr int kLoud = 2'000;

/// The audio of a recording in steps of 5 ms.
class Steps {
public:
    explicit Steps(const BenchRecording& recording) : recording_{recording} {}

    [[nodiscard]] int count() const { return static_cast<int>(recording_.samples.size() / size()); }
    [[nodiscard]] bool loud(int step) const { return codecs::peak(at(step, 1)) > kLoud; }
    [[nodiscard]] std::span<const codecs::Sample> at(int step, int steps) const
    {
        return std::span{recording_.samples}.subspan(static_cast<std::size_t>(step) * size(),
                                                     static_cast<std::size_t>(steps) * size());
    }
    static constexpr int kOne_ms = 5;

private:
    [[nodiscard]] std::size_t size() const { return recording_.rate / 1000 * kOne_ms; }
    const BenchRecording& recording_;
};

/// Begin and end of what is loud, in ms; what is quiet for less than 100 ms between does not part it.
std::vector<std::pair<int, int>> spurts_in(const BenchRecording& recording)
{
    std::vector<std::pair<int, int>> spurts;
    const Steps steps{recording};
    for (int step = 0; step < steps.count(); ++step) {
        if (!steps.loud(step)) {
            continue;
        }
        const int ms = step * Steps::kOne_ms;
        if (spurts.empty() || ms - spurts.back().second > 100) {
            spurts.emplace_back(ms, ms);
        }
        spurts.back().second = ms + Steps::kOne_ms;
    }
    return spurts;
}

/// What a pause may sound like.
enum class Pause {
    AsDescribed,
    DescribedOrSilent,  ///< a room listens on for a moment only
};

/// From one time to another, in ms, everything is noise of this level, or silence where that may be.
void expect_pause(const BenchRecording& recording, std::pair<int, int> ms, const std::optional<std::uint8_t>& noise,
                  Pause sounds)
{
    const Steps steps{recording};
    // A room falls silent between two frames, which begin with the file.
    const int window = sounds == Pause::AsDescribed ? 20 : kFrameSteps;
    const int first = (ms.first / Steps::kOne_ms + kFrameSteps - 1) / kFrameSteps * kFrameSteps;
    const int end = std::min(ms.second / Steps::kOne_ms, steps.count());
    for (int step = first; step + window <= end; step += window) {
        const auto heard = steps.at(step, window);
        const bool silent = codecs::peak(heard) == 0;
        const int at_ms = step * Steps::kOne_ms;
        if (!noise) {
            EXPECT_TRUE(silent) << codecs::level_dbov(heard) << " dBov at " << at_ms;
        } else if (!silent || sounds == Pause::AsDescribed) {
            EXPECT_NEAR(codecs::level_dbov(heard), -static_cast<double>(*noise), 2) << "at " << at_ms;
            EXPECT_LT(codecs::peak(heard), 32'768 * std::pow(10, -*noise / 20.0) * 4) << "at " << at_ms;
        }
    }
}

/// Each spurt stands where the script has it, from the first on, and the pauses sound as they should.
void expect_script(const BenchRecording& recording, Pause sounds)
{
    const auto spurts = spurts_in(recording);
    ASSERT_EQ(spurts.size(), kScript.size()) << recording.path;
    int due = spurts[0].first;
    for (std::size_t i = 0; i < kScript.size(); ++i) {
        SCOPED_TRACE(recording.path + ", spurt " + std::to_string(i) + " due at " + std::to_string(due));
        const auto [begin, end] = spurts[i];
        EXPECT_NEAR(begin, due, 20);
        EXPECT_GE(end, due + kScript[i].talk_ms - 20);
        EXPECT_LE(end, due + kScript[i].talk_ms + 20 + (kScript[i].noise ? 0 : kFading_ms));
        due += kScript[i].talk_ms + kScript[i].pause_ms;
        const int next = i + 1 < kScript.size() ? spurts[i + 1].first : end + kScript[i].pause_ms;
        expect_pause(recording, {end + kFading_ms, next - 100}, kScript[i].noise, sounds);
    }
}

class RecordedPauses : public ::testing::Test {
protected:
    static constexpr const char* kPlan =
        "[c]\nexten => 1,1,Record(leg.wav,0,0,q)\n"
        "exten => 2,1,MixMonitor(both.wav,r(in.wav)t(out.wav))\n same => n,Dial(PJSIP/phone)\n"
        "exten => 3,1,ConfBridge(room)\n";
    static constexpr const char* kRecorded =
        "[default_user]\ntype=user\nquiet=yes\n"
        "[default_bridge]\ntype=bridge\nrecord_conference=yes\nrecord_tracks=yes\nrecord_file=talk.wav\n";
    static constexpr const char* kEndpoints =
        "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1:5060\n"
        "[anonymous]\ntype=endpoint\ncontext=c\ndisallow=all\nallow=ulaw,alaw,slin16\ncomfort_noise=yes\n"
        "[phone]\ntype=endpoint\ncontext=c\ndisallow=all\nallow=ulaw,alaw\naors=phone\n"
        "[phone]\ntype=aor\ncontact=sip:192.0.2.99:5060\n";

    void say_script(BenchPhone& phone)
    {
        for (const Spurt& spurt : kScript) {
            phone.voice().describe_noise(std::nullopt);
            phone.mute(false);
            bench.run(std::chrono::milliseconds{spurt.talk_ms});
            phone.mute(!spurt.noise);
            phone.voice().describe_noise(spurt.noise);
            bench.run(std::chrono::milliseconds{spurt.pause_ms});
        }
    }
    [[nodiscard]] const BenchRecording& file(const std::string& part)
    {
        for (const auto& [id, recording] : bench.world().recordings) {
            if (recording.path.find(part) != std::string::npos) {
                return recording;
            }
        }
        static const BenchRecording kNone;
        ADD_FAILURE() << "no recording " << part;
        return kNone;
    }

    CallBench bench{kPlan, {{"confbridge.conf", kRecorded}, {"pjsip.conf", kEndpoints}}};
};

TEST_F(RecordedPauses, OfALeg)
{
    for (const codecs::CodecId codec : {codecs::CodecId::Pcmu, codecs::CodecId::L16_16}) {
        bench.world().recordings.clear();
        BenchPhone& anna = bench.call("1", {.hz = 440, .codec = codec, .pure = true});
        say_script(anna);
        EXPECT_EQ(bench.leftovers(), "");
        expect_script(file("leg.wav"), Pause::AsDescribed);
    }
}

TEST_F(RecordedPauses, OfBothWays)
{
    BenchPhone& anna = bench.call("2", {.hz = 440, .pure = true, .comfort_noise = true});
    bench.run(500ms);
    bench.answer(bench.dialled(0), 700);
    BenchPhone& berta = bench.dialled(0);
    berta.mute(true);
    anna.mute(true);
    bench.run(500ms);
    say_script(anna);
    anna.mute(true);
    EXPECT_EQ(bench.leftovers(), "");
    expect_script(file("in.wav"), Pause::AsDescribed);
    expect_script(file("both.wav"), Pause::AsDescribed);
    EXPECT_EQ(codecs::peak(file("out.wav").samples), 0U);
    EXPECT_EQ(file("in.wav").samples.size(), file("out.wav").samples.size());
}

TEST_F(RecordedPauses, OfWhatALegIsSentInPlaceOfSilence)
{
    BenchPhone& anna = bench.call("2", {.comfort_noise = true});
    bench.run(500ms);
    BenchPhone& berta = bench.dialled(0);
    bench.answer(berta, 700);
    say_script(berta);
    EXPECT_EQ(bench.leftovers(), "");
    expect_script(file("out.wav"), Pause::AsDescribed);
    expect_script(file("both.wav"), Pause::AsDescribed);
    EXPECT_EQ(file("in.wav").samples.size(), file("out.wav").samples.size());
    EXPECT_GT(anna.longest_gap(), 300ms) << "silence is described to it";
}

TEST_F(RecordedPauses, OfARoomAndOfItsMembers)
{
    BenchPhone& anna = bench.call("3", {.hz = 440, .pure = true});
    bench.call("3");
    say_script(anna);
    EXPECT_EQ(bench.leftovers(), "");
    expect_script(file("talk-"), Pause::DescribedOrSilent);
    expect_script(file("/001-"), Pause::DescribedOrSilent);
}

}  // namespace
}  // namespace rb::test
