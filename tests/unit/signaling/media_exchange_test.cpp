// Goal: offers and answers of one session follow each other without losing numbers, lines or version.
// Method: whole sequences by hand: peer offers, we offer, refusals in between; what is out of turn is refused.
#include "signaling/media_exchange.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

const MediaFormat kOpus{.encoding = "opus", .clock_rate = 48000, .channels = 2};

std::string sdp(const std::string& media)
{
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media;
}

LocalMedia local_media(Direction direction = Direction::SendReceive)
{
    return {.rtp = *parse_address("198.51.100.1:20000"),
            .capabilities = {.formats = {{.encoding = "PCMU"}, kOpus}},
            .direction = direction};
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(MediaExchange, OurNextOfferKeepsTheNumbersAndLinesOfThePeers)
{
    MediaExchange exchange{9};
    const auto media = exchange.receive_offer(
        sdp("m=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 111 0\r\na=rtpmap:111 opus/48000/2\r\n"),
        local_media().capabilities);
    ASSERT_TRUE(media);
    EXPECT_TRUE(exchange.peer_has_offered());
    EXPECT_FALSE(exchange.settled());
    const auto answer = exchange.write_answer(local_media());
    ASSERT_TRUE(answer);
    EXPECT_TRUE(has(*answer, "o=- 9 1 "));
    EXPECT_TRUE(exchange.settled());
    EXPECT_FALSE(exchange.peer_has_offered());

    const std::string offer = exchange.write_offer(local_media(Direction::SendOnly));
    EXPECT_TRUE(exchange.we_have_offered());
    EXPECT_TRUE(has(offer, "o=- 9 2 "));
    EXPECT_TRUE(has(offer, "m=video 0 RTP/AVP 31\r\n"));
    EXPECT_TRUE(has(offer, "m=audio 20000 RTP/AVP 0 111"));
    const auto answered =
        exchange.receive_answer(sdp("m=video 0 RTP/AVP 31\r\nm=audio 4002 RTP/AVP 0\r\na=recvonly\r\n"));
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->remote_rtp.port(), 4002);
    EXPECT_EQ(answered->direction, Direction::SendOnly);
    EXPECT_FALSE(exchange.we_have_offered());
}

TEST(MediaExchange, APreviewChangesNothing)
{
    MediaExchange exchange{9};
    static_cast<void>(exchange.write_offer(local_media()));
    EXPECT_TRUE(exchange.preview_answer(sdp("m=audio 4000 RTP/AVP 0\r\n")));
    EXPECT_FALSE(exchange.settled());
    EXPECT_TRUE(exchange.receive_answer(sdp("m=audio 4004 RTP/AVP 0\r\n")));
}

TEST(MediaExchange, WhatIsRefusedLeavesNoTrace)
{
    MediaExchange exchange{9};
    EXPECT_EQ(exchange.receive_offer("nonsense", local_media().capabilities).error().code, 400);
    EXPECT_EQ(exchange.receive_offer(sdp("m=audio 4000 RTP/AVP 18\r\n"), local_media().capabilities).error().code, 488);
    EXPECT_FALSE(exchange.peer_has_offered());
    static_cast<void>(exchange.write_offer(local_media()));
    exchange.abandon();
    EXPECT_FALSE(exchange.we_have_offered());
}

TEST(MediaExchange, OutOfTurnIsRefused)
{
    MediaExchange exchange{9};
    EXPECT_EQ(exchange.write_answer(local_media()).error().code, 500);
    EXPECT_EQ(exchange.receive_answer(sdp("m=audio 4000 RTP/AVP 0\r\n")).error().code, 400);
    EXPECT_EQ(exchange.preview_answer(sdp("m=audio 4000 RTP/AVP 0\r\n")).error().code, 400);
    EXPECT_EQ(exchange.receive_answer("nonsense").error().code, 400);
}

TEST(MediaExchange, AnAnswerThatNoLongerFitsIsRefused)
{
    MediaExchange exchange{9};
    ASSERT_TRUE(exchange.receive_offer(sdp("m=audio 4000 RTP/AVP 0\r\n"), local_media().capabilities));
    LocalMedia other = local_media();
    other.capabilities.formats = {kOpus};
    EXPECT_EQ(exchange.write_answer(other).error().code, 488);
}

}  // namespace
}  // namespace rb::sip
