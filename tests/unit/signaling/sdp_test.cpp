// Goal: parse_sdp reads what real phones send, refuses what is no SDP, and write_sdp is its inverse.
// Method: one description by hand, each tolerance and each refusal once, then the round trip as a property.
#include "signaling/sdp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

Address address(std::string_view text)
{
    return parse_address(text).value_or(Address{});
}

const std::string kHead = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";

SdpMedia first_media(const std::string& rest)
{
    const auto parsed = parse_sdp(kHead + rest);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return parsed && !parsed->media.empty() ? parsed->media.front() : SdpMedia{};
}

std::string refusal(const std::string& text)
{
    const auto parsed = parse_sdp(text);
    return parsed ? "accepted" : parsed.error().message;
}

TEST(Sdp, ReadsAnOfferInFull)
{
    const auto parsed = parse_sdp(
        "v=0\r\no=alice 2890844526 2890844527 IN IP4 host.example\r\ns=call\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        "m=audio 49170 RTP/AVP 96 0 101\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:60\r\na=rtcp-mux\r\n"
        "a=sendonly\r\nm=video 0 RTP/AVP 31\r\n");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->origin.username, "alice");
    EXPECT_EQ(parsed->origin.version, "2890844527");
    EXPECT_FALSE(parsed->origin.address);
    EXPECT_EQ(parsed->name, "call");
    ASSERT_EQ(parsed->media.size(), 2U);
    const SdpMedia& audio = parsed->media[0];
    EXPECT_EQ(audio.port, 49170);
    EXPECT_EQ(audio.connection, address("192.0.2.1"));
    EXPECT_EQ(audio.direction, Direction::SendOnly);
    EXPECT_TRUE(audio.rtcp_mux);
    EXPECT_EQ(audio.ptime_ms, 20U);
    EXPECT_EQ(audio.maxptime_ms, 60U);
    const std::vector<MediaFormat> formats{
        {.encoding = "opus", .clock_rate = 48000, .channels = 2, .payload_type = 96, .fmtp = "useinbandfec=1"},
        {.encoding = "PCMU", .clock_rate = 8000, .channels = 1, .payload_type = 0, .fmtp = ""},
        {.encoding = "telephone-event", .clock_rate = 8000, .channels = 1, .payload_type = 101, .fmtp = "0-16"},
    };
    EXPECT_EQ(audio.formats, formats);
    EXPECT_EQ(parsed->media[1].port, 0);
}

TEST(Sdp, MediaLevelOverridesSessionLevel)
{
    const SdpMedia media = first_media(
        "c=IN IP4 192.0.2.1\r\na=inactive\r\na=ptime:30\r\nm=audio 4000 RTP/AVP 0\r\n"
        "c=IN IP6 2001:db8::9\r\na=recvonly\r\na=ptime:40\r\n");
    EXPECT_EQ(media.connection, address("2001:db8::9"));
    EXPECT_EQ(media.direction, Direction::ReceiveOnly);
    EXPECT_EQ(media.ptime_ms, 40U);
}

TEST(Sdp, SessionLevelHoldsWhereMediaIsSilent)
{
    const SdpMedia media = first_media("c=IN IP4 0.0.0.0\r\na=inactive\r\na=ptime:30\r\nm=audio 4000 RTP/AVP 0\r\n");
    EXPECT_TRUE(media.connection->is_unspecified());
    EXPECT_EQ(media.direction, Direction::Inactive);
    EXPECT_EQ(media.ptime_ms, 30U);
}

TEST(Sdp, AHostNameIsNoAddress)
{
    EXPECT_FALSE(first_media("c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 pc.example\r\n").connection);
}

TEST(Sdp, TheFamilyMustBeThatOfTheAddress)
{
    EXPECT_FALSE(first_media("c=IN IP6 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n").connection);
    EXPECT_FALSE(first_media("c=ATM NSAP 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n").connection);
}

TEST(Sdp, MulticastSuffixesAreIgnored)
{
    EXPECT_EQ(first_media("c=IN IP4 224.2.1.1/127/3\r\nm=audio 4000/2 RTP/AVP 0\r\n").connection, address("224.2.1.1"));
}

TEST(Sdp, ReadsRtcpWithAndWithoutAddress)
{
    const std::string audio = "m=audio 4000 RTP/AVP 0\r\n";
    EXPECT_EQ(first_media(audio + "a=rtcp:5001\r\n").rtcp, Address{}.with_port(5001));
    EXPECT_EQ(first_media(audio + "a=rtcp:5001 IN IP4 192.0.2.7\r\n").rtcp, address("192.0.2.7:5001"));
    EXPECT_FALSE(first_media(audio + "a=rtcp:0\r\n").rtcp);
    EXPECT_FALSE(first_media(audio + "a=rtcp:5001 IN IP4 name.example\r\n").rtcp);
}

TEST(Sdp, ReadsWhetherVoipMetricsAreWanted)
{
    const std::string audio = "m=audio 4000 RTP/AVP 0\r\n";
    EXPECT_FALSE(first_media(audio).voip_metrics);
    EXPECT_TRUE(first_media(audio + "a=rtcp-xr:voip-metrics\r\n").voip_metrics);
    EXPECT_TRUE(first_media(audio + "a=rtcp-xr:pkt-loss-rle=100 rcvr-rtt=all:10 voip-metrics\r\n").voip_metrics);
    EXPECT_FALSE(first_media(audio + "a=rtcp-xr:pkt-loss-rle stat-summary=loss voip-metrics2\r\n").voip_metrics);
    EXPECT_FALSE(first_media(audio + "a=rtcp-xr:\r\n").voip_metrics);
    EXPECT_TRUE(first_media("a=rtcp-xr:voip-metrics\r\n" + audio).voip_metrics) << "for all of the session";
    EXPECT_FALSE(first_media("a=rtcp-xr:voip-metrics\r\n" + audio + "a=rtcp-xr:\r\n").voip_metrics) << "but not here";
}

TEST(Sdp, ABadMapCostsOnlyItsFormat)
{
    const SdpMedia media = first_media(
        "m=audio 4000 RTP/AVP 96 97 98 99 200 x 8\r\na=rtpmap:96 opus\r\na=rtpmap:97 a/0\r\n"
        "a=rtpmap:98 b/8000/0\r\na=rtpmap:99 c/9999999\r\na=rtpmap:300 d/8000\r\n");
    ASSERT_EQ(media.formats.size(), 1U);
    EXPECT_EQ(media.formats[0].encoding, "PCMA");
    EXPECT_EQ(media.tokens.size(), 7U);
}

TEST(Sdp, AMapMayRedefineAStaticNumber)
{
    EXPECT_EQ(first_media("m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMA/8000\r\n").formats.at(0).encoding, "PCMA");
}

TEST(Sdp, NonRtpMediaKeepTheirTokens)
{
    const SdpMedia media = first_media("m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\n");
    EXPECT_EQ(media.tokens, std::vector<std::string>{"t38"});
    EXPECT_TRUE(media.formats.empty());
}

TEST(Sdp, ToleratesBareLineFeedsBlankLinesAndAMissingLastOne)
{
    const auto parsed = parse_sdp("v=0\no=- 1 1 IN IP4 192.0.2.1\n\ns=\nq=?\nm=audio 4000 RTP/AVP  0 \na=ptime:20.0");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->name, "-");
    EXPECT_EQ(parsed->media.at(0).ptime_ms, 20U);
}

TEST(Sdp, RefusesWhatIsNoSdp)
{
    EXPECT_NE(refusal("").find("does not begin with v=0"), std::string::npos);
    EXPECT_NE(refusal("hello").find("does not begin with v=0"), std::string::npos);
    EXPECT_NE(refusal("v=1\r\n").find("line 1 'v=1': only version 0"), std::string::npos);
    EXPECT_NE(refusal("v=0\r\ns=-\r\n").find("no o= line"), std::string::npos);
    EXPECT_NE(refusal("v=0\r\no=a b\r\n").find("line 2 'o=a b': needs user name"), std::string::npos);
    EXPECT_NE(refusal(kHead + "nonsense\r\n").find("line 4 'nonsense': is not <letter>=<value>"), std::string::npos);
    EXPECT_NE(refusal(kHead + "m=audio 99999 RTP/AVP 0\r\n").find("needs media, port"), std::string::npos);
    EXPECT_NE(refusal(kHead + "m=audio 4000 RTP/AVP\r\n").find("at least one format"), std::string::npos);
    EXPECT_NE(refusal("v=" + std::string(kSdpBytesMax, '0')).find("the limit is 65536"), std::string::npos);
}

TEST(Sdp, TheNumberOfMediaLinesIsBounded)
{
    std::string text = kHead;
    for (std::size_t i = 0; i < kSdpMediaMax; ++i) {
        text += "m=audio 4000 RTP/AVP 0\r\n";
    }
    EXPECT_EQ(refusal(text), "accepted");
    EXPECT_NE(refusal(text + "m=audio 4000 RTP/AVP 0\r\n").find("more than 32"), std::string::npos);
}

TEST(Sdp, TheNumberOfFormatsIsBounded)
{
    std::string line = "m=audio 4000 RTP/AVP";
    for (int i = 0; i < 100; ++i) {
        line += " 0";
    }
    EXPECT_EQ(first_media(line + "\r\n").tokens.size(), kSdpMediaFormatsMax);
}

rc::Gen<SdpMedia> any_media()
{
    return rc::gen::exec([] {
        SdpMedia media{
            .type = *rc::gen::element<std::string>("audio", "video", "image"),
            .port = *rc::gen::arbitrary<std::uint16_t>(),
            .protocol = *rc::gen::element<std::string>("RTP/AVP", "UDP/TLS/RTP/SAVPF"),
            .connection = *rc::gen::element(std::optional<Address>{}, std::optional{address("192.0.2.1")},
                                            std::optional{address("2001:db8::1")}),
            .rtcp = *rc::gen::element(std::optional<Address>{}, std::optional{address("192.0.2.1:5001")},
                                      std::optional{Address{}.with_port(7)}),
            .rtcp_mux = *rc::gen::arbitrary<bool>(),
            .direction = static_cast<Direction>(*rc::gen::inRange(0, 4)),
            .ptime_ms = *rc::gen::inRange(0U, 100U),
            .maxptime_ms = *rc::gen::inRange(0U, 100U),
        };
        const int count = *rc::gen::inRange(1, 8);
        for (int number = 96; number < 96 + count; ++number) {
            media.tokens.push_back(std::to_string(number));
            media.formats.push_back({.encoding = *rc::gen::element<std::string>("PCMU", "opus", "L16"),
                                     .clock_rate = *rc::gen::inRange(1U, 96'000U),
                                     .channels = *rc::gen::inRange(1U, 3U),
                                     .payload_type = number,
                                     .fmtp = *rc::gen::element<std::string>("", "0-16", "a=b; c=d")});
        }
        return media;
    });
}

RC_GTEST_PROP(SdpProperty, WhatWeWriteIsWhatWeRead, ())
{
    SessionDescription sent;
    sent.origin.address = address("192.0.2.1");
    sent.media = *rc::gen::container<std::vector<SdpMedia>>(any_media());
    sent.media.resize(std::min(sent.media.size(), kSdpMediaMax));
    const auto received = parse_sdp(write_sdp(sent));
    RC_ASSERT(received.has_value());
    RC_ASSERT(*received == sent);
}

RC_GTEST_PROP(SdpProperty, AnyTextIsReadOrRefused, (const std::string& text))
{
    const auto parsed = parse_sdp("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n" + text);
    if (parsed) {
        RC_ASSERT(parse_sdp(write_sdp(*parsed)).has_value());
    }
}

}  // namespace
}  // namespace rb::sip
