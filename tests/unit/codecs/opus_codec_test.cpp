// Goal: payloads of Opus are measured by their first bytes and never trusted; its states work at each rate of a mix;
// what is lost comes back from the packet after it; packets are joined without a sample lost.
// Method: the table of RFC 6716 §3.1 by hand, each way to break a packet once, speech there and back at each rate, and
// any payload as a property.
#include "codecs/opus_codec.h"

#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "codecs/level.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace rb::codecs {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Samples = std::vector<Sample>;

std::uint8_t toc(unsigned config, unsigned count_code)
{
    return static_cast<std::uint8_t>(config << 3U | count_code);
}

TEST(OpusPacket, LastsAsLongAsItsFirstByteSays)
{
    // RFC 6716 §3.1, table 2, in 48 kHz samples: SILK, hybrid, CELT.
    constexpr std::array<std::size_t, 4> kSilk{480, 960, 1920, 2880};
    constexpr std::array<std::size_t, 4> kCelt{120, 240, 480, 960};
    for (unsigned config = 0; config < 32; ++config) {
        const std::size_t samples = config < 12   ? kSilk[config % 4]
                                    : config < 16 ? kSilk[config % 2]
                                                  : kCelt[config % 4];
        EXPECT_EQ(opus_samples(Bytes{toc(config, 0), 1, 2}), samples) << config;
        if (2 * samples <= 5760) {
            EXPECT_EQ(opus_samples(Bytes{toc(config, 1), 1, 2}), 2 * samples) << config;
        }
    }
    EXPECT_EQ(opus_samples(Bytes{toc(31, 3), 6, 1, 2, 3, 4, 5, 6}), 5760U);  // six frames of one byte
    EXPECT_EQ(opus_samples(kOpusSilence), 960U);
    EXPECT_EQ(opus_samples(Bytes{toc(1, 0)}), 960U);  // nothing to say (DTX)
}

TEST(OpusPacket, IsNothingWhenBroken)
{
    EXPECT_EQ(opus_samples({}), 0U);
    EXPECT_EQ(opus_samples(Bytes{toc(31, 1), 1, 2, 3}), 0U);                 // two frames of equal size in three bytes
    EXPECT_EQ(opus_samples(Bytes{toc(31, 2), 9, 1}), 0U);                    // the first longer than the packet
    EXPECT_EQ(opus_samples(Bytes{toc(31, 3)}), 0U);                          // without a count
    EXPECT_EQ(opus_samples(Bytes{toc(31, 3), 0, 1}), 0U);                    // of no frames
    EXPECT_EQ(opus_samples(Bytes{toc(31, 3), 7, 1, 2, 3, 4, 5, 6, 7}), 0U);  // 140 ms
    EXPECT_EQ(opus_samples(Bytes(1 + kOpusFrameBytesMax + 1, toc(31, 0))), 0U);
}

struct Stream {
    std::vector<Bytes> packets;
    Samples speech;
};

Stream encode(std::uint32_t rate, const OpusOptions& options, std::uint8_t loss = 0, std::uint32_t seconds = 1)
{
    OpusEncoding encoder{rate, options};
    encoder.expect_loss(loss);
    Stream stream{.packets = {}, .speech = support::make_speech(rate, std::size_t{rate} * seconds)};
    Bytes room(kOpusFrameBytesMax);
    const std::size_t frame = frame_samples(rate);
    for (std::size_t at = 0; at + frame <= stream.speech.size(); at += frame) {
        const std::size_t size = encoder.encode(std::span{stream.speech}.subspan(at, frame), room);
        stream.packets.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    }
    return stream;
}

std::size_t bytes_of(const Stream& stream)
{
    std::size_t bytes = 0;
    for (const Bytes& packet : stream.packets) {
        bytes += packet.size();
    }
    return bytes;
}

/// Decodes the stream without every fifth packet; what comes in their place is up to `fill`.
template <typename Fill>
Samples decode_with_losses(const Stream& stream, std::uint32_t rate, Fill fill)
{
    OpusDecoding decoder{rate};
    const std::size_t frame = frame_samples(rate);
    Samples out(stream.packets.size() * frame);
    for (std::size_t i = 0; i < stream.packets.size(); ++i) {
        const std::span room = std::span{out}.subspan(i * frame, frame);
        if (i % 5 == 4 && i + 1 < stream.packets.size()) {
            fill(decoder, stream.packets[i + 1], room);
        } else {
            decoder.decode(stream.packets[i], room);
        }
    }
    return out;
}

TEST(Opus, IsDecodedAtEachRateWhateverItWasEncodedAt)
{
    for (const std::uint32_t from : {8'000U, 16'000U, 48'000U}) {
        const Stream stream = encode(from, {.bitrate = 32'000});
        for (const std::uint32_t to : {8'000U, 16'000U, 48'000U}) {
            OpusDecoding decoder{to};
            Samples out(frame_samples(to) * stream.packets.size());
            for (std::size_t i = 0; i < stream.packets.size(); ++i) {
                decoder.decode(stream.packets[i], std::span{out}.subspan(i * frame_samples(to), frame_samples(to)));
            }
            EXPECT_NEAR(level_dbov(out), level_dbov(stream.speech), 2) << from << " to " << to;
        }
    }
}

TEST(Opus, WhatWasLostComesBackFromTheNextPacket)
{
    const Stream stream = encode(16'000, {.bitrate = 32'000, .fec = true}, 20, 4);
    const auto recovered = decode_with_losses(
        stream, 16'000,
        [](OpusDecoding& decoder, const Bytes& next, std::span<Sample> room) { decoder.recover(next, room); });
    const auto concealed = decode_with_losses(
        stream, 16'000, [](OpusDecoding& decoder, const Bytes&, std::span<Sample> room) { decoder.conceal(room); });
    const double with = support::compare(stream.speech, recovered, 16'000).log_spectral_distance_db;
    const double without = support::compare(stream.speech, concealed, 16'000).log_spectral_distance_db;
    EXPECT_LT(with, without - 0.5) << with << " against " << without;
}

TEST(Opus, RedundancyIsSentOnlyToWhomLosesAndAskedForIt)
{
    const auto bytes = [](bool fec, std::uint8_t reported, std::uint8_t reckoned_with) {
        return bytes_of(encode(16'000, {.bitrate = 24'000, .packet_loss = reckoned_with, .fec = fec}, reported));
    };
    EXPECT_EQ(bytes(true, 0, 0), bytes(false, 0, 0));
    EXPECT_NE(bytes(true, 20, 0), bytes(false, 20, 0));
    EXPECT_EQ(bytes(true, 0, 20), bytes(true, 20, 0));
}

TEST(Opus, KeepsToWhatThePeerWants)
{
    EXPECT_LT(bytes_of(encode(48'000, {.bitrate_max = 12'000})) * 8, 14'000U);
    const Stream narrow = encode(48'000, {.bitrate = 32'000, .playback_rate = 8'000});
    for (const Bytes& packet : narrow.packets) {
        EXPECT_TRUE(packet[0] >> 3U < 4 || (packet[0] >> 3U >= 16 && packet[0] >> 3U < 20)) << "not narrow band";
    }
    const Stream constant = encode(48'000, {.bitrate = 32'000, .constant_bitrate = true});
    for (const Bytes& packet : constant.packets) {
        EXPECT_EQ(packet.size(), 80U);
    }
}

TEST(Opus, LessComplexityMakesAnotherStream)
{
    const Samples speech = support::make_speech(48'000, 960);
    OpusEncoding much{48'000, {.complexity = 10}};
    OpusEncoding little{48'000, {.complexity = 10}};
    little.limit_complexity(0);
    Bytes one(kOpusFrameBytesMax);
    Bytes other(kOpusFrameBytesMax);
    one.resize(much.encode(speech, one));
    other.resize(little.encode(speech, other));
    EXPECT_NE(one, other);
}

TEST(Opus, ConcealsAnyLength)
{
    OpusDecoding decoder{8'000};
    Samples out(163, Sample{77});
    decoder.conceal(out);
    EXPECT_EQ(peak(out), 0U) << "nothing was heard before";
    EXPECT_EQ(out.back(), 0) << "what is no whole step of 2.5 ms";
}

TEST(Opus, ShortFramesArePartedIntoPacketsOfTenMilliseconds)
{
    // Also where libopus would choose the bandwidth anew for each frame, as it does from complexity 7 on.
    for (const std::uint32_t rate : {8'000U, 16'000U, 48'000U}) {
        for (const std::uint32_t bitrate : {6'000U, 16'000U, 32'000U, 510'000U}) {
            for (const std::uint8_t complexity : {std::uint8_t{0}, std::uint8_t{10}}) {
                const Stream stream =
                    encode(rate, {.bitrate = bitrate, .complexity = complexity, .fec = true, .short_frames = true}, 20);
                OpusJoiner joiner;
                OpusDecoding together{rate};
                OpusDecoding apart{rate};
                const std::size_t half = frame_samples(rate) / 2;
                for (const Bytes& packet : stream.packets) {
                    ASSERT_EQ(opus_short_frames(packet), 2U) << rate << ' ' << bitrate;
                    Samples expected(2 * half);
                    Samples out(2 * half);
                    together.decode(packet, expected);
                    for (std::size_t i = 0; i < 2; ++i) {
                        Bytes part(kOpusFrameBytesMax);
                        part.resize(joiner.part(packet, i, part));
                        ASSERT_EQ(opus_samples(part), 480U);
                        apart.decode(part, std::span{out}.subspan(i * half, half));
                    }
                    ASSERT_EQ(out, expected) << rate << ' ' << bitrate;
                }
            }
        }
    }
}

TEST(Opus, ShortFramesAreThoseOfTenMilliseconds)
{
    EXPECT_EQ(opus_short_frames(Bytes{toc(18, 0), 1, 2}), 1U);
    EXPECT_EQ(opus_short_frames(Bytes{toc(18, 1), 1, 2}), 2U);
    EXPECT_EQ(opus_short_frames(Bytes{toc(17, 1), 1, 2}), 0U) << "5 ms";
    EXPECT_EQ(opus_short_frames(kOpusSilence), 0U) << "20 ms";
    EXPECT_EQ(opus_short_frames(Bytes{toc(18, 1), 1, 2, 3}), 0U) << "broken";
}

TEST(OpusJoiner, PartsNothingThatIsNotThere)
{
    Bytes room(kOpusFrameBytesMax);
    EXPECT_EQ(OpusJoiner{}.part(Bytes{toc(18, 1), 1, 2}, 2, room), 0U);
    EXPECT_EQ(OpusJoiner{}.part(Bytes{toc(18, 1), 1, 2}, 0, std::span{room}.first(1)), 0U);
}

TEST(OpusJoiner, JoinsFramesIntoOnePacketThatDecodesAlike)
{
    const Stream stream = encode(16'000, {.bitrate = 24'000});
    OpusJoiner joiner;
    OpusDecoding apart{16'000};
    OpusDecoding together{16'000};
    for (std::size_t i = 10; i + 3 <= 40; i += 3) {
        Bytes bytes;
        std::array<std::uint16_t, 3> sizes{};
        Samples expected(3 * 320);
        for (std::size_t k = 0; k < 3; ++k) {
            const Bytes& packet = stream.packets[i + k];
            ASSERT_TRUE(OpusJoiner::alike(stream.packets[i], packet));
            bytes.insert(bytes.end(), packet.begin(), packet.end());
            sizes[k] = static_cast<std::uint16_t>(packet.size());
            apart.decode(packet, std::span{expected}.subspan(k * 320, 320));
        }
        Bytes joined(1440);
        joined.resize(joiner.join(bytes, sizes, joined));
        ASSERT_EQ(opus_samples(joined), 3U * 960);
        Samples out(3 * 320);
        together.decode(joined, out);
        EXPECT_EQ(out, expected);
    }
}

TEST(OpusJoiner, GivesNothingWhereItDoesNotFit)
{
    const Stream stream = encode(16'000, {.bitrate = 24'000});
    Bytes bytes = stream.packets[10];
    bytes.insert(bytes.end(), stream.packets[11].begin(), stream.packets[11].end());
    const std::array sizes{static_cast<std::uint16_t>(stream.packets[10].size()),
                           static_cast<std::uint16_t>(stream.packets[11].size())};
    Bytes small(bytes.size() - 1);
    EXPECT_EQ(OpusJoiner{}.join(bytes, sizes, small), 0U);
}

RC_GTEST_PROP(OpusProperty, AnyPayloadIsMeasuredAndDecodedWithoutHarm, (Bytes payload))
{
    const std::size_t samples = opus_samples(payload);
    RC_ASSERT(samples <= 5760U);
    if (samples > 0) {
        OpusDecoding decoder{48'000};
        Samples out(samples);
        decoder.decode(payload, out);
        decoder.recover(payload, out);
    }
}

}  // namespace
}  // namespace rb::codecs
