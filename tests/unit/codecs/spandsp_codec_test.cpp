// Goal: the older codecs lie in their packets as RFC 3551 says, and nothing a peer sends leads outside their tables.
// Method: sizes and packings by hand, each refusal once, any payload as a property; that they agree with other
// implementations is for tests/golden.
#include "codecs/spandsp_codec.h"

#include "codecs/comfort.h"
#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "support/audio_metrics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace rb::codecs {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Samples = std::vector<Sample>;

constexpr std::array kAll{CodecId::Gsm,     CodecId::G726,        CodecId::G726Aal2,    CodecId::G726_16,
                          CodecId::G726_24, CodecId::G726Aal2_16, CodecId::G726Aal2_24, CodecId::Adpcm};

TEST(SpandspCodec, MeasuresPayloads)
{
    EXPECT_EQ(spandsp_samples(CodecId::Gsm, Bytes(66)), 320U);
    EXPECT_EQ(spandsp_samples(CodecId::Gsm, Bytes(65)), 0U) << "half a frame";
    EXPECT_EQ(spandsp_samples(CodecId::G726, Bytes(80)), 160U);
    EXPECT_EQ(spandsp_samples(CodecId::G726_16, Bytes(41)), 164U);
    EXPECT_EQ(spandsp_samples(CodecId::G726_24, Bytes(60)), 160U);
    EXPECT_EQ(spandsp_samples(CodecId::G726Aal2_24, Bytes(61)), 0U) << "half a code";
    EXPECT_EQ(spandsp_samples(CodecId::Adpcm, Bytes(84)), 160U);
    EXPECT_EQ(spandsp_samples(CodecId::Adpcm, Bytes(4)), 0U) << "nothing behind the header";
}

TEST(SpandspCodec, AStepOfDvi4OutsideItsTableIsRefused)
{
    Bytes payload(84);
    payload[2] = 88;
    EXPECT_EQ(spandsp_samples(CodecId::Adpcm, payload), 160U);
    payload[2] = 89;
    EXPECT_EQ(spandsp_samples(CodecId::Adpcm, payload), 0U);
    Samples out(160);
    EXPECT_EQ(Decoder{CodecId::Adpcm}.decode(payload, out).error(), Drop::BadLength);
}

TEST(SpandspCodec, TheTwoPackingsOfG726DifferInTheOrderOfNibblesAlone)
{
    const auto speech = support::make_speech(8'000, 1'600);
    Bytes rfc(800);
    Bytes aal2(800);
    EXPECT_EQ(Encoder{CodecId::G726}.encode(speech, rfc), rfc.size());
    EXPECT_EQ(Encoder{CodecId::G726Aal2}.encode(speech, aal2), aal2.size());
    EXPECT_NE(rfc, aal2);
    std::ranges::transform(aal2, aal2.begin(),
                           [](std::uint8_t byte) { return static_cast<std::uint8_t>(byte << 4U | byte >> 4U); });
    EXPECT_EQ(rfc, aal2);
}

TEST(SpandspCodec, SilenceOfGsmIsWhatZerosBecome)
{
    Encoder encoder{CodecId::Gsm};
    Bytes payload(33);
    Bytes room(33);
    EXPECT_EQ(encoder.encode(Samples(160), payload), payload.size());
    const auto silence = write_silence(CodecId::Gsm, room);
    EXPECT_EQ(Bytes(silence.begin(), silence.end()), payload);
}

TEST(SpandspCodec, TheHeaderOfDvi4CarriesTheStateFromPacketToPacket)
{
    const auto speech = support::make_speech(8'000, 320);
    Encoder encoder{CodecId::Adpcm};
    Bytes first(84);
    Bytes second(84);
    EXPECT_EQ(encoder.encode(std::span{speech}.first(160), first), first.size());
    EXPECT_EQ(encoder.encode(std::span{speech}.last(160), second), second.size());
    Samples followed(160);
    Samples alone(160);
    Decoder decoder{CodecId::Adpcm};
    ASSERT_TRUE(decoder.decode(first, followed));
    ASSERT_TRUE(decoder.decode(second, followed));
    ASSERT_TRUE(Decoder{CodecId::Adpcm}.decode(second, alone));
    EXPECT_EQ(followed, alone) << "a lost packet costs itself and no more";
}

RC_GTEST_PROP(SpandspCodecProperty, AnyPayloadIsDecodedOrRefused, (Bytes payload))
{
    for (const CodecId codec : kAll) {
        Decoder decoder{codec};
        Samples out(payload.size() * 10);
        const auto decoded = decoder.decode(payload, out);
        RC_ASSERT(decoded.has_value() == (samples_in_payload(codec, payload) > 0));
    }
}

}  // namespace
}  // namespace rb::codecs
