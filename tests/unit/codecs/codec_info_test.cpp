// Goal: each codec is found by every name it has, and its sizes are those of its RFC.
// Method: the table by hand for one packet of each codec, each lookup there and not there.
#include "codecs/codec_info.h"

#include <gtest/gtest.h>

namespace rb::codecs {
namespace {

TEST(CodecInfo, KnowsTheSizesOfA20MsPacket)
{
    EXPECT_EQ(codec_info(CodecId::Pcmu).payload_bytes(20), 160U);
    EXPECT_EQ(codec_info(CodecId::Pcmu).clock_ticks(20), 160U);
    EXPECT_EQ(codec_info(CodecId::L16_48).payload_bytes(60), kPayloadBytesMax);
    // RFC 3551 §4.5.2: the clock says 8000, the samples are 16000.
    EXPECT_EQ(codec_info(CodecId::G722).payload_bytes(20), 160U);
    EXPECT_EQ(codec_info(CodecId::G722).clock_ticks(20), 160U);
    EXPECT_EQ(codec_info(CodecId::G722).samples(20), 320U);
    // RFC 7587 §4.1: the clock is that of 48 kHz, whatever is sent; the size varies.
    EXPECT_EQ(codec_info(CodecId::Opus).payload_bytes(20), 0U);
    EXPECT_EQ(codec_info(CodecId::Opus).clock_ticks(20), 960U);
    // RFC 3551 §4.5.6.
    EXPECT_EQ(codec_info(CodecId::G729).payload_bytes(20), 20U);
    EXPECT_EQ(codec_info(CodecId::G729).static_payload_type, 18);
}

TEST(CodecInfo, FindsEachCodecByEachOfItsNames)
{
    for (const CodecInfo& info : kCodecs) {
        EXPECT_EQ(codec_by_config_name(info.config_name), info.id);
        EXPECT_EQ(codec_by_rtpmap({info.encoding_name, info.clock_rate, info.channels}), info.id);
        if (info.static_payload_type) {
            EXPECT_EQ(codec_by_static_payload_type(*info.static_payload_type), info.id);
        }
    }
    EXPECT_EQ(codec_by_rtpmap({"pcMU", 8'000, 1}), CodecId::Pcmu);
    EXPECT_EQ(codec_by_rtpmap({"l16", 16'000, 1}), CodecId::L16_16);
    EXPECT_EQ(codec_by_rtpmap({"OPUS", 48'000, 2}), CodecId::Opus);
}

TEST(CodecInfo, FindsNothingForWhatItDoesNotHave)
{
    EXPECT_FALSE(codec_by_config_name("ULAW"));
    EXPECT_FALSE(codec_by_config_name(""));
    EXPECT_FALSE(codec_by_rtpmap({"PCMU", 16'000, 1}));
    EXPECT_FALSE(codec_by_rtpmap({"L16", 48'000, 2}));
    EXPECT_FALSE(codec_by_rtpmap({"PCM", 8'000, 1}));
    EXPECT_FALSE(codec_by_rtpmap({"opus", 48'000, 1}));  // RFC 7587 §7: it must say 2
    EXPECT_FALSE(codec_by_static_payload_type(10));      // L16 in stereo at 44.1 kHz
}

}  // namespace
}  // namespace rb::codecs
