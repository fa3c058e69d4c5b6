// Goal: profile and keys follow RFC 4568 in offer and answer, for each of no, optional and required encryption.
// Method: every policy against every kind of offer; then whole exchanges between two of our own ends.
#include "signaling/media_security.h"

#include "signaling/media_exchange.h"
#include "signaling/offer_answer.h"

#include <gtest/gtest.h>

#include <array>

namespace rb::sip {
namespace {

using enum SrtpSuite;

const std::string kKey30 = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
const std::string kKey28 = "inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==";
const std::string kCm80 = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + kKey30 + "\r\n";
const std::string kGcm = "a=crypto:2 AEAD_AES_128_GCM " + kKey28 + "\r\n";
const std::string kGcmFirst = "a=crypto:1 AEAD_AES_128_GCM " + kKey28 + "\r\n";

SrtpKey key(SrtpSuite suite, std::uint8_t fill)
{
    SrtpKey made{.suite = suite};
    std::fill(made.used().begin(), made.used().end(), fill);
    return made;
}

LocalMedia local(MediaSecurity security, std::uint8_t fill = 1)
{
    LocalMedia media{
        .rtp = *parse_address("198.51.100.1:20000"),
        .capabilities = {
            .formats = {{.encoding = "PCMU"}}, .security = security, .suites = {AeadAes128Gcm, AesCm128HmacSha1_80}}};
    if (security != MediaSecurity::None) {
        media.srtp_keys = {key(AeadAes128Gcm, fill), key(AesCm128HmacSha1_80, fill)};
    }
    return media;
}

SessionDescription offer(const std::string& protocol, const std::string& lines)
{
    return *parse_sdp("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 " +
                      protocol + " 0\r\n" + lines);
}

/// "plain", the suite agreed, or the refusal.
std::string outcome(MediaSecurity security, const SessionDescription& offered)
{
    const auto made = answer(offered, local(security));
    if (!made) {
        return std::to_string(made.error().code) + ' ' + std::to_string(made.error().warning);
    }
    const SdpMedia& line = made->description.media[0];
    EXPECT_EQ(line.protocol, offered.media[0].protocol);
    EXPECT_EQ(made->media.srtp.has_value(), line.crypto.size() == 1);
    return made->media.srtp ? std::string{srtp_suite_info(made->media.srtp->suite).name} : "plain";
}

TEST(MediaSecurity, AnswersEachOfferAsItsPolicySays)
{
    const std::array rows{
        std::tuple{"RTP/AVP", std::string{}, "plain", "plain", "488 302"},
        std::tuple{"RTP/AVPF", std::string{}, "plain", "plain", "488 302"},
        std::tuple{"RTP/AVP", kCm80, "plain", "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_80"},
        std::tuple{"RTP/SAVP", kCm80, "488 302", "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_80"},
        std::tuple{"RTP/SAVPF", kCm80 + kGcm, "488 302", "AEAD_AES_128_GCM", "AEAD_AES_128_GCM"},
        std::tuple{"RTP/SAVP", std::string{}, "488 302", "488 302", "488 302"},
        std::tuple{"RTP/SAVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 " + kKey30 + "\r\n", "488 302", "488 302",
                   "488 302"},
        std::tuple{"RTP/AVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 " + kKey30 + "\r\n", "plain", "plain", "488 302"},
        std::tuple{"UDP/TLS/RTP/SAVP", kCm80, "488 302", "488 302", "488 302"},
    };
    for (const auto& [protocol, lines, none, optional, required] : rows) {
        const auto offered = offer(protocol, lines);
        EXPECT_EQ(outcome(MediaSecurity::None, offered), none) << protocol << lines;
        EXPECT_EQ(outcome(MediaSecurity::Optional, offered), optional) << protocol << lines;
        EXPECT_EQ(outcome(MediaSecurity::Required, offered), required) << protocol << lines;
    }
}

TEST(MediaSecurity, AnAnswerHasTheTagOfTheOfferAndAKeyOfItsOwn)
{
    const auto made = answer(offer("RTP/SAVP", kCm80 + kGcm), local(MediaSecurity::Required));
    ASSERT_TRUE(made);
    ASSERT_EQ(made->description.media[0].crypto.size(), 1U);
    EXPECT_EQ(made->description.media[0].crypto[0].tag, 2U);
    EXPECT_EQ(made->description.media[0].crypto[0].key, key(AeadAes128Gcm, 1));
    EXPECT_EQ(made->media.srtp->bytes[5], 5);  // the peer's
}

TEST(MediaSecurity, AnAnswerCallsTheSuiteAsTheOfferDoes)
{
    const std::string secret = " inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLQ==";
    LocalMedia media = local(MediaSecurity::Required);
    media.capabilities.suites = {SrtpSuite::AesCm256HmacSha1_80};
    media.srtp_keys = {key(SrtpSuite::AesCm256HmacSha1_80, 1)};
    for (const std::string name : {"AES_CM_256_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80"}) {
        const auto made = answer(offer("RTP/SAVP", "a=crypto:1 " + name + secret + "\r\n"), media);
        ASSERT_TRUE(made) << name;
        const std::string text = LocalDescription{1}.publish(made->description);
        EXPECT_NE(text.find("a=crypto:1 " + name + ' '), std::string::npos) << text;
    }
}

TEST(MediaSecurity, OffersUseTheProfileOfTheirPolicy)
{
    const auto protocol = [](MediaSecurity security, bool avpf) {
        LocalMedia media = local(security);
        media.capabilities.avpf = avpf;
        return make_offer(media, {}).media[0].protocol;
    };
    EXPECT_EQ(protocol(MediaSecurity::None, false), "RTP/AVP");
    EXPECT_EQ(protocol(MediaSecurity::Optional, false), "RTP/AVP");
    EXPECT_EQ(protocol(MediaSecurity::Required, false), "RTP/SAVP");
    EXPECT_EQ(protocol(MediaSecurity::None, true), "RTP/AVPF");
    EXPECT_EQ(protocol(MediaSecurity::Required, true), "RTP/SAVPF");
    EXPECT_TRUE(make_offer(local(MediaSecurity::None), {}).media[0].crypto.empty());
    const auto lines = make_offer(local(MediaSecurity::Optional), {}).media[0].crypto;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].tag, 1U);
    EXPECT_EQ(lines[1].tag, 2U);
    EXPECT_EQ(lines[1].key.suite, AesCm128HmacSha1_80);
}

TEST(MediaSecurity, BothEndsOfAnExchangeHaveOneAnothersKeys)
{
    for (const MediaSecurity caller : {MediaSecurity::None, MediaSecurity::Optional, MediaSecurity::Required}) {
        for (const MediaSecurity callee : {MediaSecurity::None, MediaSecurity::Optional, MediaSecurity::Required}) {
            const bool fails = (caller == MediaSecurity::Required && callee == MediaSecurity::None) ||
                               (caller == MediaSecurity::None && callee == MediaSecurity::Required);
            const bool encrypted = caller != MediaSecurity::None && callee != MediaSecurity::None;
            const auto offered = make_offer(local(caller, 1), {});
            const auto answered = answer(*parse_sdp(LocalDescription{1}.publish(offered)), local(callee, 2));
            ASSERT_EQ(answered.has_value(), !fails);
            if (fails) {
                continue;
            }
            const auto told = parse_sdp(LocalDescription{2}.publish(answered->description));
            const auto agreed = accept_answer(offered, *told, 0, caller);
            ASSERT_TRUE(agreed);
            EXPECT_EQ(answered->media.srtp, encrypted ? std::optional{key(AeadAes128Gcm, 1)} : std::nullopt);
            EXPECT_EQ(agreed->srtp, encrypted ? std::optional{key(AeadAes128Gcm, 2)} : std::nullopt);
        }
    }
}

/// The warning of the refusal, or 0.
int warning(MediaSecurity security, const SessionDescription& answered)
{
    const auto agreed = accept_answer(make_offer(local(security), {}), answered, 0, security);
    return agreed ? 0 : agreed.error().warning;
}

TEST(MediaSecurity, AnAnswerThatDoesNotFitIsRefused)
{
    EXPECT_EQ(warning(MediaSecurity::Required, offer("RTP/AVP", kCm80)), 302);
    EXPECT_EQ(warning(MediaSecurity::Required, offer("RTP/SAVP", "")), 302);
    EXPECT_EQ(warning(MediaSecurity::Optional, offer("RTP/SAVP", kGcm)), 302);
    EXPECT_EQ(warning(MediaSecurity::Optional, offer("UDP/TLS/RTP/SAVP", "")), 302);
    // kCm80 has tag 1, which was GCM's; kGcm has tag 2, which was the other's.
    EXPECT_EQ(warning(MediaSecurity::Required, offer("RTP/SAVP", kCm80 + kGcm)), 302);
    EXPECT_EQ(warning(MediaSecurity::Optional, offer("RTP/AVP", kCm80)), 302);
    EXPECT_EQ(warning(MediaSecurity::Optional, offer("RTP/AVP", "")), 0);
    EXPECT_EQ(warning(MediaSecurity::None, offer("RTP/AVP", kCm80)), 0);  // it was told of no key
    EXPECT_EQ(warning(MediaSecurity::Optional, offer("RTP/AVP", kGcmFirst)), 0);
}

// The profile of the peer's offer stands in ours, so that it cannot tell what we demand.
TEST(MediaSecurity, WhatMustBeEncryptedStaysSoWithinACall)
{
    MediaExchange exchange{1};
    const LocalMedia required = local(MediaSecurity::Required);
    ASSERT_TRUE(exchange.receive_offer(LocalDescription{2}.publish(offer("RTP/AVP", kCm80)), required.capabilities));
    ASSERT_TRUE(exchange.write_answer(required));
    EXPECT_NE(exchange.write_offer(required).find("RTP/AVP"), std::string::npos);
    EXPECT_EQ(exchange.receive_answer(LocalDescription{2}.publish(offer("RTP/AVP", ""))).error().warning, 302);
    const auto agreed = exchange.receive_answer(LocalDescription{2}.publish(offer("RTP/AVP", kGcmFirst)));
    ASSERT_TRUE(agreed);
    EXPECT_TRUE(agreed->srtp);
}

TEST(MediaSecurity, WithoutAKeyOfOurOwnNothingIsAnswered)
{
    LocalMedia media = local(MediaSecurity::Required);
    media.srtp_keys.clear();
    EXPECT_EQ(answer(offer("RTP/SAVP", kCm80), media).error().code, 500);
}

}  // namespace
}  // namespace rb::sip
