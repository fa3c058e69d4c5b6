// Goal: the floor goes to who leads the conversation: not to a cough, a word of assent or the louder of two who speak
//       at once, but soon to who goes on when the other has ended.
// Method: scripts of two voices, 20 ms a frame; at each the holder is found as a room finds it.
#include "dataplane/media/speech_activity.h"

#include <gtest/gtest.h>

#include <optional>

namespace rb::media {
namespace {

constexpr std::uint32_t kThreshold = 160;
constexpr std::uint32_t kLoud = 3000;

/// Two voices and who of them has the floor.
class Floor : public ::testing::Test {
protected:
    /// Both speak so loud for so long; 0 = silent, and after a while nobody listens any more.
    void speak(std::uint32_t first, std::uint32_t second, Nanos time)
    {
        for (const Nanos end = now + time; now < end; now += kFrame) {
            const std::array loud{first, second};
            for (std::size_t i = 0; i < voices.size(); ++i) {
                if (loud[i] > 0 || now % 40ms == 0ns) {
                    voices[i].frame(loud[i], kThreshold, now);
                }
            }
            for (std::size_t i = 0; i < voices.size(); ++i) {
                const auto held = holder ? voices[*holder].scores(now) : SpeechActivity::Scores{};
                if (holder != i && takes_floor(voices[i].scores(now), held)) {
                    holder = i;
                    changed_at = now;
                    ++changes;
                }
            }
        }
    }

    std::array<SpeechActivity, 2> voices;
    std::optional<std::size_t> holder;
    int changes = 0;
    Nanos now = 10s;
    Nanos changed_at = 0ns;
};

TEST_F(Floor, IsNobodysUntilSomebodyHasSpokenForAMoment)
{
    speak(kLoud, 0, 100ms);
    EXPECT_FALSE(holder) << "a cough";
    speak(0, 0, 2s);
    EXPECT_FALSE(holder);
    speak(kLoud, 0, 200ms);
    EXPECT_EQ(holder, 0U);
    speak(0, 0, 60s);
    EXPECT_EQ(holder, 0U) << "silence takes it from nobody";
}

TEST_F(Floor, GoesOverSoonAfterTheOtherHasEnded)
{
    speak(kLoud, 0, 10s);
    const Nanos ended = now;
    speak(0, kLoud, 2s);
    EXPECT_EQ(holder, 1U);
    EXPECT_LE(changed_at - ended, 1100ms);
    EXPECT_GE(changed_at - ended, 500ms);
    EXPECT_EQ(changes, 2);
}

TEST_F(Floor, IsNotTakenByAWordOfAssentNorByACoughInAPause)
{
    speak(kLoud, 0, 5s);
    for (int i = 0; i < 20; ++i) {
        speak(kLoud, kLoud, 400ms);  // in the middle of it
        speak(kLoud, 0, 1s);
        speak(0, kLoud, 400ms);  // in a pause
        speak(kLoud, 0, 1s);
    }
    EXPECT_EQ(changes, 1);
}

TEST_F(Floor, StaysWithWhoHasItWhileBothSpeak)
{
    speak(kLoud / 8, 0, 3s);
    speak(kLoud / 8, kLoud, 10s);
    EXPECT_EQ(changes, 1) << "though the other is 18 dB louder";
    speak(kThreshold + 1, 32'000, 5s);
    EXPECT_EQ(holder, 1U) << "46 dB louder is another matter";
}

TEST_F(Floor, IsHandedBackAndForthByAConversation)
{
    for (int turn = 0; turn < 10; ++turn) {
        speak(turn % 2 == 0 ? kLoud : 0, turn % 2 == 0 ? 0 : kLoud, 4s);
        EXPECT_EQ(holder, static_cast<std::size_t>(turn % 2));
        speak(0, 0, 600ms);
    }
    EXPECT_EQ(changes, 10);
}

TEST(SpeechActivity, DecaysTheSameWhetherFramesOfSilenceComeOrNot)
{
    SpeechActivity told;
    SpeechActivity left_alone;
    for (Nanos at = 1s; at < 3s; at += kFrame) {
        told.frame(kLoud, kThreshold, at);
        left_alone.frame(kLoud, kThreshold, at);
    }
    for (Nanos at = 3s; at < 4s; at += kFrame) {
        told.frame(0, kThreshold, at);
    }
    const auto one = told.scores(3980ms);
    const auto other = left_alone.scores(3980ms);
    EXPECT_NEAR(one.immediate, other.immediate, 0.01);
    EXPECT_NEAR(one.medium, other.medium, 0.01);
    EXPECT_NEAR(one.lasting, other.lasting, 0.01);
    told.frame(kLoud, kThreshold, 4s);
    left_alone.frame(kLoud, kThreshold, 4s);
    EXPECT_NEAR(told.scores(4s).lasting, left_alone.scores(4s).lasting, 0.01);
}

}  // namespace
}  // namespace rb::media
