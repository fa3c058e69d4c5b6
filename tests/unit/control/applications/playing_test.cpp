// Goal: prompts, music and tones are heard when and as long as Asterisk's are.
// Method: whole calls on a bench, where each sound is a tone of its own.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

constexpr const char* kPlay =
    "[c]\nexten => 1,1,Playback(a&b)\n same => n,NoOp(played ${PLAYBACKSTATUS})\n same => n,Wait(9)\n";

TEST(Playback, PlaysOneAfterAnother)
{
    CallBench bench{kPlay};
    bench.world().sounds = {{"a", {.hz = 440, .duration_ms = 1000}}, {"b", {.hz = 660, .duration_ms = 1000}}};
    BenchPhone& anna = bench.call("1");
    bench.run(800ms);
    EXPECT_GT(anna.heard(440, 500ms), 1000);
    bench.run(1s);
    EXPECT_GT(anna.heard(660, 500ms), 1000);
    EXPECT_FALSE(bench.world().logged("played"));
    bench.run(400ms);
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_LE(anna.longest_gap(), 21ms);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, OfAMissingFileFailsAndThePlanGoesOn)
{
    CallBench bench{kPlay};
    BenchPhone& anna = bench.call("1");
    bench.run(100ms);
    EXPECT_TRUE(bench.world().logged("played FAILED"));
    EXPECT_TRUE(bench.world().complained("no sound a"));
    EXPECT_FALSE(anna.ended);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, WithOneOfTwoMissingPlaysTheOtherAndFails)
{
    CallBench bench{kPlay};
    bench.world().sounds = {{"b", {.hz = 660, .duration_ms = 1000}}};
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    EXPECT_GT(anna.heard(660, 300ms), 1000);
    bench.run(700ms);
    EXPECT_TRUE(bench.world().logged("played FAILED"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, SkippedForAnUnansweredCallIsASuccess)
{
    CallBench bench{"[c]\nexten => 1,1,Playback(a,skip)\n same => n,NoOp(played ${PLAYBACKSTATUS})\n"};
    bench.call("1");
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, GoesOnInAnotherCodecWhereItWas)
{
    CallBench bench{kPlay};
    bench.world().sounds = {{"a", {.hz = 440, .duration_ms = 1000}}, {"b", {.hz = 660, .duration_ms = 1000}}};
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    bench.reoffer(anna, codecs::CodecId::G722);
    bench.run(400ms);
    EXPECT_GT(anna.heard(440, 200ms), 1000);
    bench.run(700ms);
    EXPECT_GT(anna.heard(660, 200ms), 1000);
    EXPECT_FALSE(bench.world().logged("played"));
    bench.run(600ms);
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_EQ(bench.leftovers(), "");
}

using What = bridges::PlayerStep::What;

TEST(Playback, IsPausedMovedAndMadeLouder)
{
    CallBench bench{kPlay};
    bench.world().sounds = {{"a", {.hz = 440, .duration_ms = 5000}}, {"b", {.hz = 660, .duration_ms = 5000}}};
    BenchPhone& anna = bench.call("1");
    const auto steer = [&](const bridges::PlayerStep& step) {
        EXPECT_TRUE(bench.engine().steer(*bench.channel(anna), step));
    };
    bench.run(500ms);
    const double plain = anna.heard(440, 300ms);
    EXPECT_GT(plain, 1000);
    steer({.what = What::Volume, .by = -6});
    bench.run(500ms);
    EXPECT_NEAR(anna.heard(440, 300ms) / plain, 0.5, 0.05);
    steer({.what = What::Pause});
    bench.run(500ms);
    EXPECT_LT(anna.heard(440, 300ms), 20);
    bench.reoffer(anna, codecs::CodecId::G722);
    bench.run(500ms);
    EXPECT_LT(anna.heard(440, 300ms), 20) << "pauses in another codec, too";
    steer({.what = What::Skip, .by = 250});
    steer({.what = What::Resume});
    bench.run(500ms);
    EXPECT_NEAR(anna.heard(660, 300ms) / plain, 0.5, 0.05) << "and is as loud as it was";
    steer({.what = What::Volume});
    steer({.what = What::Restart});
    bench.run(500ms);
    EXPECT_NEAR(anna.heard(440, 300ms) / plain, 1, 0.05);
    steer({.what = What::End});
    bench.run(100ms);
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_FALSE(bench.engine().steer(*bench.channel(anna), {.what = What::Pause})) << "nothing plays";
    EXPECT_LE(anna.longest_gap(), 41ms);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, ThatEndsWhileItsVolumeChangesEndsOnce)
{
    CallBench bench{kPlay};
    bench.world().sounds = {{"a", {.hz = 440, .duration_ms = 100}}, {"b", {.hz = 660, .duration_ms = 100}}};
    BenchPhone& anna = bench.call("1");
    for (int i = 0; i < 200 && !bench.world().logged("played"); ++i) {
        static_cast<void>(bench.engine().steer(*bench.channel(anna), {.what = What::Volume, .by = i % 2}));
        bench.run(2ms);
    }
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, IsNotReplacedByAnEarlierSoundThatTookLongToRead)
{
    CallBench bench{
        "[c]\nexten => 1,1,Answer()\n same => n,Playtones(slow)\n same => n,Playback(a)\n"
        " same => n,NoOp(played ${PLAYBACKSTATUS})\n same => n,Wait(9)\n"};
    bench.world().sounds = {{"tone:slow", {.hz = 440, .takes = 100ms}}, {"a", {.hz = 660, .duration_ms = 1000}}};
    BenchPhone& anna = bench.call("1");
    bench.run(900ms);
    EXPECT_GT(anna.heard(660, 500ms), 1000);
    bench.run(300ms);
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, ReplacesASoundThatACodecHasEnded)
{
    CallBench bench{
        "[c]\nexten => 1,1,Answer()\n same => n,Playtones(before)\n same => n,Wait(1)\n same => n,Playback(slow)\n"
        " same => n,NoOp(played ${PLAYBACKSTATUS})\n same => n,Wait(9)\n"};
    bench.world().sounds = {{"tone:before", {.hz = 440}}, {"slow", {.hz = 660, .duration_ms = 1000, .takes = 100ms}}};
    BenchPhone& anna = bench.call("1");
    bench.run(1050ms);
    bench.reoffer(anna, codecs::CodecId::Pcma);
    bench.run(900ms);
    EXPECT_GT(anna.heard(660, 500ms), 1000);
    bench.run(400ms);
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, OfACallThatGoesEndsWithIt)
{
    CallBench bench{kPlay};
    bench.world().sounds = {{"a", {.hz = 440, .duration_ms = 9000}}, {"b", {}}};
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playback, SkipsOrPlaysEarlyWhereTheCallIsNotAnswered)
{
    CallBench bench{
        "[c]\nexten => 1,1,Playback(a,skip)\n same => n,Wait(9)\n"
        "exten => 2,1,Playback(a,noanswer)\n same => n,NoOp(played ${PLAYBACKSTATUS})\n same => n,Wait(9)\n"};
    bench.world().sounds = {{"a", {.hz = 440, .duration_ms = 1000}}};
    BenchPhone& anna = bench.call("1");
    BenchPhone& berta = bench.call("2");
    bench.run(800ms);
    EXPECT_TRUE(anna.codes.empty());
    EXPECT_EQ(berta.codes, std::vector<int>{183});
    EXPECT_GT(berta.heard(440, 500ms), 1000);
    bench.run(500ms);
    EXPECT_TRUE(bench.world().logged("played SUCCESS"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(SayDigits, AsksForEachDigit)
{
    CallBench bench{"[c]\nexten => 1,1,SayDigits(4*2)\n same => n,Wait(9)\n"};
    bench.call("1");
    EXPECT_EQ(bench.world().asked, std::vector<std::string>{"digits/4&digits/star&digits/2"});
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(SayNumber, SpeaksTheLanguageOfTheCall)
{
    CallBench bench{
        "[c]\nexten => 1,1,SayNumber(21)\n same => n,Set(CHANNEL(language)=de)\n"
        " same => n,SayNumber(21)\n same => n,SayNumber(-1,f)\n same => n,SayNumber(x)\n"
        " same => n,SayNumber(99999999999999999999)\n same => n,NoOp(over)\n same => n,Wait(9)\n"};
    bench.world().provide({"digits/20", "digits/1", "digits/1-and", "digits/minus", "digits/1F"});
    bench.call("1");
    bench.run(3s);
    EXPECT_EQ(bench.world().asked,
              (std::vector<std::string>{"digits/20&digits/1", "digits/1-and&digits/20", "digits/minus&digits/1F"}));
    EXPECT_TRUE(bench.world().complained("SayNumber: 'x' is no number"));
    EXPECT_TRUE(bench.world().logged("over"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(MusicOnHold, PlaysForItsTime)
{
    CallBench bench{"[c]\nexten => 1,1,MusicOnHold(jazz,2)\n same => n,NoOp(over)\n same => n,Wait(9)\n"};
    bench.world().sounds = {{"moh:jazz", {.hz = 440, .duration_ms = 300}}};
    BenchPhone& anna = bench.call("1");
    bench.run(1900ms);
    EXPECT_GT(anna.heard(440, 1s), 500);
    EXPECT_FALSE(bench.world().logged("over"));
    bench.run(300ms);
    EXPECT_TRUE(bench.world().logged("over"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(MusicOnHold, ChangesToAnotherClassByItsKey)
{
    CallBench bench{"[c]\nexten => 1,1,MusicOnHold(jazz)\n",
                    {{"musiconhold.conf", "[jazz]\ndirectory=/a\ndigit=1\n[folk]\ndirectory=/b\ndigit=2\n"}}};
    bench.world().sounds = {{"moh:jazz", {.hz = 440, .duration_ms = 300}},
                            {"moh:folk", {.hz = 660, .duration_ms = 300}}};
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    anna.press("9");
    bench.run(1s);
    EXPECT_GT(anna.heard(440, 500ms), 500);
    anna.press("2");
    bench.run(1s);
    EXPECT_GT(anna.heard(660, 500ms), 500);
    EXPECT_LT(anna.heard(440, 500ms), 100);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(MusicOnHold, OfAnUnknownClassGoesOnWithThePlan)
{
    CallBench bench{"[c]\nexten => 1,1,MusicOnHold(none)\n same => n,NoOp(over)\n same => n,Wait(9)\n"};
    bench.call("1");
    bench.run(100ms);
    EXPECT_TRUE(bench.world().complained("no music of class none"));
    EXPECT_TRUE(bench.world().logged("over"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Playtones, GoOnUntilStopped)
{
    CallBench bench{
        "[c]\nexten => 1,1,Answer()\n same => n,Playtones(440/100,0/100)\n same => n,Wait(2)\n"
        " same => n,StopPlaytones()\n same => n,Wait(9)\n"};
    bench.world().sounds = {{"tone:440/100,0/100", {.hz = 440, .duration_ms = 100}}};
    BenchPhone& anna = bench.call("1");
    bench.run(1900ms);
    EXPECT_GT(anna.heard(440, 1s), 1000);
    bench.run(400ms);
    EXPECT_LT(anna.heard(440, 200ms), 100);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(SendDtmf, SendsTelephoneEvents)
{
    CallBench bench{
        "[c]\nexten => 1,1,Answer()\n same => n,SendDTMF(1w2#,100,60)\n same => n,NoOp(sent)\n same => n,Wait(9)\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(600ms);
    EXPECT_EQ(anna.keys_received(), "1");
    bench.run(200ms);
    EXPECT_EQ(anna.keys_received(), "12");
    EXPECT_FALSE(bench.world().logged("sent"));
    bench.run(300ms);
    EXPECT_EQ(anna.keys_received(), "12#");
    EXPECT_TRUE(bench.world().logged("sent"));
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
