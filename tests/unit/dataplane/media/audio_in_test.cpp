// Goal: a leg's frames are 20 ms whatever the length of its packets, nothing of what came is lost or repeated, and what
// did not come is concealed for as long as it would have lasted.
// Method: L16, whose samples can be told apart, counted through; then packets of any length as a property.
#include "dataplane/media/audio_in.h"

#include "codecs/opus_codec.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <utility>
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

/// A stream of Opus at 16 kHz, encoded in frames of 20 ms and packets of any.
std::vector<std::vector<std::uint8_t>> opus_packets(std::size_t count)
{
    codecs::OpusEncoding encoder{16'000, {.bitrate = 32'000, .fec = true}};
    encoder.expect_loss(20);
    const auto speech = support::make_speech(16'000, count * 320);
    std::vector<std::vector<std::uint8_t>> packets(count, std::vector<std::uint8_t>(codecs::kOpusFrameBytesMax));
    for (std::size_t i = 0; i < count; ++i) {
        packets[i].resize(encoder.encode(std::span{speech}.subspan(i * 320, 320), packets[i]));
    }
    return packets;
}

TEST(AudioIn, FramesOfOpusAreWholeWhateverItsPacketsLast)
{
    // RFC 6716 §3.1: CELT at 2.5, 5, 10 and 20 ms, SILK at 40 and 60, and six frames of 20 ms in one packet.
    const std::vector<std::vector<std::uint8_t>> kinds{
        {0xe0, 1}, {0xe8, 1}, {0xf0, 1}, {0xf8, 1}, {0x10, 1}, {0x18, 1}, {0xfb, 6, 1, 2, 3, 4, 5, 6}};
    constexpr std::array<std::size_t, 7> tenths_of_ms{25, 50, 100, 200, 400, 600, 1200};
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        AudioIn in{codecs::CodecId::Opus};
        in.set_rate(16'000);
        std::array<Sample, 320> frame{};
        std::uint32_t sequence = 1;
        std::size_t sent = 0;
        Nanos now = 1s;
        for (int i = 0; i < 30; ++i, now += kFrame) {
            for (; sent < 400 + 200U * static_cast<std::size_t>(i); sent += tenths_of_ms[kind]) {
                ASSERT_TRUE(in.put(sequence++, kinds[kind], now)) << kind;
            }
            EXPECT_EQ(in.read(frame, 0, now).heard, AudioIn::Heard::Audio) << kind << ' ' << i;
        }
        EXPECT_EQ(in.concealed(), 0U) << kind;
    }
}

TEST(AudioIn, ABrokenPacketOfOpusIsRefused)
{
    AudioIn in{codecs::CodecId::Opus};
    EXPECT_EQ(in.put(1, std::vector<std::uint8_t>{0xf9, 1, 2, 3}, 1s).error(), Drop::BadLength);
}

TEST(AudioIn, WhatWasLostIsRecoveredFromTheNextPacketOfOpus)
{
    const auto packets = opus_packets(100);
    const auto hear = [&](bool next_is_there) {
        AudioIn in{codecs::CodecId::Opus};
        in.set_rate(16'000);
        std::vector<Sample> heard;
        std::array<Sample, 320> frame{};
        Nanos now = 1s;
        for (std::uint32_t i = 0; i < packets.size(); ++i, now += kFrame) {
            const bool lost = i % 10 == 5 || (!next_is_there && i % 10 == 6);
            if (!lost) {
                EXPECT_TRUE(in.put(i, packets[i], now));
            }
            if (in.read(frame, 0, now).heard == AudioIn::Heard::Audio) {
                heard.insert(heard.end(), frame.begin(), frame.end());
            }
        }
        return std::pair{heard, in.concealed()};
    };
    const auto [recovered, lost_once] = hear(true);
    const auto [concealed, lost_twice] = hear(false);
    EXPECT_EQ(lost_once, 10U);
    EXPECT_GE(lost_twice, 20U);
    const auto speech = support::make_speech(16'000, packets.size() * 320);
    EXPECT_GT(support::compare(speech, recovered, 16'000).segmental_snr_db,
              support::compare(speech, concealed, 16'000).segmental_snr_db + 0.5);
}

TEST(AudioIn, AnotherRateMakesFramesOfAnotherLength)
{
    const auto packets = opus_packets(20);
    AudioIn in{codecs::CodecId::Opus};
    std::vector<Sample> frame;
    Nanos now = 1s;
    for (std::uint32_t i = 0; i < packets.size(); ++i, now += kFrame) {
        in.set_rate(i < 5 ? 48'000 : i < 10 ? 8'000 : 16'000);
        frame.resize(in.frame_samples());
        EXPECT_EQ(frame.size(), i < 5 ? 960U : i < 10 ? 160U : 320U);
        ASSERT_TRUE(in.put(i, packets[i], now));
        static_cast<void>(in.read(frame, 0, now));
    }
    AudioIn fixed{codecs::CodecId::G722};
    fixed.set_rate(48'000);
    EXPECT_EQ(fixed.frame_samples(), 320U);
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
