// Goal: a handshake is agreed on as RFC 5763 and RFC 8122 say, in offer and answer, for each policy, and its roles stay
// what they are for as long as the session lasts (RFC 8842).
// Method: every policy against every kind of offer, every pair of setups; then whole exchanges between two of our ends.
#include "signaling/media_exchange.h"
#include "signaling/media_security.h"
#include "signaling/offer_answer.h"

#include <gtest/gtest.h>

#include <array>

namespace rb::sip {
namespace {

using enum MediaKeying;

const std::string kSha256 =
    "a=fingerprint:sha-256 "
    "01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F:20\r\n";
const std::string kSha1 = "a=fingerprint:SHA-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\r\n";
const std::string kCrypto = "a=crypto:1 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==\r\n";

LocalMedia local(MediaSecurity security, std::vector<MediaKeying> keying = {Dtls}, std::uint8_t fill = 1)
{
    Fingerprint fingerprint;
    fingerprint.bytes.fill(fill);
    std::fill(fingerprint.bytes.begin() + 32, fingerprint.bytes.end(), std::uint8_t{0});
    return {.rtp = *parse_address("198.51.100.1:20000"),
            .capabilities = {.formats = {{.encoding = "PCMU"}},
                             .security = security,
                             .keying = std::move(keying),
                             .suites = {SrtpSuite::AeadAes128Gcm}},
            .srtp_keys = {SrtpKey{.suite = SrtpSuite::AeadAes128Gcm}},
            .fingerprint = fingerprint};
}

std::string text_of(const std::string& protocol, const std::string& lines, const std::string& session_lines = {})
{
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + session_lines +
           "m=audio 4000 " + protocol + " 0\r\n" + lines;
}

SessionDescription offer(const std::string& protocol, const std::string& lines, const std::string& session_lines = {})
{
    return *parse_sdp(text_of(protocol, lines, session_lines));
}

/// "plain", "sdes", "dtls", or the refusal.
std::string outcome(const LocalMedia& media, const SessionDescription& offered)
{
    const auto made = answer(offered, media);
    if (!made) {
        return std::to_string(made.error().code) + ' ' + std::to_string(made.error().warning);
    }
    const SdpMedia& line = made->description.media[0];
    EXPECT_EQ(line.protocol, offered.media[0].protocol);
    EXPECT_EQ(made->media.srtp.has_value(), line.crypto.size() == 1);
    EXPECT_EQ(made->media.dtls.has_value(), line.dtls.fingerprints.size() == 1);
    EXPECT_EQ(made->media.dtls.has_value(), line.dtls.setup.has_value());
    EXPECT_FALSE(made->media.srtp && made->media.dtls);
    return made->media.dtls ? "dtls" : made->media.srtp ? "sdes" : "plain";
}

TEST(DtlsSdp, AnswersEachOfferAsItsPolicySays)
{
    const std::string setup = "a=setup:actpass\r\n";
    const std::array rows{
        std::tuple{"UDP/TLS/RTP/SAVP", kSha256 + setup, "488 302", "dtls", "dtls"},
        std::tuple{"UDP/TLS/RTP/SAVPF", kSha1 + setup, "488 302", "dtls", "dtls"},
        std::tuple{"UDP/TLS/RTP/SAVPF", kSha256, "488 302", "dtls", "dtls"},
        std::tuple{"UDP/TLS/RTP/SAVP", kSha256 + "a=setup:holdconn\r\n", "488 302", "488 302", "488 302"},
        std::tuple{"UDP/TLS/RTP/SAVP", setup, "488 302", "488 302", "488 302"},
        std::tuple{"UDP/TLS/RTP/SAVP", "a=fingerprint:md5 00:11\r\n" + setup, "488 302", "488 302", "488 302"},
        std::tuple{"UDP/TLS/RTP/SAVP", kCrypto, "488 302", "488 302", "488 302"},
        std::tuple{"RTP/SAVP", kSha256 + setup, "488 302", "dtls", "dtls"},
        std::tuple{"RTP/AVP", kSha256 + setup, "plain", "dtls", "dtls"},
        std::tuple{"RTP/AVP", std::string{}, "plain", "plain", "488 302"},
        std::tuple{"RTP/SAVP", kCrypto, "488 302", "488 302", "488 302"},
    };
    for (const auto& [protocol, lines, none, optional, required] : rows) {
        const auto offered = offer(protocol, lines);
        EXPECT_EQ(outcome(local(MediaSecurity::None), offered), none) << protocol << ' ' << lines;
        EXPECT_EQ(outcome(local(MediaSecurity::Optional), offered), optional) << protocol << ' ' << lines;
        EXPECT_EQ(outcome(local(MediaSecurity::Required), offered), required) << protocol << ' ' << lines;
    }
}

TEST(DtlsSdp, OfTwoWaysTheOneWeLikeBetterIsTaken)
{
    const auto both = offer("RTP/SAVP", kSha256 + kCrypto);
    EXPECT_EQ(outcome(local(MediaSecurity::Required, {Sdes, Dtls}), both), "sdes");
    EXPECT_EQ(outcome(local(MediaSecurity::Required, {Dtls, Sdes}), both), "dtls");
    EXPECT_EQ(outcome(local(MediaSecurity::Required, {Sdes}), both), "sdes");
    const auto tls = offer("UDP/TLS/RTP/SAVP", kSha256 + kCrypto);
    EXPECT_EQ(outcome(local(MediaSecurity::Required, {Sdes, Dtls}), tls), "dtls") << "its profile leaves no choice";
    EXPECT_EQ(outcome(local(MediaSecurity::Required, {Sdes}), tls), "488 302");
}

TEST(DtlsSdp, WithoutACertificateNothingIsPromised)
{
    LocalMedia media = local(MediaSecurity::Required);
    media.fingerprint.reset();
    EXPECT_EQ(outcome(media, offer("UDP/TLS/RTP/SAVP", kSha256)), "500 399");
}

TEST(DtlsSdp, WhoBeginsFollowsFromBothSetups)
{
    struct Row {
        std::string offered;
        DtlsSetup wanted;
        bool client;
    };
    for (const Row& row : {Row{"actpass", DtlsSetup::ActPass, true}, Row{"actpass", DtlsSetup::Active, true},
                           Row{"actpass", DtlsSetup::Passive, false}, Row{"active", DtlsSetup::Active, false},
                           Row{"active", DtlsSetup::ActPass, false}, Row{"passive", DtlsSetup::Passive, true},
                           Row{"passive", DtlsSetup::ActPass, true}}) {
        LocalMedia media = local(MediaSecurity::Required);
        media.capabilities.setup = row.wanted;
        const auto made = answer(offer("UDP/TLS/RTP/SAVP", kSha256 + "a=setup:" + row.offered + "\r\n"), media);
        ASSERT_TRUE(made);
        EXPECT_EQ(made->media.dtls->client, row.client) << row.offered;
        EXPECT_EQ(made->description.media[0].dtls.setup, row.client ? DtlsSetup::Active : DtlsSetup::Passive);
    }
}

TEST(DtlsSdp, TheSessionSpeaksForMediaThatSayNothing)
{
    const auto agreed = [](const SessionDescription& offered) {
        return *negotiate(offered, local(MediaSecurity::Required).capabilities, Direction::SendReceive)->media.dtls;
    };
    const auto of_session = agreed(offer("UDP/TLS/RTP/SAVP", "", kSha1 + "a=setup:active\r\na=tls-id:abc3de65\r\n"));
    EXPECT_FALSE(of_session.client);
    EXPECT_EQ(of_session.tls_id, "abc3de65");
    EXPECT_EQ(of_session.fingerprints.at(0).hash, FingerprintHash::Sha1);
    const auto own = agreed(offer("UDP/TLS/RTP/SAVP", kSha256 + "a=setup:passive\r\n", kSha1 + "a=setup:active\r\n"));
    EXPECT_TRUE(own.client);
    ASSERT_EQ(own.fingerprints.size(), 1U);
    EXPECT_EQ(own.fingerprints[0].hash, FingerprintHash::Sha256);
    const auto strongest = agreed(offer("UDP/TLS/RTP/SAVP", kSha1 + kSha256 + kSha1 + kSha256));
    EXPECT_EQ(strongest.fingerprints.size(), 2U);
}

TEST(DtlsSdp, WhatIsWrittenIsReadAgain)
{
    const auto read = offer("UDP/TLS/RTP/SAVPF", kSha256 + kSha1 + "a=setup:actpass\r\na=tls-id:xyz\r\na=rtcp-mux\r\n");
    EXPECT_EQ(*parse_sdp(write_sdp(read)), read);
}

/// Two of our own ends: what each makes of the other.
struct Exchange {
    explicit Exchange(const LocalMedia& offers, const LocalMedia& answers)
    {
        const std::string text = offerer.write_offer(offers);
        offered = *parse_sdp(text);
        const auto received = answerer.receive_offer(text, answers.capabilities);
        at_answerer = received ? *received : NegotiatedMedia{};
        const auto answered = received ? answerer.write_answer(answers) : tl::unexpected(received.error());
        const auto taken = answered ? offerer.receive_answer(*answered) : tl::unexpected(answered.error());
        agreed = taken.has_value();
        at_offerer = taken ? *taken : NegotiatedMedia{};
    }
    MediaExchange offerer{1};
    MediaExchange answerer{2};
    SessionDescription offered;
    bool agreed = false;
    NegotiatedMedia at_offerer;
    NegotiatedMedia at_answerer;
};

TEST(DtlsSdp, TwoOfOurEndsAgreeInOppositeRoles)
{
    for (const MediaSecurity security : {MediaSecurity::Required, MediaSecurity::Optional}) {
        for (const DtlsSetup setup : {DtlsSetup::ActPass, DtlsSetup::Active, DtlsSetup::Passive}) {
            LocalMedia offers = local(security);
            offers.capabilities.setup = setup;
            const LocalMedia answers = local(MediaSecurity::Required, {Dtls}, 2);
            const Exchange exchange{offers, answers};
            const bool required = security == MediaSecurity::Required;
            EXPECT_EQ(exchange.offered.media[0].protocol, required ? "UDP/TLS/RTP/SAVP" : "RTP/AVP");
            ASSERT_TRUE(exchange.agreed);
            EXPECT_NE(exchange.at_offerer.dtls->client, exchange.at_answerer.dtls->client);
            EXPECT_EQ(exchange.at_offerer.dtls->fingerprints.at(0), *answers.fingerprint);
            EXPECT_EQ(exchange.at_answerer.dtls->fingerprints.at(0), *offers.fingerprint);
            EXPECT_TRUE(exchange.at_offerer.rtcp_mux && exchange.at_answerer.rtcp_mux) << "RTCP shares the keys";
        }
    }
}

TEST(DtlsSdp, AnAnswerMustTakeWhatWasOfferedIfItMust)
{
    const auto refusal = [](MediaSecurity security, const std::string& protocol, const std::string& lines) {
        MediaExchange exchange{1};
        static_cast<void>(exchange.write_offer(local(security)));
        const auto media = exchange.receive_answer(text_of(protocol, lines));
        return media ? media->dtls ? "dtls" : "plain" : media.error().text;
    };
    const std::string passive = "a=setup:passive\r\n";
    EXPECT_EQ(refusal(MediaSecurity::Required, "UDP/TLS/RTP/SAVP", kSha256 + passive), "dtls");
    EXPECT_EQ(refusal(MediaSecurity::Required, "UDP/TLS/RTP/SAVP", passive),
              "no certificate's fingerprint that can be checked");
    EXPECT_EQ(refusal(MediaSecurity::Required, "RTP/AVP", kSha256 + passive), "media protocol RTP/AVP not offered");
    EXPECT_EQ(refusal(MediaSecurity::Optional, "RTP/AVP", kSha256 + passive), "dtls");
    EXPECT_EQ(refusal(MediaSecurity::Optional, "RTP/AVP", ""), "plain");
}

TEST(DtlsSdp, RolesStayWhatTheyAreWhoeverOffersNext)
{
    Exchange exchange{local(MediaSecurity::Required), local(MediaSecurity::Required, {Dtls}, 2)};
    ASSERT_TRUE(exchange.at_answerer.dtls->client) << "who is left the choice begins";
    const std::string again = exchange.answerer.write_offer(local(MediaSecurity::Required, {Dtls}, 2));
    EXPECT_EQ(parse_sdp(again)->media[0].dtls.setup, DtlsSetup::Active);
    const auto kept = exchange.offerer.receive_offer(again, local(MediaSecurity::Required).capabilities);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->dtls, exchange.at_offerer.dtls);
    ASSERT_TRUE(exchange.offerer.write_answer(local(MediaSecurity::Required)));

    MediaExchange passive{3};
    LocalMedia media = local(MediaSecurity::Required);
    const auto first =
        passive.receive_offer(text_of("UDP/TLS/RTP/SAVP", kSha256 + "a=setup:active\r\n"), media.capabilities);
    ASSERT_TRUE(first && passive.write_answer(media));
    const auto second =
        passive.receive_offer(text_of("UDP/TLS/RTP/SAVP", kSha256 + "a=setup:actpass\r\n"), media.capabilities);
    EXPECT_EQ(second->dtls, first->dtls) << "the peer leaves a choice that has been made";
    EXPECT_NE(passive.write_answer(media)->find("a=setup:passive"), std::string::npos);
}

}  // namespace
}  // namespace rb::sip
