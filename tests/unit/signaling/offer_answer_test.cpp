// Goal: offers and answers follow RFC 3264 in each direction, hold form and refusal.
// Method: tables of SDP in and SDP out; the directions enumerated; then the truths as properties.
#include "signaling/offer_answer.h"

#include "signaling/payload_types.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace rb::sip {
namespace {

Address address(std::string_view text)
{
    return parse_address(text).value_or(Address{});
}

const MediaFormat kPcmu{.encoding = "PCMU"};
const MediaFormat kPcma{.encoding = "PCMA"};
const MediaFormat kG722{.encoding = "G722"};
const MediaFormat kOpus{.encoding = "opus", .clock_rate = 48000, .channels = 2, .fmtp = "useinbandfec=1"};

LocalMedia local_media(std::vector<MediaFormat> formats = {kPcmu, kPcma})
{
    return {.rtp = address("198.51.100.1:20000"), .capabilities = {.formats = std::move(formats)}};
}

SessionDescription offer_of(const std::string& media, const std::string& connection = "IN IP4 192.0.2.1")
{
    const auto parsed =
        parse_sdp("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=" + connection + "\r\nt=0 0\r\n" + media);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return parsed.value_or(SessionDescription{});
}

/// The m= sections of what we would answer, or the refusal.
std::string answer_text(const std::string& media, const LocalMedia& local)
{
    auto made = answer(offer_of(media), local);
    if (!made) {
        return std::to_string(made.error().code) + ' ' + std::to_string(made.error().warning) + ' ' + made.error().text;
    }
    const std::string text = LocalDescription{7}.publish(std::move(made->description));
    const std::string head = "v=0\r\no=- 7 1 IN IP4 198.51.100.1\r\ns=Ringbridge\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n";
    return text.starts_with(head) ? text.substr(head.size()) : text;
}

struct Row {
    const char* what;
    const char* offered;
    const char* answered;
};

TEST(OfferAnswer, AnswersAsTheTableSays)
{
    static constexpr std::array<Row, 15> kRows{{
        {"our order, their numbers", "m=audio 4000 RTP/AVP 8 0\r\n",
         "m=audio 20000 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
         "a=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"dynamic numbers as offered", "m=audio 4000 RTP/AVP 108\r\na=rtpmap:108 pcmu/8000\r\n",
         "m=audio 20000 RTP/AVP 108\r\na=rtpmap:108 pcmu/8000\r\na=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"telephone-event at the rate in use",
         "m=audio 4000 RTP/AVP 0 100 101\r\na=rtpmap:100 telephone-event/48000\r\na=rtpmap:101 telephone-event/8000\r\n"
         "a=fmtp:101 0-15\r\n",
         "m=audio 20000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
         "a=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"video refused", "m=video 5000 RTP/AVP 31 34\r\nm=audio 4000 RTP/AVP 0\r\n",
         "m=video 0 RTP/AVP 31\r\nm=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"T.38 refused, audio goes on", "m=audio 4000 RTP/AVP 0\r\nm=image 5000 udptl t38\r\n",
         "m=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\nm=image 0 udptl t38\r\n"},
        {"SRTP refused beside RTP", "m=audio 4000 RTP/SAVP 0\r\nm=audio 4000 RTP/AVP 0\r\n",
         "m=audio 0 RTP/SAVP 0\r\nm=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"one audio stream", "m=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 8\r\n",
         "m=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\nm=audio 0 RTP/AVP 8\r\n"},
        {"AVPF answered as offered", "m=audio 4000 RTP/AVPF 0\r\n",
         "m=audio 20000 RTP/AVPF 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"VoIP metrics sent and asked for where offered",
         "m=audio 4000 RTP/AVP 0\r\na=rtcp-xr:rcvr-rtt=all voip-metrics\r\n",
         "m=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=ptime:20\r\na=maxptime:60\r\na=rtcp-xr:voip-metrics\r\na=sendrecv\r\n"},
        {"no extended reports but these", "m=audio 4000 RTP/AVP 0\r\na=rtcp-xr:pkt-loss-rle\r\n",
         "m=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\n"},
        {"no common codec", "m=audio 4000 RTP/AVP 18\r\n", "488 304 no common codec"},
        {"only SRTP", "m=audio 4000 RTP/SAVP 0\r\n", "488 302 media protocol RTP/SAVP not available"},
        {"only T.38", "m=image 5000 udptl t38\r\n", "488 304 no audio stream that is wanted"},
        {"only a dead audio line", "m=audio 0 RTP/AVP 0\r\n", "488 304 no audio stream that is wanted"},
        {"a host name", "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 pc.example\r\n",
         "488 301 no IPv4 or IPv6 address for the media"},
    }};
    for (const Row& row : kRows) {
        EXPECT_EQ(answer_text(row.offered, local_media()), row.answered) << row.what;
    }
}

TEST(OfferAnswer, NarrowsDirectionsInEveryCombination)
{
    static constexpr std::array<const char*, 4> kNames{"inactive", "sendonly", "recvonly", "sendrecv"};
    const auto bits = [](Direction direction) {
        switch (direction) {
            case Direction::Inactive:
                return 0U;
            case Direction::SendOnly:
                return 1U;
            case Direction::ReceiveOnly:
                return 2U;
            case Direction::SendReceive:
                break;
        }
        return 3U;
    };
    for (unsigned theirs = 0; theirs < 4; ++theirs) {
        for (unsigned ours = 0; ours < 4; ++ours) {
            LocalMedia local = local_media();
            local.direction = static_cast<Direction>(ours);
            const auto made =
                answer(offer_of("m=audio 4000 RTP/AVP 0\r\na=" + std::string{kNames[theirs]} + "\r\n"), local);
            ASSERT_TRUE(made);
            const unsigned mirrored = (theirs & 1U) << 1U | theirs >> 1U;
            EXPECT_EQ(bits(made->media.direction), mirrored & ours) << kNames[theirs] << " and " << kNames[ours];
            EXPECT_EQ(made->description.media[0].direction, made->media.direction);
        }
    }
}

TEST(OfferAnswer, TheOldHoldAddressStopsOurSending)
{
    const auto made = answer(offer_of("m=audio 4000 RTP/AVP 0\r\n", "IN IP4 0.0.0.0"), local_media());
    ASSERT_TRUE(made);
    EXPECT_EQ(made->media.direction, Direction::ReceiveOnly);
    EXPECT_TRUE(made->media.remote_rtp.is_unspecified());
}

TEST(OfferAnswer, SaysWhereRtcpGoes)
{
    const auto rtcp_for = [](const std::string& attribute, bool mux) {
        MediaCapabilities capabilities = local_media().capabilities;
        capabilities.rtcp_mux = mux;
        const auto agreed =
            negotiate(offer_of("m=audio 4000 RTP/AVP 0\r\n" + attribute), capabilities, Direction::SendReceive);
        return agreed ? agreed->media.remote_rtcp.to_string() : "refused";
    };
    EXPECT_EQ(rtcp_for("", false), "192.0.2.1:4001");
    EXPECT_EQ(rtcp_for("a=rtcp:4711\r\n", false), "192.0.2.1:4711");
    EXPECT_EQ(rtcp_for("a=rtcp:4711 IN IP4 192.0.2.9\r\n", false), "192.0.2.9:4711");
    EXPECT_EQ(rtcp_for("a=rtcp-mux\r\n", true), "192.0.2.1:4000");
    EXPECT_EQ(rtcp_for("a=rtcp-mux\r\n", false), "192.0.2.1:4001");
}

TEST(OfferAnswer, ChoosesAPtimeThatBothCanUse)
{
    const auto ptime_for = [](const std::string& attributes) {
        const auto agreed = negotiate(offer_of("m=audio 4000 RTP/AVP 0\r\n" + attributes), local_media().capabilities,
                                      Direction::SendReceive);
        return agreed ? agreed->media.ptime_ms : 0;
    };
    EXPECT_EQ(ptime_for(""), 20U);
    EXPECT_EQ(ptime_for("a=ptime:40\r\n"), 40U);
    EXPECT_EQ(ptime_for("a=ptime:35\r\n"), 30U);
    EXPECT_EQ(ptime_for("a=ptime:1\r\n"), 10U);
    EXPECT_EQ(ptime_for("a=ptime:200\r\n"), 60U);
    EXPECT_EQ(ptime_for("a=ptime:40\r\na=maxptime:20\r\n"), 20U);
    EXPECT_EQ(ptime_for("a=maxptime:5\r\n"), 10U);
}

TEST(OfferAnswer, OffersStaticNumbersAndEventsAtEachRate)
{
    EXPECT_EQ(write_sdp(make_offer(local_media({kOpus, kPcmu}), {})),
              "v=0\r\no=- 0 0 IN IP6 ::\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
              "m=audio 20000 RTP/AVP 96 0 97 101\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n"
              "a=rtpmap:0 PCMU/8000\r\na=rtpmap:97 telephone-event/48000\r\na=fmtp:97 0-16\r\n"
              "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
              "a=ptime:20\r\na=maxptime:60\r\na=rtcp-xr:voip-metrics\r\na=sendrecv\r\n");
}

TEST(OfferAnswer, OffersEventsAt8000HzWhateverTheAudio)
{
    EXPECT_NE(write_sdp(make_offer(local_media({kOpus}), {})).find("m=audio 20000 RTP/AVP 96 97 101\r\n"),
              std::string::npos);
}

TEST(OfferAnswer, AChangeOfFormatTakesTheEventsOfItsClock)
{
    auto agreed = negotiate(offer_of("m=audio 4000 RTP/AVP 0 96 101 97\r\na=rtpmap:96 opus/48000/2\r\n"
                                     "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:97 telephone-event/48000\r\n"),
                            {.formats = {kPcmu, kOpus}}, Direction::SendReceive);
    ASSERT_TRUE(agreed);
    EXPECT_EQ(agreed->media.telephone_event->payload_type, 101);
    change_over(agreed->media, 96);
    EXPECT_EQ(agreed->media.formats.front().encoding, "opus");
    EXPECT_EQ(agreed->media.telephone_event->payload_type, 97);
    const NegotiatedMedia before = agreed->media;
    change_over(agreed->media, 8);
    EXPECT_EQ(agreed->media, before) << "was not agreed";
}

TEST(OfferAnswer, ANewOfferKeepsNumbersAndLines)
{
    const auto offer = offer_of(
        "m=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 107 96\r\na=rtpmap:107 opus/48000/2\r\n"
        "a=rtpmap:96 telephone-event/8000\r\n");
    const auto again =
        make_offer(local_media({kPcmu, kOpus}), {.numbers = offer.media[1].formats, .lines = offer.media, .line = 1});
    ASSERT_EQ(again.media.size(), 2U);
    EXPECT_EQ(again.media[0].port, 0);
    const std::vector<std::string> tokens{"0", "107", "96", "97"};
    EXPECT_EQ(again.media[1].tokens, tokens);
}

TEST(OfferAnswer, ReadsAnAnswer)
{
    const auto offer = make_offer(local_media({kOpus, kG722, kPcmu}), {});
    const auto media = accept_answer(
        offer,
        offer_of("m=audio 4000 RTP/AVP 0 9 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:30\r\na=recvonly\r\n"),
        0, MediaSecurity::None);
    ASSERT_TRUE(media);
    EXPECT_EQ(media->remote_rtp, address("192.0.2.1:4000"));
    EXPECT_EQ(media->formats.at(0).encoding, "PCMU");
    EXPECT_EQ(media->formats.at(1).encoding, "G722");
    EXPECT_EQ(media->telephone_event->payload_type, 101);
    EXPECT_EQ(media->direction, Direction::SendOnly);
    EXPECT_EQ(media->ptime_ms, 30U);
}

TEST(OfferAnswer, TakesEventsOfAnotherClockWhereThereAreNoOthers)
{
    const MediaFormat wide{.encoding = "L16", .clock_rate = 16000};
    const std::string audio = "m=audio 4000 RTP/AVP 96 101 102\r\na=rtpmap:96 L16/16000\r\n";
    EXPECT_NE(answer_text(audio + "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 x/8000\r\n", local_media({wide}))
                  .find("m=audio 20000 RTP/AVP 96 101\r\n"),
              std::string::npos);
    const std::string both = audio + "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 telephone-event/16000\r\n";
    EXPECT_NE(answer_text(both, local_media({wide})).find("m=audio 20000 RTP/AVP 96 102\r\n"), std::string::npos);
    const auto agreed = negotiate(offer_of(both), {.formats = {wide}}, Direction::SendReceive);
    ASSERT_TRUE(agreed);
    EXPECT_EQ(agreed->media.telephone_event->payload_type, 102);
}

TEST(OfferAnswer, AcceptsComfortNoiseAtTheClockOfTheAudio)
{
    const std::string audio = "m=audio 4000 RTP/AVP 13 97 0 96\r\na=rtpmap:96 L16/16000\r\na=rtpmap:97 CN/16000\r\n";
    const MediaFormat wide{.encoding = "L16", .clock_rate = 16000};
    EXPECT_NE(answer_text(audio, local_media({kPcmu})).find("m=audio 20000 RTP/AVP 0 13\r\n"), std::string::npos);
    EXPECT_NE(answer_text(audio, local_media({wide})).find("m=audio 20000 RTP/AVP 96 97\r\n"), std::string::npos);
    const auto agreed = negotiate(offer_of(audio), {.formats = {wide}}, Direction::SendReceive);
    ASSERT_TRUE(agreed);
    ASSERT_TRUE(agreed->media.comfort_noise);
    EXPECT_EQ(agreed->media.comfort_noise->payload_type, 97);
    const auto none = negotiate(offer_of("m=audio 4000 RTP/AVP 0 97\r\na=rtpmap:97 CN/16000\r\n"), {.formats = {kPcmu}},
                                Direction::SendReceive);
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->media.comfort_noise);
    const auto refused =
        negotiate(offer_of("m=audio 4000 RTP/AVP 13\r\n"), {.formats = {kPcmu}}, Direction::SendReceive);
    EXPECT_FALSE(refused) << "noise alone is no codec";
}

TEST(OfferAnswer, TakesComfortNoiseOutOfAnAnswerToAnOfferOfIt)
{
    LocalMedia saver = local_media({kPcmu, kOpus});
    saver.capabilities.comfort_noise = true;
    const auto offer = make_offer(saver, {});
    const auto noise_in = [](const SessionDescription& made, const std::string& answered) {
        const auto media = accept_answer(made, offer_of(answered), 0, MediaSecurity::None);
        EXPECT_TRUE(media) << answered;
        return media && media->comfort_noise ? media->comfort_noise->payload_type : -1;
    };
    EXPECT_EQ(noise_in(offer, "m=audio 4000 RTP/AVP 13 0 101\r\n"), 13);
    EXPECT_EQ(noise_in(offer, "m=audio 4000 RTP/AVP 0\r\n"), -1);
    EXPECT_EQ(noise_in(offer, "m=audio 4000 RTP/AVP 96 13\r\na=rtpmap:96 opus/48000/2\r\n"), -1);
    EXPECT_EQ(noise_in(make_offer(local_media({kPcmu}), {}), "m=audio 4000 RTP/AVP 0 13\r\n"), -1);
    EXPECT_FALSE(accept_answer(offer, offer_of("m=audio 4000 RTP/AVP 13\r\n"), 0, MediaSecurity::None))
        << "noise alone is no codec";
}

TEST(OfferAnswer, RefusesAnswersThatAreNone)
{
    const auto offer = make_offer(local_media({kPcmu}), {});
    const auto text_of = [&](const std::string& media) {
        const auto accepted = accept_answer(offer, offer_of(media), 0, MediaSecurity::None);
        return accepted ? "accepted" : accepted.error().text;
    };
    EXPECT_EQ(text_of(""), "the answer has fewer media lines than the offer");
    EXPECT_EQ(text_of("m=audio 0 RTP/AVP 0\r\n"), "the answer refuses the audio stream");
    EXPECT_EQ(text_of("m=video 4000 RTP/AVP 0\r\n"), "the answer refuses the audio stream");
    EXPECT_EQ(text_of("m=audio 4000 RTP/SAVP 0\r\n"), "media protocol RTP/SAVP not offered");
    EXPECT_EQ(text_of("m=audio 4000 RTP/AVP 8\r\n"), "the answer has no codec that was offered");
    EXPECT_EQ(text_of("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 x.example\r\n"), "no IPv4 or IPv6 address for the media");
}

TEST(LocalDescription, TheVersionGrowsOnlyWithAChange)
{
    LocalDescription description{42};
    const auto offer = make_offer(local_media(), {});
    const std::string first = description.publish(offer);
    EXPECT_NE(first.find("o=- 42 1 IN IP4 198.51.100.1\r\n"), std::string::npos);
    EXPECT_EQ(description.publish(offer), first);
    LocalMedia held = local_media();
    held.direction = Direction::SendOnly;
    EXPECT_NE(description.publish(make_offer(held, {})).find("o=- 42 2 IN IP4"), std::string::npos);
}

rc::Gen<std::string> any_offer_media()
{
    return rc::gen::exec([] {
        std::string text;
        const int lines = *rc::gen::inRange(1, 6);
        for (int i = 0; i < lines; ++i) {
            text += "m=" + *rc::gen::element<std::string>("audio", "audio", "video", "image") + ' ' +
                    *rc::gen::element<std::string>("0", "4000", "65535") + ' ' +
                    *rc::gen::element<std::string>("RTP/AVP", "RTP/AVP", "RTP/SAVP", "udptl") + ' ' +
                    *rc::gen::element<std::string>("0", "8 0 101", "96 97", "18 9") + "\r\n" +
                    *rc::gen::element<std::string>("", "a=rtpmap:96 opus/48000/2\r\n", "a=rtpmap:97 PCMA/8000\r\n") +
                    *rc::gen::element<std::string>("", "a=rtpmap:101 telephone-event/8000\r\n") +
                    *rc::gen::element<std::string>("", "a=sendonly\r\n", "a=inactive\r\n", "a=recvonly\r\n") +
                    *rc::gen::element<std::string>("", "c=IN IP4 0.0.0.0\r\n", "c=IN IP6 2001:db8::1\r\n");
        }
        return text;
    });
}

TEST(OfferAnswer, VoipMetricsAreSentToWhomAsksForThem)
{
    const auto offer = make_offer(local_media({kPcmu}), {});
    for (const bool asked : {false, true}) {
        const std::string attribute = asked ? "a=rtcp-xr:voip-metrics\r\n" : "";
        const auto peer = offer_of("m=audio 4000 RTP/AVP 0\r\n" + attribute);
        const auto accepted = accept_answer(offer, peer, 0, MediaSecurity::None);
        ASSERT_TRUE(accepted);
        EXPECT_EQ(accepted->voip_metrics, asked);
        const auto made = answer(peer, local_media());
        ASSERT_TRUE(made);
        EXPECT_EQ(made->media.voip_metrics, asked);
    }
}

RC_GTEST_PROP(OfferAnswerProperty, AnAnswerUsesOnlyWhatWasOffered, ())
{
    const auto offer = offer_of(*any_offer_media());
    const auto made = answer(offer, local_media({kOpus, kPcma, kPcmu}));
    if (!made) {
        RC_ASSERT(made.error().code == 488);
        return;
    }
    RC_ASSERT(made->description.media.size() == offer.media.size());
    RC_ASSERT(!made->media.formats.empty());
    int live = 0;
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
        const SdpMedia& line = made->description.media[i];
        RC_ASSERT(line.type == offer.media[i].type);
        RC_ASSERT(line.protocol == offer.media[i].protocol);
        RC_ASSERT(offer.media[i].port != 0 || line.port == 0);
        live += line.port != 0 ? 1 : 0;
        for (const MediaFormat& format : line.formats) {
            const auto same = [&](const MediaFormat& offered) {
                return same_format(format, offered) && format.payload_type == offered.payload_type;
            };
            RC_ASSERT(std::any_of(offer.media[i].formats.begin(), offer.media[i].formats.end(), same));
        }
    }
    RC_ASSERT(live == 1);
}

RC_GTEST_PROP(OfferAnswerProperty, AnsweringAgainChangesNothing, ())
{
    const auto offer = offer_of(*any_offer_media());
    const auto local = local_media({kPcmu, kPcma});
    LocalDescription origin{1};
    const auto once = answer(offer, local);
    const auto twice = answer(offer, local);
    RC_ASSERT(once.has_value() == twice.has_value());
    if (once) {
        RC_ASSERT(once->media == twice->media);
        RC_ASSERT(origin.publish(once->description) == origin.publish(twice->description));
    }
}

RC_GTEST_PROP(OfferAnswerProperty, BothSidesAgreeOnWhatFlows, ())
{
    LocalMedia offerer = local_media({kOpus, kPcmu, kG722, kPcma});
    LocalMedia answerer = local_media({kPcma, kPcmu});
    offerer.direction = static_cast<Direction>(*rc::gen::inRange(0, 4));
    answerer.direction = static_cast<Direction>(*rc::gen::inRange(0, 4));
    const auto offer = make_offer(offerer, {});
    const auto made = answer(offer, answerer);
    RC_ASSERT(made.has_value());
    const auto accepted = accept_answer(offer, made->description, 0, MediaSecurity::None);
    RC_ASSERT(accepted.has_value());
    RC_ASSERT(accepted->formats == made->media.formats);
    RC_ASSERT(accepted->telephone_event == made->media.telephone_event);
}

}  // namespace
}  // namespace rb::sip
