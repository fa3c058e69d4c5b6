// Goal: the attributes of a fax are read as peers write them, and written as annex D of T.38 has them.
// Method: the usual lines by hand, spellings of other vendors, what is not understood, then the round trip as a
// property.
#include "signaling/t38.h"

#include "signaling/sdp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

const std::string kHead = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

T38 t38_of(const std::string& attributes, const std::string& media = "m=image 4000 udptl t38\r\n")
{
    const auto parsed = parse_sdp(kHead + media + attributes);
    EXPECT_TRUE(parsed);
    return parsed ? parsed->media.at(0).t38 : T38{};
}

TEST(T38, ReadsWhatAFaxMachineSays)
{
    const T38 t38 = t38_of(
        "a=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\na=T38FaxFillBitRemoval\r\na=T38FaxRateManagement:"
        "transferredTCF\r\n"
        "a=T38FaxMaxBuffer:2000\r\na=T38FaxMaxDatagram:400\r\na=T38FaxMaxIFP:40\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n");
    EXPECT_EQ(t38, (T38{.version = 0,
                        .max_bit_rate = 14400,
                        .rate_management = T38RateManagement::TransferredTcf,
                        .max_buffer = 2000,
                        .max_datagram = 400,
                        .max_ifp = 40,
                        .error_correction = T38ErrorCorrection::Redundancy,
                        .fill_bit_removal = true}));
}

TEST(T38, ReadsOtherSpellings)
{
    EXPECT_EQ(t38_of("a=T38maxBitRate: 9600 \r\n").max_bit_rate, 9600U);
    EXPECT_FALSE(t38_of("a=T38FaxFillBitRemoval:0\r\n").fill_bit_removal);
    EXPECT_TRUE(t38_of("a=T38FaxTranscodingMMR:1\r\n").transcoding_mmr);
    EXPECT_TRUE(t38_of("a=T38FaxTranscodingJBIG\r\n").transcoding_jbig);
    EXPECT_EQ(t38_of("a=t38faxudpec:T38UDPFEC\r\n").error_correction, T38ErrorCorrection::Fec);
    EXPECT_EQ(t38_of("a=T38FaxUdpEC:t38UDPNoEC\r\n").error_correction, T38ErrorCorrection::None);
    EXPECT_EQ(t38_of("a=T38FaxRateManagement:LOCALTCF\r\n").rate_management, T38RateManagement::LocalTcf);
    EXPECT_EQ(t38_of("a=T38FaxVersion:3\r\n", "m=image 4000 UDPTL t38\r\n").version, 3U);
}

TEST(T38, LeavesOutWhatIsNotUnderstood)
{
    EXPECT_EQ(t38_of("a=T38FaxVersion:x\r\na=T38MaxBitRate:99999999999\r\na=T38FaxUdpEC:b\ra=setup:active\r\n"
                     "a=T38VendorInfo:0 0 0\r\na=T38FaxMaxBuffer\r\na=T38FaxRateManagement:\r\n"),
              T38{});
    EXPECT_EQ(t38_of("a=T38FaxVersion:0\r\n", "m=audio 4000 RTP/AVP 0\r\n"), T38{}) << "of a fax alone";
    EXPECT_EQ(t38_of("a=T38FaxVersion:0\r\n", "m=image 4000 tcp t38\r\n"), T38{}) << "of UDPTL alone";
}

TEST(T38, WritesItsLinesInOneOrder)
{
    std::string text;
    write_t38(text, {});
    EXPECT_EQ(text, "");
    write_t38(text, {.version = 0,
                     .rate_management = T38RateManagement::TransferredTcf,
                     .max_datagram = 400,
                     .error_correction = T38ErrorCorrection::Redundancy,
                     .transcoding_mmr = true});
    EXPECT_EQ(text,
              "a=T38FaxVersion:0\r\na=T38FaxMaxDatagram:400\r\na=T38FaxTranscodingMMR\r\n"
              "a=T38FaxRateManagement:transferredTCF\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n");
}

RC_GTEST_PROP(T38Property, ReadingIsTheInverseOfWriting, ())
{
    const auto number = [] {
        return *rc::gen::arbitrary<bool>() ? std::optional{*rc::gen::arbitrary<std::uint32_t>()} : std::nullopt;
    };
    const T38 sent{.version = number(),
                   .max_bit_rate = number(),
                   .rate_management = static_cast<T38RateManagement>(*rc::gen::inRange(0, 2)),
                   .max_buffer = number(),
                   .max_datagram = number(),
                   .max_ifp = number(),
                   .error_correction = static_cast<T38ErrorCorrection>(*rc::gen::inRange(0, 3)),
                   .fill_bit_removal = *rc::gen::arbitrary<bool>(),
                   .transcoding_mmr = *rc::gen::arbitrary<bool>(),
                   .transcoding_jbig = *rc::gen::arbitrary<bool>()};
    std::string text;
    write_t38(text, sent);
    RC_ASSERT(t38_of(text) == sent);
}

}  // namespace
}  // namespace rb::sip
