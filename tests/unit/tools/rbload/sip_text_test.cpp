// Goal: the generator reads SIP and SDP as others write them, and refuses what it cannot use.
// Method: one message of each kind by hand, each refusal once, any text without harm, SDP there and back.
#include "tools/rbload/session_description.h"
#include "tools/rbload/sip_message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::load {
namespace {

constexpr std::string_view kInvite =
    "INVITE sip:90001@127.0.0.1:6060 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n"
    "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK0\r\nRecord-Route: <sip:10.0.0.1;lr>\r\n"
    "From: \"A;tag=no\" <sip:a@x;tag=neither>;tag=7\r\nTo: <sip:90001@127.0.0.1>\r\nCall-ID: c1\r\nCSeq: 3 INVITE\r\n"
    "m: <sip:a@127.0.0.1:5060>\r\nContent-Length: 3\r\n\r\nv=0";

TEST(SipMessage, ReadsARequest)
{
    const auto message = parse_sip(kInvite);
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->is_request());
    EXPECT_EQ(message->method, "INVITE");
    EXPECT_EQ(user_in(message->uri), "90001");
    EXPECT_EQ(message->vias.size(), 2U);
    EXPECT_EQ(message->record_routes.size(), 1U);
    EXPECT_EQ(parameter_in(message->from, "tag"), "7");
    EXPECT_EQ(parameter_in(message->to, "tag"), "");
    EXPECT_EQ(uri_in(message->contact), "sip:a@127.0.0.1:5060");
    EXPECT_EQ(message->body, "v=0");
}

TEST(SipMessage, RepliesWithTheFieldsOfTheRequest)
{
    const auto invite = parse_sip(kInvite);
    ASSERT_TRUE(invite);
    const std::string text = reply_to(*invite, {.to_tag = "me", .contact = "sip:me@1.2.3.4", .sdp = "v=1"});
    const auto reply = parse_sip(text);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->method, "INVITE");
    EXPECT_EQ(reply->vias, invite->vias);
    EXPECT_EQ(reply->from, invite->from);
    EXPECT_EQ(parameter_in(reply->to, "tag"), "me");
    EXPECT_EQ(reply->body, "v=1");
}

TEST(SipMessage, RefusesWhatIsNone)
{
    EXPECT_FALSE(parse_sip(""));
    EXPECT_FALSE(parse_sip("\r\n\r\n"));
    EXPECT_FALSE(parse_sip("INVITE sip:x HTTP/1.1\r\n\r\n"));
    EXPECT_FALSE(parse_sip("SIP/2.0 099 X\r\n\r\n"));
    EXPECT_FALSE(parse_sip("OPTIONS sip:x SIP/2.0\r\nVia: x\r\nFrom: a\r\nTo: b\r\nCSeq: 1 OPTIONS\r\n\r\n"));
}

TEST(SessionDescription, ReadsTheFirstAudioStream)
{
    const auto media = read_sdp(
        "v=0\nc=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 96 8 0\nc=IN IP6 ::1\na=ptime:30\n"
        "m=video 5000 RTP/AVP 99\nc=IN IP4 9.9.9.9\na=ptime:60\n");
    ASSERT_TRUE(media);
    EXPECT_EQ(media->address, *parse_address("[::1]:4000"));
    EXPECT_EQ(media->formats.front(), (PayloadFormat{.payload_type = 8, .codec = codecs::CodecId::Pcma}));
    EXPECT_EQ(media->formats.size(), 2);
    EXPECT_EQ(media->ptime_ms, 30U);
}

TEST(SessionDescription, RefusesWhatCannotBeSentTo)
{
    EXPECT_FALSE(read_sdp(""));
    EXPECT_FALSE(read_sdp("m=audio 4000 RTP/AVP 0\r\n"));                           // no address
    EXPECT_FALSE(read_sdp("c=IN IP4 10.0.0.1\r\nm=audio 0 RTP/AVP 0\r\n"));         // refused
    EXPECT_FALSE(read_sdp("c=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 96\r\n"));     // no codec
    EXPECT_FALSE(read_sdp("c=IN IP4 host.example\r\nm=audio 4000 RTP/AVP 0\r\n"));  // a name
    EXPECT_FALSE(read_sdp("c=IN IP4 10.0.0.1\r\nm=audio 70000 RTP/AVP 0\r\n"));     // no port
    EXPECT_FALSE(read_sdp("c=IN IP4 10.0.0.1\r\nm=video 4000 RTP/AVP 0\r\n"));
}

TEST(SessionDescription, SaysWhenItIsOnHold)
{
    const MediaDescription media{.address = *parse_address("10.0.0.1:4000"), .on_hold = true};
    EXPECT_NE(write_sdp(media).find("\r\na=inactive\r\n"), std::string::npos);
    EXPECT_EQ(write_sdp(media).find("a=sendrecv"), std::string::npos);
}

TEST(SessionDescription, KeysAreReadAsTheyAreWritten)
{
    MediaDescription media{.address = *parse_address("10.0.0.1:4000"), .profile = "RTP/SAVP"};
    for (std::size_t suite = 0; suite < kSrtpSuites; ++suite) {
        CryptoLine line{.tag = std::to_string(suite + 1), .key = {.suite = static_cast<SrtpSuite>(suite)}};
        line.key.used().back() = static_cast<std::uint8_t>(suite + 7);
        media.crypto.push_back(line);
    }
    const auto read = read_sdp(write_sdp(media));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->profile, "RTP/SAVP");
    ASSERT_EQ(read->crypto.size(), kSrtpSuites);
    for (const CryptoLine& line : media.crypto) {
        const CryptoLine* same = read->crypto_of(line.key.suite);
        ASSERT_NE(same, nullptr);
        EXPECT_EQ(same->tag, line.tag);
        EXPECT_EQ(same->key, line.key);
    }
}

TEST(SessionDescription, KeysThatCannotBeUsedArePassedOver)
{
    const std::string head = "c=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:";
    for (const char* line : {"1", "1 AEAD_AES_128_GCM", "1 F8_128_HMAC_SHA1_80 inline:AAAA",
                             "1 AEAD_AES_128_GCM inline:AAAA", "1 AEAD_AES_128_GCM uri:x"}) {
        EXPECT_TRUE(read_sdp(head + line)->crypto.empty()) << line;
    }
}

RC_GTEST_PROP(SipTextProperty, AnyTextIsReadWithoutHarm, (const std::string& text))
{
    static_cast<void>(parse_sip(text));
    static_cast<void>(parse_sip("SIP/2.0 200 OK\r\n" + text));
    static_cast<void>(read_sdp("m=" + text));
    static_cast<void>(uri_in(text));
    static_cast<void>(parameter_in(text, "tag"));
    static_cast<void>(user_in(text));
}

RC_GTEST_PROP(SipTextProperty, SdpIsReadAsWritten, (bool v6))
{
    const MediaDescription media{
        .address =
            parse_address(v6 ? "2001:db8::1" : "192.0.2.1")->with_port(*rc::gen::inRange<std::uint16_t>(1, 65535)),
        .formats = {{.payload_type = 111, .codec = codecs::CodecId::Opus},
                    {.payload_type = *rc::gen::inRange<std::uint8_t>(0, 96),
                     .codec =
                         *rc::gen::element(codecs::CodecId::Pcma, codecs::CodecId::G722, codecs::CodecId::L16_16)}},
        .ptime_ms = *rc::gen::element(10U, 20U, 30U, 60U)};
    const auto read = read_sdp(write_sdp(media));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->address == media.address);
    RC_ASSERT(read->formats == media.formats);
    RC_ASSERT(read->ptime_ms == media.ptime_ms);
}

}  // namespace
}  // namespace rb::load
