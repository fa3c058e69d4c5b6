// Goal: a leg's frames are 20 ms whatever the length of its packets, nothing of what came is lost or repeated, and what
// did not come is concealed for as long as it would have lasted.
// Method: L16, whose samples can be told apart, counted through; then packets of any length as a property.
#include "dataplane/media/audio_in.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace rb::media {
namespace {

using codecs::Sample;

constexpr std::size_t kFrameSamples = 160;

/// Sends samples 1, 2, 3 … in packets and reads them back.
class Counting {
public:
    tl::expected<void, Drop> put(std::size_t samples)
    {
        std::vector<std::uint8_t> payload;
        for (std::size_t i = 0; i < samples; ++i, ++sent_) {
            payload.push_back(static_cast<std::uint8_t>(sent_ >> 8U));
            payload.push_back(static_cast<std::uint8_t>(sent_));
        }
        return in.put(sequence_++, payload, now);
    }
    void lose() { ++sequence_; }

    AudioIn::Frame read()
    {
        now += kFrame;
        const auto result = in.read(frame, 0, now);
        if (result.heard == AudioIn::Heard::Audio) {
            heard.insert(heard.end(), frame.begin(), frame.end());
        }
        return result;
    }

    AudioIn in{codecs::CodecId::L16_8};
    Nanos now = 1s;
    std::array<Sample, kFrameSamples> frame{};
    std::vector<Sample> heard;

private:
    std::uint32_t sequence_ = 1000;
    std::uint16_t sent_ = 1;
};

std::vector<Sample> counted(std::size_t count)
{
    std::vector<Sample> samples(count);
    std::iota(samples.begin(), samples.end(), Sample{1});
    return samples;
}

TEST(AudioIn, APacketOf60MsIsThreeFrames)
{
    Counting stream;
    ASSERT_TRUE(stream.put(3 * kFrameSamples));
    ASSERT_TRUE(stream.put(3 * kFrameSamples));
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.heard, counted(6 * kFrameSamples));
}

TEST(AudioIn, PacketsOf10MsMakeFramesOf20)
{
    Counting stream;
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(stream.put(kFrameSamples / 2));
    }
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.heard, counted(4 * kFrameSamples));
}

TEST(AudioIn, ALostPacketIsConcealedForAsLongAsItsNeighbours)
{
    Counting stream;
    ASSERT_TRUE(stream.put(2 * kFrameSamples));
    stream.lose();
    ASSERT_TRUE(stream.put(2 * kFrameSamples));
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.in.concealed(), 1U);
    // What came after the loss keeps its place: its last sample is the last one heard.
    EXPECT_EQ(stream.heard.back(), static_cast<Sample>(4 * kFrameSamples));
    EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio);  // late, so far as anybody knows
}

TEST(AudioIn, SilenceFollowsAfterThreeEmptyTurns)
{
    Counting stream;
    ASSERT_TRUE(stream.put(kFrameSamples));
    EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.read().heard, AudioIn::Heard::Nothing);
    EXPECT_EQ(stream.in.concealed(), 3U);
}

TEST(AudioIn, APacketOutsideItsBoundsIsRefused)
{
    AudioIn in{codecs::CodecId::Pcmu};
    const std::vector<std::uint8_t> bytes(481);
    EXPECT_EQ(in.put(1, std::span{bytes}.first(7), 1s).error(), Drop::BadLength) << "shorter than 1 ms";
    EXPECT_EQ(in.put(1, bytes, 1s).error(), Drop::BadLength) << "one sample beyond 60 ms";
    EXPECT_TRUE(in.put(1, std::span{bytes}.first(480), 1s));
}

RC_GTEST_PROP(AudioIn, NothingIsLostOrRepeatedWhateverThePacketLengths, ())
{
    const auto lengths = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(8, 481));
    Counting stream;
    std::size_t sent = 0;
    for (const std::size_t length : lengths) {
        RC_ASSERT(stream.put(length).has_value());
        sent += length;
        while (stream.in.jitter_buffer().held() > kFrame) {
            stream.read();
        }
    }
    while (stream.heard.size() + kFrameSamples <= sent) {
        RC_ASSERT(stream.read().heard == AudioIn::Heard::Audio);
    }
    RC_ASSERT(stream.in.jitter_buffer().counters().overflow == 0U);
    RC_ASSERT(std::equal(stream.heard.begin(), stream.heard.end(), counted(sent).begin()));
}

}  // namespace
}  // namespace rb::media
