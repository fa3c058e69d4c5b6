// Goal: Decoder and Encoder treat every codec alike: sizes as the table says, refusals named, silence silent.
// Method: each codec through the same cases; any payload as a property.
#include "codecs/decoder.h"

#include "codecs/comfort.h"
#include "codecs/encoder.h"
#include "codecs/level.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace rb::codecs {
namespace {

using Samples = std::vector<Sample>;
using Bytes = std::vector<std::uint8_t>;

Bytes encoded(Encoder& encoder, const Samples& samples)
{
    Bytes payload(kPayloadBytesMax);
    payload.resize(encoder.encode(samples, payload));
    return payload;
}

TEST(Decoder, GivesAsManySamplesAsThePacketLasts)
{
    for (const CodecInfo& info : kCodecs) {
        for (const std::uint32_t ms : {10U, 20U, 30U, 60U}) {
            if (info.passed_only || ms % info.unit_ms != 0 || (info.id == CodecId::Adpcm && ms != 20)) {
                continue;  // not one packet of this codec
            }
            Encoder encoder{info.id};
            Decoder decoder{info.id};
            const Samples samples(info.samples(ms));
            const Bytes payload = encoded(encoder, samples);
            if (info.unit_bytes != 0) {
                EXPECT_EQ(payload.size(), info.payload_bytes(ms)) << info.config_name;
            }
            Samples out(kPacketSamplesMax);
            EXPECT_EQ(decoder.decode(payload, out), info.samples(ms)) << info.config_name;
            EXPECT_EQ(samples_in_payload(info.id, payload), info.samples(ms)) << info.config_name;
        }
    }
}

TEST(Decoder, RefusesNothingAtAll)
{
    Samples out(160);
    EXPECT_EQ(Decoder{CodecId::Pcmu}.decode({}, out).error(), Drop::TooShort);
}

TEST(Decoder, RefusesHalfASample)
{
    Samples out(160);
    EXPECT_EQ(Decoder{CodecId::L16_8}.decode(Bytes(3), out).error(), Drop::BadLength);
}

TEST(Decoder, RefusesMoreThanFits)
{
    Samples out(160);
    EXPECT_TRUE(Decoder{CodecId::Pcmu}.decode(Bytes(160), out));
    EXPECT_EQ(Decoder{CodecId::Pcmu}.decode(Bytes(161), out).error(), Drop::BadLength);
    EXPECT_EQ(Decoder{CodecId::G722}.decode(Bytes(81), out).error(), Drop::BadLength);
}

TEST(Decoder, ForgetsWhatItHeardWhenReset)
{
    for (const CodecInfo& info : kCodecs) {
        if (info.passed_only) {
            continue;
        }
        Decoder used{info.id};
        Decoder fresh{info.id};
        Samples out(info.samples(20));
        Samples expected(info.samples(20));
        Encoder encoder{info.id};
        const Bytes payload = encoded(encoder, support::make_speech(info.sample_rate, info.samples(20)));
        ASSERT_TRUE(used.decode(payload, out));
        used.reset();
        ASSERT_TRUE(used.decode(payload, out));
        ASSERT_TRUE(fresh.decode(payload, expected));
        EXPECT_EQ(out, expected) << info.config_name;
        used.reset();
        used.conceal(out);
        EXPECT_EQ(peak(out), 0U) << info.config_name;
    }
}

TEST(Encoder, ForgetsWhatItSentWhenReset)
{
    for (const CodecInfo& info : kCodecs) {
        Encoder used{info.id};
        Encoder fresh{info.id};
        const Samples loud(info.samples(20), 9'000);
        static_cast<void>(encoded(used, loud));
        used.reset();
        EXPECT_EQ(encoded(used, loud), encoded(fresh, loud)) << info.config_name;
    }
}

TEST(EncoderDeath, PartOfAMillisecondIsAProgrammerError)
{
    Bytes out(160);
    EXPECT_DEATH(static_cast<void>(Encoder{CodecId::Pcmu}.encode(Samples(81), out)), "assertion failed");
}

TEST(EncoderDeath, TooLittleRoomIsAProgrammerError)
{
    Bytes out(159);
    EXPECT_DEATH(static_cast<void>(Encoder{CodecId::Pcmu}.encode(Samples(160), out)), "assertion failed");
}

TEST(Comfort, SilenceAfterSpeechDecodesToSilence)
{
    for (const CodecInfo& info : kCodecs) {
        if (info.passed_only) {
            continue;
        }
        Encoder encoder{info.id};
        Decoder decoder{info.id};
        const auto speech = support::make_speech(info.sample_rate, info.samples(60));
        Samples out(info.samples(20));
        for (std::size_t at = 0; at < speech.size(); at += out.size()) {
            const Samples frame(speech.begin() + static_cast<std::ptrdiff_t>(at),
                                speech.begin() + static_cast<std::ptrdiff_t>(at + out.size()));
            ASSERT_TRUE(decoder.decode(encoded(encoder, frame), out));
        }
        Bytes room(kPayloadBytesMax);
        const auto silence = write_silence(info.id, room);
        for (int packet = 0; packet < 15; ++packet) {
            EXPECT_EQ(decoder.decode(silence, out), info.samples(20)) << info.config_name;
        }
        EXPECT_LE(level_dbov(out), -54) << info.config_name;
    }
}

// RFC 3551 §4.5.6: frames of ten bytes for 10 ms, and two bytes of comfort noise after the last.
TEST(PassedOnly, G729IsSilenceOfTheLengthItsPacketsHave)
{
    for (const auto& [bytes, samples] : {std::pair{20U, 160U}, {10U, 80U}, {60U, 480U}, {2U, 80U}, {22U, 240U}}) {
        Bytes payload(bytes, 0xa5);
        Samples out(kPacketSamplesMax, 9'000);
        EXPECT_EQ(samples_in_payload(CodecId::G729, payload), samples) << bytes;
        EXPECT_EQ(Decoder{CodecId::G729}.decode(payload, out), samples) << bytes;
        EXPECT_EQ(peak(std::span{out}.first(samples)), 0U) << bytes;
    }
    for (const std::size_t bytes : {1U, 8U, 11U, 15U, 23U}) {
        EXPECT_EQ(samples_in_payload(CodecId::G729, Bytes(bytes)), 0U) << bytes;
    }
    Decoder decoder{CodecId::G729};
    Samples out(160, 9'000);
    ASSERT_TRUE(decoder.decode(Bytes(20, 0x5a), out));
    decoder.conceal(out);
    EXPECT_EQ(peak(out), 0U);
}

TEST(PassedOnly, NothingIsEncoded)
{
    Bytes room(kPayloadBytesMax, 0xee);
    EXPECT_EQ(Encoder{CodecId::G729}.encode(Samples(160, 9'000), room), 0U);
    EXPECT_TRUE(write_silence(CodecId::G729, room).empty());
    EXPECT_EQ(room, Bytes(kPayloadBytesMax, 0xee));
    EXPECT_EQ(payload_magnitude(CodecId::G729, Bytes(20, 0x5a)), 0U);
}

RC_GTEST_PROP(DecoderProperty, AnyPayloadIsDecodedOrRefused, (Bytes payload))
{
    for (const CodecInfo& info : kCodecs) {
        Decoder decoder{info.id};
        Samples out(320);
        const auto decoded = decoder.decode(payload, out);
        if (decoded) {
            RC_ASSERT(*decoded == samples_in_payload(info.id, payload));
        }
    }
}

RC_GTEST_PROP(DecoderProperty, L16IsExact, (Samples samples))
{
    samples.resize(samples.size() / 8 * 8);
    Bytes payload(samples.size() * 2);
    Samples out(samples.size());
    RC_ASSERT(Encoder{CodecId::L16_8}.encode(samples, payload) == payload.size());
    if (!samples.empty()) {
        RC_ASSERT(Decoder{CodecId::L16_8}.decode(payload, out).has_value());
    }
    RC_ASSERT(out == samples);
}

}  // namespace
}  // namespace rb::codecs
