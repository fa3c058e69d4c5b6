// Goal: the attributes of ICE and of groups are read as RFC 8839 and RFC 5888 write them, and what cannot be used costs
// nothing.
// Method: an offer of a browser by hand, each tolerance once, and the round trip.
#include "signaling/sdp.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

const std::string kHead = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";
const std::string kLogin = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";

SessionDescription parse(const std::string& rest)
{
    const auto parsed = parse_sdp(kHead + rest);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return parsed ? *parsed : SessionDescription{};
}

SdpIce ice_of(const std::string& attributes)
{
    const auto description = parse("c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n" + attributes);
    return description.media.empty() ? SdpIce{} : description.media[0].ice;
}

TEST(SdpIce, ReadsWhatABrowserOffers)
{
    const auto offer = parse(
        "t=0 0\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS 7aa\r\n"
        "m=audio 54400 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 192.0.2.7\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
        "a=candidate:3988 1 udp 2122260223 192.0.2.7 54400 typ host generation 0 network-id 1 network-cost 10\r\n"
        "a=candidate:3989 1 udp 2122194687 f81d4fae-7dec-11d0-a765-00a0c91e6bf6.local 54401 typ host\r\n"
        "a=candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active\r\n"
        "a=candidate:842 1 udp 1686052607 198.51.100.3 54400 typ srflx raddr 192.0.2.7 rport 54400\r\n"
        "a=ice-ufrag:F7gI\r\na=ice-pwd:x9cml/YzichV2+XlhiMu8gtr\r\na=ice-options:trickle\r\na=mid:0\r\n"
        "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtcp-fb:111 transport-cc\r\na=msid:7aa 8bb\r\na=ssrc:1 cname:x\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n");
    EXPECT_EQ(offer.bundle, (std::vector<std::string>{"0", "1"}));
    ASSERT_EQ(offer.media.size(), 2U);
    const SdpMedia& audio = offer.media[0];
    EXPECT_EQ(audio.mid, "0");
    EXPECT_TRUE(audio.rtcp_mux);
    EXPECT_TRUE(audio.rtcp_rsize);
    EXPECT_EQ(audio.ice.ufrag, "F7gI");
    EXPECT_EQ(audio.ice.pwd, "x9cml/YzichV2+XlhiMu8gtr");
    EXPECT_FALSE(audio.ice.lite);
    ASSERT_EQ(audio.ice.candidates.size(), 2U);
    EXPECT_EQ(audio.ice.candidates[0].address, *parse_address("192.0.2.7:54400"));
    EXPECT_EQ(audio.ice.candidates[0].priority, 2122260223U);
    EXPECT_EQ(audio.ice.candidates[1].address, *parse_address("198.51.100.3:54400"));
    EXPECT_EQ(offer.media[1].mid, "1");
}

TEST(SdpIce, TheSessionSpeaksForLinesThatSayNothing)
{
    const auto offer = parse("c=IN IP4 192.0.2.1\r\na=ice-lite\r\na=end-of-candidates\r\n" + kLogin +
                             "m=audio 4000 RTP/AVP 0\r\n"
                             "m=audio 4002 RTP/AVP 0\r\na=ice-ufrag:efgh\r\na=ice-pwd:abcdefghijabcdefghijab\r\n");
    EXPECT_EQ(offer.media[0].ice.ufrag, "abcd");
    EXPECT_TRUE(offer.media[0].ice.lite);
    EXPECT_TRUE(offer.media[0].ice.end_of_candidates);
    EXPECT_EQ(offer.media[1].ice.ufrag, "efgh");
    EXPECT_EQ(offer.media[1].ice.pwd, "abcdefghijabcdefghijab");
    EXPECT_TRUE(offer.media[1].ice.lite);
}

TEST(SdpIce, ALoginThatBreaksTheRulesIsNone)
{
    EXPECT_TRUE(ice_of(kLogin).offered());
    EXPECT_FALSE(ice_of("a=ice-ufrag:abc\r\na=ice-pwd:0123456789012345678901\r\n").offered());
    EXPECT_FALSE(ice_of("a=ice-ufrag:abcd\r\na=ice-pwd:012345678901234567890\r\n").offered());
    EXPECT_FALSE(ice_of("a=ice-ufrag:ab:d\r\na=ice-pwd:0123456789012345678901\r\n").offered());
    EXPECT_FALSE(ice_of("a=ice-ufrag:" + std::string(257, 'a') + "\r\na=ice-pwd:0123456789012345678901\r\n").offered());
    EXPECT_FALSE(ice_of("a=ice-ufrag:abcd\r\n").offered());
}

TEST(SdpIce, CandidatesThatCannotBeUsedArePassedOver)
{
    for (const char* bad :
         {"1 1 UDP 1 192.0.2.1", "1 1 UDP 1 192.0.2.1 4000", "1 1 UDP 1 192.0.2.1 0 typ host",
          "1 0 UDP 1 192.0.2.1 4000 typ host", "1 257 UDP 1 192.0.2.1 4000 typ host",
          "1 1 TCP 1 192.0.2.1 4000 typ host", "1 1 UDP 1 a.local 4000 typ host", "1 1 UDP x 192.0.2.1 4000 typ host",
          "1 1 UDP 1 0.0.0.0 4000 typ host", "1 1 UDP 1 192.0.2.1 4000 type host", "1 1 UDP 1 [::1] 4000 typ host", "",
          "1 1 UDP 1 192.0.2.1:9 4000 typ host", "1:1 1 UDP 1 192.0.2.1 4000 typ host"}) {
        EXPECT_TRUE(ice_of("a=candidate:" + std::string{bad} + "\r\n").candidates.empty()) << bad;
    }
    EXPECT_EQ(ice_of("a=candidate:1 2 udp 1 2001:db8::1 4000 typ host\r\n").candidates.size(), 1U);
}

TEST(SdpIce, TheNumberOfCandidatesIsBounded)
{
    std::string many;
    for (int i = 0; i < 100; ++i) {
        many += "a=candidate:1 1 UDP 1 192.0.2.1 4000 typ host\r\n";
    }
    EXPECT_EQ(ice_of(many).candidates.size(), kSdpCandidatesMax);
}

TEST(SdpIce, WhatIsWrittenIsRead)
{
    const auto description =
        parse("c=IN IP4 192.0.2.1\r\na=ice-lite\r\na=group:BUNDLE a\r\nm=audio 4000 RTP/AVP 0\r\na=mid:a\r\n" + kLogin +
              "a=candidate:7 1 UDP 99 192.0.2.1 4000 typ host\r\na=candidate:8 2 UDP 98 2001:db8::1 4001 typ host\r\n"
              "a=end-of-candidates\r\na=ice-mismatch\r\na=rtcp-rsize\r\n");
    const std::string text = write_sdp(description);
    EXPECT_NE(text.find("a=ice-options:ice2\r\n"), std::string::npos);
    const auto again = parse_sdp(text);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, description);
}

}  // namespace
}  // namespace rb::sip
