// Goal: what a peer says of its Opus is understood as RFC 7587 means it, and we send nothing it did not want.
// Method: lines as phones and browsers write them, each parameter in and out of its range, then the round trip as a
// property; the two sides' wishes as a table.
#include "control/engine/opus_fmtp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::engine {
namespace {

TEST(OpusFmtp, IsReadAsPeersWriteIt)
{
    EXPECT_EQ(parse_opus_fmtp(""), OpusFmtp{});
    EXPECT_EQ(parse_opus_fmtp("minptime=10;useinbandfec=1"), (OpusFmtp{.fec = true}));
    EXPECT_EQ(parse_opus_fmtp("maxplaybackrate=16000; sprop-maxcapturerate=16000; maxaveragebitrate=20000; stereo=1; "
                              "useinbandfec=1; usedtx=0"),
              (OpusFmtp{.max_average_bitrate = 20'000, .max_playback_rate = 16'000, .fec = true}));
    EXPECT_EQ(parse_opus_fmtp("CBR=1;UseDTX=1"), (OpusFmtp{.constant_bitrate = true, .dtx = true}));
}

TEST(OpusFmtp, ValuesOutsideTheirRangeAreBroughtIntoIt)
{
    EXPECT_EQ(parse_opus_fmtp("maxaveragebitrate=1").max_average_bitrate, 6'000U);
    EXPECT_EQ(parse_opus_fmtp("maxaveragebitrate=4000000000").max_average_bitrate, 510'000U);
    EXPECT_EQ(parse_opus_fmtp("maxplaybackrate=0").max_playback_rate, 8'000U);
    EXPECT_EQ(parse_opus_fmtp("maxplaybackrate=96000").max_playback_rate, 48'000U);
}

TEST(OpusFmtp, WhatIsNoValueIsNotSaid)
{
    for (const char* const text :
         {"cbr", "cbr=", "cbr=yes", "cbr=2", "cbr=-1", "=1", ";;;", "cbr 1", "99999999999=1"}) {
        EXPECT_EQ(parse_opus_fmtp(text), OpusFmtp{}) << text;
    }
}

TEST(OpusFmtp, OnlyWhatDiffersFromTheDefaultsIsWritten)
{
    EXPECT_EQ(write_opus_fmtp({}), "");
    EXPECT_EQ(write_opus_fmtp({.max_average_bitrate = 24'000,
                               .max_playback_rate = 16'000,
                               .constant_bitrate = true,
                               .fec = true,
                               .dtx = true}),
              "maxplaybackrate=16000;maxaveragebitrate=24000;cbr=1;useinbandfec=1;usedtx=1");
}

RC_GTEST_PROP(OpusFmtpProperty, WhatIsWrittenIsReadBack, (bool cbr, bool fec, bool dtx))
{
    const OpusFmtp fmtp{.max_average_bitrate = *rc::gen::oneOf(rc::gen::just(0U), rc::gen::inRange(6'000U, 510'001U)),
                        .max_playback_rate = *rc::gen::inRange(8'000U, 48'001U),
                        .constant_bitrate = cbr,
                        .fec = fec,
                        .dtx = dtx};
    RC_ASSERT(parse_opus_fmtp(write_opus_fmtp(fmtp)) == fmtp);
}

TEST(OpusOptions, FecAndDtxNeedBothSidesAConstantRateEither)
{
    for (unsigned wishes = 0; wishes < 4; ++wishes) {
        const bool ours = (wishes & 1U) != 0;
        const bool theirs = (wishes & 2U) != 0;
        const auto options = opus_options({.fec = ours, .dtx = ours, .cbr = ours},
                                          {.constant_bitrate = theirs, .fec = theirs, .dtx = theirs});
        EXPECT_EQ(options.fec, ours && theirs);
        EXPECT_EQ(options.dtx, ours && theirs);
        EXPECT_EQ(options.constant_bitrate, ours || theirs);
    }
}

TEST(OpusOptions, TheNarrowestBandwidthCounts)
{
    EXPECT_EQ(opus_options({}, {}).playback_rate, 48'000U);
    EXPECT_EQ(opus_options({}, {.max_playback_rate = 16'000}).playback_rate, 16'000U);
    EXPECT_EQ(opus_options({.max_playback_rate = 24'000}, {}).playback_rate, 24'000U);
    // Between two, what is encoded is the wider; who is sent the same is to be told apart by nothing.
    EXPECT_EQ(opus_options({}, {.max_playback_rate = 44'100}), opus_options({}, {}));
    EXPECT_EQ(opus_options({}, {.max_playback_rate = 11'025}).playback_rate, 12'000U);
    EXPECT_EQ(opus_options({.max_bandwidth = config::OpusBandwidth::Narrow}, {}).playback_rate, 8'000U);
    EXPECT_EQ(opus_options({.max_bandwidth = config::OpusBandwidth::Medium}, {}).playback_rate, 12'000U);
}

}  // namespace
}  // namespace rb::engine
