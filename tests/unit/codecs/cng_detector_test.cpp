// Goal: the tone of a calling fax machine is found once a burst, within T.30's tolerance and at any level of a line;
// nothing else is taken for it.
// Method: tones made here. Speech and music: golden/talk_off_test.cpp.
#include "codecs/cng_detector.h"

#include "codecs/tone.h"

#include <gtest/gtest.h>

#include <array>

namespace rb::codecs {
namespace {

/// Bursts found in so many seconds of a tone that sounds and pauses in turn.
int find(const ToneSegment& tone, std::uint32_t pause_ms, int seconds, float level_dbov = -16)
{
    const std::array segments{tone, ToneSegment{.duration_ms = pause_ms}};
    ToneGenerator generator{{.segments = std::span{segments}.first(pause_ms == 0 ? 1 : 2), .level_dbov = level_dbov},
                            CngDetector::kRate};
    CngDetector detector;
    int found = 0;
    for (int i = 0; i < seconds * 50; ++i) {
        std::array<Sample, 160> frame{};
        generator.generate(frame);
        found += detector.process(frame) ? 1 : 0;
    }
    return found;
}

TEST(CngDetector, FindsEachBurstOnce)
{
    EXPECT_EQ(find({.first_hz = 1100, .duration_ms = 500}, 3000, 14), 4);
}

TEST(CngDetector, FindsItWithinItsToleranceOfFrequencyAndLevel)
{
    for (const std::uint16_t hz : std::array<std::uint16_t, 5>{1062, 1080, 1100, 1120, 1138}) {  // T.30 §4.1: ± 38 Hz
        for (const float level_dbov : {-6.F, -16.F, -30.F, -45.F}) {
            EXPECT_EQ(find({.first_hz = hz, .duration_ms = 500}, 3000, 3, level_dbov), 1)
                << hz << " Hz at " << level_dbov;
        }
    }
}

TEST(CngDetector, TakesNothingElseForIt)
{
    EXPECT_EQ(find({.first_hz = 1100, .duration_ms = 300}, 3000, 12), 0) << "too short";
    EXPECT_EQ(find({.first_hz = 1300, .duration_ms = 600}, 2000, 12), 0) << "a modem calls (V.25)";
    EXPECT_EQ(find({.first_hz = 2100, .duration_ms = 3000}, 1000, 12), 0) << "a fax machine answers";
    EXPECT_EQ(find({.first_hz = 350, .second_hz = 440}, 0, 12), 0) << "dial tone";
    EXPECT_EQ(find({.first_hz = 425, .duration_ms = 1000}, 4000, 12), 0) << "ringing";
    EXPECT_EQ(find({.first_hz = 1000, .duration_ms = 1000}, 1000, 12), 0) << "a beep";
    EXPECT_EQ(find({.first_hz = 770, .second_hz = 1209, .duration_ms = 1000}, 100, 12), 0) << "a key";
    EXPECT_EQ(find({.duration_ms = 1000}, 0, 2), 0) << "silence";
}

}  // namespace
}  // namespace rb::codecs
