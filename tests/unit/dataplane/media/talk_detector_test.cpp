// Goal: somebody talks from the second loud frame on and until it has been quiet for the whole threshold, so that
// words, breaths and clicks do not make the state flicker. Method: scripts of loudness, a frame each, with the changes
// expected.
#include "dataplane/media/talk_detector.h"

#include <gtest/gtest.h>

#include <string>

namespace rb::media {
namespace {

class TalkScript : public ::testing::Test {
protected:
    /// L a loud frame, q a quiet one, s silence; returns T where talk begins, S where it ends, . else.
    std::string changes(const std::string& script)
    {
        std::string told;
        for (const char frame : script) {
            const std::uint32_t magnitude = frame == 'L' ? 2000 : frame == 'q' ? 100 : 0;
            const bool changed = detector.frame(magnitude, thresholds, at);
            told += !changed ? '.' : detector.talking() ? 'T' : 'S';
            at += kFrame;
        }
        return told;
    }

    TalkDetector detector;
    TalkThresholds thresholds{.magnitude = 160, .silence = 100ms};
    Nanos at = 1s;
};

TEST_F(TalkScript, AClickIsNoWord)
{
    EXPECT_EQ(changes("sLsLsqLss"), ".........");
    EXPECT_FALSE(detector.talking());
}

TEST_F(TalkScript, TalkBeginsOnceAndEndsOnceWhateverThePausesWithin)
{
    EXPECT_EQ(changes("LLLssLqqqqLssss"), ".T.............");
    EXPECT_EQ(changes("s"), "S") << "100 ms after the last loud frame";
    EXPECT_EQ(changes("sqsq"), "....");
    EXPECT_EQ(changes("LL"), ".T");
}

TEST_F(TalkScript, ItIsHeardForAWhileAfterItHasGoneQuiet)
{
    changes("LL");
    changes(std::string(20, 's'));
    EXPECT_FALSE(detector.talking());
    EXPECT_TRUE(detector.audible(at - kFrame)) << "400 ms: word ends are quiet";
    changes("ss");
    EXPECT_FALSE(detector.audible(at));
}

TEST_F(TalkScript, ASoftVoiceIsAudibleBelowAHighThreshold)
{
    thresholds.magnitude = 3000;
    EXPECT_EQ(changes("LLLL"), "....");
    EXPECT_TRUE(detector.audible(at));
}

TEST_F(TalkScript, TheLevelRisesAtOnceAndFallsSlowly)
{
    changes("L");
    EXPECT_EQ(detector.level(), 2000U);
    changes("ssss");
    EXPECT_GT(detector.level(), 1000U);
    changes(std::string(40, 's'));
    EXPECT_LT(detector.level(), 20U);
}

}  // namespace
}  // namespace rb::media
