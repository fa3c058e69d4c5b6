// Goal: the wide loops of G.711 equal the scalar definition for every input, at every length.
// Method: all codes and all samples against the segment search written out; lengths as a property.
#include "codecs/g711.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <vector>

namespace rb::codecs {
namespace {

/// µ-law by looking for the segment: ITU-T G.711 table 2a.
std::uint8_t reference_ulaw(Sample sample)
{
    const int biased = std::min(std::abs(int{sample}) + 132, 32767);
    int segment = 7;
    while (segment > 0 && biased < 128 << segment) {
        --segment;
    }
    const int code = segment << 4 | (biased >> (segment + 3) & 0x0f);
    return static_cast<std::uint8_t>(~(code | (sample < 0 ? 0x80 : 0)));
}

/// A-law likewise: table 1a.
std::uint8_t reference_alaw(Sample sample)
{
    const int magnitude = (sample < 0 ? ~sample : sample) >> 4;
    int segment = 7;
    while (segment > 0 && magnitude < 8 << segment) {
        --segment;
    }
    const int step = segment > 1 ? magnitude >> (segment - 1) & 0x0f : magnitude & 0x0f;
    return static_cast<std::uint8_t>((segment << 4 | step | (sample < 0 ? 0 : 0x80)) ^ 0x55);
}

std::vector<Sample> all_samples()
{
    std::vector<Sample> samples(65'536);
    std::iota(samples.begin(), samples.end(), Sample{-32768});
    return samples;
}

std::vector<std::uint8_t> all_codes()
{
    std::vector<std::uint8_t> codes(256);
    std::iota(codes.begin(), codes.end(), std::uint8_t{0});
    return codes;
}

TEST(G711, CompressesEverySampleAsTheDefinition)
{
    const auto samples = all_samples();
    std::vector<std::uint8_t> ulaw(samples.size());
    std::vector<std::uint8_t> alaw(samples.size());
    encode_ulaw(samples, ulaw);
    encode_alaw(samples, alaw);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        ASSERT_EQ(ulaw[i], reference_ulaw(samples[i])) << samples[i];
        ASSERT_EQ(alaw[i], reference_alaw(samples[i])) << samples[i];
    }
}

TEST(G711, ExpandsEveryCodeAsTheDefinition)
{
    const auto codes = all_codes();
    std::vector<Sample> ulaw(codes.size());
    std::vector<Sample> alaw(codes.size());
    decode_ulaw(codes, ulaw);
    decode_alaw(codes, alaw);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        ASSERT_EQ(ulaw[i], expand_ulaw(codes[i])) << i;
        ASSERT_EQ(alaw[i], expand_alaw(codes[i])) << i;
    }
}

TEST(G711, ACodeExpandedAndCompressedIsItself)
{
    for (const std::uint8_t code : all_codes()) {
        EXPECT_EQ(reference_alaw(expand_alaw(code)), code);
        // µ-law has two zeros; the negative one becomes the positive.
        EXPECT_EQ(reference_ulaw(expand_ulaw(code)), code == 0x7f ? 0xff : code);
    }
}

RC_GTEST_PROP(G711Property, EveryLengthGivesTheSameAsOneByOne, (std::vector<Sample> samples))
{
    std::vector<std::uint8_t> ulaw(samples.size());
    std::vector<std::uint8_t> alaw(samples.size());
    encode_ulaw(samples, ulaw);
    encode_alaw(samples, alaw);
    std::vector<Sample> from_ulaw(samples.size());
    std::vector<Sample> from_alaw(samples.size());
    decode_ulaw(ulaw, from_ulaw);
    decode_alaw(alaw, from_alaw);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        RC_ASSERT(from_ulaw[i] == expand_ulaw(reference_ulaw(samples[i])));
        RC_ASSERT(from_alaw[i] == expand_alaw(reference_alaw(samples[i])));
    }
}

TEST(G711Death, SpansOfTwoLengthsAreAProgrammerError)
{
    std::vector<Sample> samples(2);
    std::vector<std::uint8_t> codes(1);
    EXPECT_DEATH(decode_ulaw(codes, samples), "assertion failed");
    EXPECT_DEATH(encode_alaw(samples, codes), "assertion failed");
}

}  // namespace
}  // namespace rb::codecs
