// Goal: read_crypto takes the lines RFC 4568 allows and we can honour, passes over all others, and write_crypto is its
// inverse.
// Method: the RFC's own example, each refusal once, then the round trip as a property.
#include "signaling/sdes.h"

#include "signaling/sdp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

const std::string kKey = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";  // 30 bytes

TEST(Sdes, ReadsTheExampleOfTheRfc)
{
    const auto crypto = read_crypto("1 AES_CM_128_HMAC_SHA1_80 " + kKey + "|2^20");
    ASSERT_TRUE(crypto);
    EXPECT_EQ(crypto->tag, 1U);
    EXPECT_EQ(crypto->key.suite, SrtpSuite::AesCm128HmacSha1_80);
    EXPECT_EQ(crypto->lifetime, 1U << 20U);
    const std::string secret{crypto->key.used().begin(), crypto->key.used().end()};
    EXPECT_EQ(secret, "wDfvg&T+)xG7@fb5jU,RaA}\\|p0%*#");
}

TEST(Sdes, TakesWhatDiffersInFormOnly)
{
    for (const std::string& line :
         {"1 AES_CM_128_HMAC_SHA1_80 " + kKey, "007 AES_CM_128_HMAC_SHA1_80 " + kKey + "|1048576",
          "1  AES_CM_128_HMAC_SHA1_80\t" + kKey + " WSH=64", "1 AES_CM_128_HMAC_SHA1_80 " + kKey + " -FOO=1 WSH=128",
          "1 AES_CM_128_HMAC_SHA1_32 INLINE:" + kKey.substr(7)}) {
        EXPECT_TRUE(read_crypto(line)) << line;
    }
    const auto padded = read_crypto("1 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==");
    const auto bare = read_crypto("1 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw");
    ASSERT_TRUE(padded && bare);
    EXPECT_EQ(*padded, *bare);
    EXPECT_EQ(padded->key.bytes[27], 27);
    EXPECT_EQ(padded->key.bytes[28], 0);
    const std::string long_key = "inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLQ==";
    for (const std::string& line : {"1 AES_CM_256_HMAC_SHA1_80 " + long_key, "1 AES_CM_256_HMAC_SHA1_32 " + long_key,
                                    "1 AES_256_CM_HMAC_SHA1_80 " + long_key}) {
        ASSERT_TRUE(read_crypto(line)) << line;
        EXPECT_EQ(write_crypto(*read_crypto(line)), line) << "it goes on being called so";
    }
}

TEST(Sdes, PassesOverWhatCannotBeUsed)
{
    for (const std::string& line :
         {std::string{},
          std::string{"1"},
          std::string{"1 AES_CM_128_HMAC_SHA1_80"},
          "x AES_CM_128_HMAC_SHA1_80 " + kKey,
          "-1 AES_CM_128_HMAC_SHA1_80 " + kKey,
          "1234567890 AES_CM_128_HMAC_SHA1_80 " + kKey,
          "1 F8_128_HMAC_SHA1_80 " + kKey,
          "1 AES_256_CM_HMAC_SHA1_80 " + kKey,
          "1 AEAD_AES_128_GCM " + kKey,
          "1 AES_CM_128_HMAC_SHA1_80 uri:" + kKey.substr(7),
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + "AA",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey.substr(0, 46),
          std::string{"1 AES_CM_128_HMAC_SHA1_80 inline:d0Rmdmcm*CspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"},
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + "|2^49",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + "|0",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + "|x",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + "|1:4",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + "|2^20|1:4",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + ';' + kKey,
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + " UNENCRYPTED_SRTP",
          "1 AES_CM_128_HMAC_SHA1_80 " + kKey + " KDR=1"}) {
        EXPECT_FALSE(read_crypto(line)) << line;
    }
}

TEST(Sdes, ADescriptionKeepsTheLinesThatCanBeUsed)
{
    const auto parsed = parse_sdp(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\na=crypto:9 AES_CM_128_HMAC_SHA1_80 " +
        kKey + "\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:1 F8_128_HMAC_SHA1_80 " + kKey +
        "\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 " + kKey + "\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 " + kKey +
        "\r\na=crypto:3 AES_CM_128_HMAC_SHA1_32 " + kKey + "\r\n");
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->media[0].crypto.size(), 2U);
    EXPECT_EQ(parsed->media[0].crypto[0].tag, 2U);
    EXPECT_EQ(parsed->media[0].crypto[0].key.suite, SrtpSuite::AesCm128HmacSha1_80);
    EXPECT_EQ(parsed->media[0].crypto[1].tag, 3U);
    EXPECT_EQ(*parse_sdp(write_sdp(*parsed)), *parsed);
}

RC_GTEST_PROP(Sdes, WhatIsWrittenIsReadBack, ())
{
    SdpCrypto crypto{.tag = *rc::gen::inRange(0U, 999'999'999U)};
    crypto.key.suite = static_cast<SrtpSuite>(*rc::gen::inRange(0, static_cast<int>(kSrtpSuites)));
    for (std::uint8_t& byte : crypto.key.used()) {
        byte = *rc::gen::arbitrary<std::uint8_t>();
    }
    crypto.lifetime = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48U);
    crypto.old_name = !srtp_suite_info(crypto.key.suite).old_name.empty() && *rc::gen::arbitrary<bool>();
    RC_ASSERT(read_crypto(write_crypto(crypto)) == std::optional{crypto});
}

}  // namespace
}  // namespace rb::sip
