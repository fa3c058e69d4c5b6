// Goal: T.38 takes the place of audio in a session and gives it back, whoever offers and in whichever m= line.
// Method: sequences of offers and answers by hand, with the m= lines expected; what is no such offer as a table.
#include "signaling/fax_offer.h"

#include "signaling/media_exchange.h"

#include <gtest/gtest.h>

#include <array>

namespace rb::sip {
namespace {

std::string sdp(const std::string& media)
{
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media;
}

const std::string kAudio = "m=audio 4000 RTP/AVP 0\r\n";
const std::string kFax = "m=image 4002 udptl t38\r\na=T38FaxVersion:0\r\n";

LocalMedia local_media(bool fax = false)
{
    LocalMedia local{.rtp = *parse_address("198.51.100.1:20000"),
                     .capabilities = {.formats = {{.encoding = "PCMU"}}, .fax = true}};
    if (fax) {
        local.fax = T38{.version = 0, .max_datagram = 400};
    }
    return local;
}

/// The m= and T38 lines of a description.
std::string media_of(const std::string& text)
{
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        const std::string line = text.substr(at, text.find('\r', at) - at);
        lines += line.starts_with("m=") || line.starts_with("a=T38") ? line + '\n' : "";
    }
    return lines;
}

/// An exchange that has agreed on audio, as the peer offered it.
class FaxOffer : public testing::Test {
protected:
    FaxOffer()
    {
        EXPECT_TRUE(exchange.receive_offer(sdp(kAudio), local_media().capabilities));
        EXPECT_TRUE(exchange.write_answer(local_media()));
    }
    std::string answer_fax_offer(const std::string& media)
    {
        const auto offered = exchange.receive_offer(sdp(media), local_media().capabilities);
        EXPECT_TRUE(offered);
        EXPECT_TRUE(offered && offered->fax && offered->fax->version == 0U && offered->formats.empty());
        EXPECT_TRUE(offered && offered->remote_rtp.to_string() == "192.0.2.1:4002");
        const auto answered = exchange.write_answer(local_media(true));
        return answered ? media_of(*answered) : answered.error().text;
    }
    MediaExchange exchange{9};
};

TEST_F(FaxOffer, TakesTheLineOfTheAudioAndGivesItBack)
{
    EXPECT_EQ(answer_fax_offer(kFax), "m=image 20000 udptl t38\na=T38FaxVersion:0\na=T38FaxMaxDatagram:400\n");
    const auto audio = exchange.receive_offer(sdp(kAudio), local_media().capabilities);
    ASSERT_TRUE(audio);
    EXPECT_FALSE(audio->fax);
    EXPECT_EQ(audio->formats.size(), 1U);
    EXPECT_EQ(media_of(*exchange.write_answer(local_media())), "m=audio 20000 RTP/AVP 0\n");
}

TEST_F(FaxOffer, OrALineOfItsOwn)
{
    EXPECT_EQ(answer_fax_offer("m=audio 0 RTP/AVP 0\r\n" + kFax),
              "m=audio 0 RTP/AVP 0\nm=image 20000 udptl t38\na=T38FaxVersion:0\na=T38FaxMaxDatagram:400\n");
    EXPECT_EQ(media_of(exchange.write_offer(local_media())), "m=audio 20000 RTP/AVP 0 101\nm=image 0 udptl t38\n");
    ASSERT_TRUE(exchange.receive_answer(sdp(kAudio + "m=image 0 udptl t38\r\n")));
    EXPECT_EQ(media_of(exchange.write_offer(local_media(true))),
              "m=audio 0 RTP/AVP 0\nm=image 20000 udptl t38\na=T38FaxVersion:0\na=T38FaxMaxDatagram:400\n");
}

TEST_F(FaxOffer, IsOursAsWell)
{
    EXPECT_EQ(media_of(exchange.write_offer(local_media(true))),
              "m=image 20000 udptl t38\na=T38FaxVersion:0\na=T38FaxMaxDatagram:400\n");
    const auto fax = exchange.receive_answer(sdp(kFax));
    ASSERT_TRUE(fax);
    EXPECT_EQ(fax->fax, T38{.version = 0});
    EXPECT_EQ(fax->remote_rtp.port(), 4002);
    EXPECT_EQ(media_of(exchange.write_offer(local_media())), "m=audio 20000 RTP/AVP 0 101\n");
    const auto audio = exchange.receive_answer(sdp(kAudio));
    ASSERT_TRUE(audio);
    EXPECT_FALSE(audio->fax);
}

TEST_F(FaxOffer, ThatIsRefusedChangesNothing)
{
    static_cast<void>(exchange.write_offer(local_media(true)));
    exchange.abandon();  // 488
    EXPECT_EQ(media_of(exchange.write_offer(local_media())), "m=audio 20000 RTP/AVP 0 101\n");
}

TEST_F(FaxOffer, MayBeAnsweredByRefusingTheStream)
{
    static_cast<void>(exchange.write_offer(local_media(true)));
    const auto answered = exchange.receive_answer(sdp("m=image 0 udptl t38\r\n"));
    ASSERT_TRUE(answered);
    EXPECT_FALSE(answered->fax);
    EXPECT_TRUE(answered->formats.empty());
    EXPECT_EQ(media_of(exchange.write_offer(local_media())), "m=audio 20000 RTP/AVP 0 101\n");
}

TEST_F(FaxOffer, IsRefusedWhereItIsNone)
{
    static const std::array<std::string, 5> kOthers{
        "m=image 4002 tcp t38\r\n",            // T.38 over TCP
        "m=image 4002 udptl t37\r\n",          // another format
        "m=image 0 udptl t38\r\n",             // refused by its sender
        kFax + "c=IN IP4 0.0.0.0\r\n",         // nowhere to send to
        "m=audio 4000 RTP/AVP 18\r\n" + kFax,  // beside audio, which we do not speak
    };
    for (const std::string& media : kOthers) {
        const auto offered = exchange.receive_offer(sdp(media), local_media().capabilities);
        ASSERT_FALSE(offered) << media;
        EXPECT_EQ(offered.error().code, 488);
    }
    MediaCapabilities without = local_media().capabilities;
    without.fax = false;
    EXPECT_FALSE(exchange.receive_offer(sdp(kFax), without));
    EXPECT_FALSE(MediaExchange{9}.receive_offer(sdp(kFax), local_media().capabilities)) << "a call begins with audio";
}

TEST_F(FaxOffer, BesideAudioIsRefusedByItsPort)
{
    const auto offered = exchange.receive_offer(sdp(kAudio + kFax), local_media().capabilities);
    ASSERT_TRUE(offered);
    EXPECT_FALSE(offered->fax);
    EXPECT_EQ(media_of(*exchange.write_answer(local_media())), "m=audio 20000 RTP/AVP 0\nm=image 0 udptl t38\n");
}

}  // namespace
}  // namespace rb::sip
