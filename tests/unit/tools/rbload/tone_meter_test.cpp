// Goal: in a mix of all tones each is measured as if it were alone, and one that is missing is seen to be.
// Method: mixes through both laws, with one talker left out, in packets of uneven size.
#include "tools/rbload/tone_meter.h"

#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "tools/rbload/voice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

namespace rb::load {
namespace {

constexpr std::size_t kSeconds = 2;
constexpr std::size_t kSamples = kSeconds * 8000;

/// The tones of all talkers but one, as that one would hear them.
std::vector<codecs::Sample> mix_without(std::size_t talkers, std::size_t absent, codecs::CodecId law)
{
    constexpr std::size_t kPacket = 160;
    std::vector<int> sum(kSamples);
    for (std::size_t i = 0; i < talkers; ++i) {
        const Voice voice = Voice::tone({.codec = law}, tone_hz(i), tone_amplitude_for(talkers));
        codecs::Decoder decoder{law};
        for (std::size_t at = 0; i != absent && at < kSamples; at += kPacket) {
            std::array<codecs::Sample, kPacket> samples{};
            EXPECT_EQ(decoder.decode(voice.packet(at / kPacket), samples), kPacket);
            std::transform(samples.begin(), samples.end(), sum.begin() + static_cast<std::ptrdiff_t>(at),
                           sum.begin() + static_cast<std::ptrdiff_t>(at), std::plus{});
        }
    }
    std::vector<codecs::Sample> mixed(sum.begin(), sum.end());
    std::array<std::uint8_t, kPacket> payload{};
    for (std::size_t at = 0; at < kSamples; at += kPacket) {
        const auto packet = std::span{mixed}.subspan(at, kPacket);
        EXPECT_EQ(codecs::Encoder{law}.encode(packet, payload), kPacket);
        EXPECT_EQ(codecs::Decoder{law}.decode(payload, packet), kPacket);
    }
    return mixed;
}

TEST(TonePlan, HasDistinctPrimesWithinTheBandOfATelephone)
{
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < kTonesMax; ++i) {
        const std::uint32_t hz = tone_hz(i);
        EXPECT_TRUE(hz > 300 && hz < 3400) << hz;
        for (std::uint32_t divisor = 2; divisor * divisor <= hz; ++divisor) {
            EXPECT_NE(hz % divisor, 0U) << hz;
        }
        seen.insert(hz);
    }
    EXPECT_EQ(seen.size(), kTonesMax);
}

TEST(TonePlan, KeepsTheSumBelowHalfOfFullScale)
{
    for (std::size_t talkers = 1; talkers <= kTonesMax; ++talkers) {
        EXPECT_LE(tone_amplitude_for(talkers) * static_cast<double>(talkers), 16384);
    }
}

class ToneMeterOf : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ToneMeterOf, HearsAllOthersAtTheLevelSentAndNotTheAbsentOne)
{
    const std::size_t talkers = GetParam();
    for (const codecs::CodecId law : {codecs::CodecId::Pcmu, codecs::CodecId::Pcma}) {
        const auto mixed = mix_without(talkers, 1, law);
        ToneMeter meter{talkers};
        for (std::size_t at = 0, step = 70; at < mixed.size(); at += step) {
            meter.add(std::span{mixed}.subspan(at, std::min(step, mixed.size() - at)));
        }
        ASSERT_EQ(meter.seconds(), kSeconds);
        for (std::size_t i = 0; i < talkers; ++i) {
            const double level_db = 20 * std::log10(std::max(meter.amplitude(i), 1e-9) / tone_amplitude_for(talkers));
            if (i == 1) {
                EXPECT_LT(level_db, -50) << talkers;
            } else {
                EXPECT_NEAR(level_db, 0, 0.25) << talkers << " talkers, tone " << i;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Talkers, ToneMeterOf, ::testing::Values(2, 3, 7, 16));

TEST(ToneMeter, SaysNothingBeforeASecondHasPassed)
{
    ToneMeter meter{1};
    meter.add(std::vector<codecs::Sample>(7999, 1000));
    EXPECT_EQ(meter.seconds(), 0U);
    EXPECT_EQ(meter.amplitude(0), 0);
}

}  // namespace
}  // namespace rb::load
