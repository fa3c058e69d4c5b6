// Goal: of the formats a peer's SDP and we both have, those come first, and those are left, that MediaCapabilities
// says. Method: tables of what we have, what the peer says and what comes of it, as offers and as answers to ours.
#include "signaling/media_exchange.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

const MediaFormat kUlaw{.encoding = "PCMU"};
const MediaFormat kAlaw{.encoding = "PCMA"};
const MediaFormat kWide{.encoding = "G722"};
const MediaFormat kFullBand{.encoding = "opus", .clock_rate = 48000, .channels = 2};

constexpr FormatChoice kOurs{};
constexpr FormatChoice kPeers{.order = FormatOrder::Peers};
constexpr FormatChoice kOursFirst{.first_only = true};
constexpr FormatChoice kPeersFirst{.order = FormatOrder::Peers, .first_only = true};

/// Opus and events have these numbers with the peer.
std::string numbered_sdp(const std::string& numbers)
{
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP " + numbers +
           "\r\na=rtpmap:107 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n"
           "a=rtpmap:102 telephone-event/48000\r\n";
}

LocalMedia local_choosing(std::vector<MediaFormat> formats, const FormatChoice& of_offer, const FormatChoice& of_answer)
{
    return {.rtp = *parse_address("198.51.100.1:20000"),
            .capabilities = {.formats = std::move(formats), .of_offer = of_offer, .of_answer = of_answer}};
}

std::string chosen_numbers(const MediaResult<NegotiatedMedia>& media)
{
    std::string text = media ? "" : media.error().text;
    for (const MediaFormat& format : media ? media->formats : std::vector<MediaFormat>{}) {
        text += (text.empty() ? "" : " ") + std::to_string(format.payload_type);
    }
    return text;
}

struct ChoiceRow {
    const char* what;
    std::vector<MediaFormat> own;
    const char* peer;
    FormatChoice choice;
    const char* chosen;
};

std::vector<ChoiceRow> choice_rows()
{
    return {
        {"our order", {kUlaw, kAlaw, kWide}, "9 8 18", kOurs, "8 9"},
        {"the first of ours", {kUlaw, kAlaw, kWide}, "9 8 18", kOursFirst, "8"},
        {"the peer's order", {kUlaw, kAlaw, kWide}, "9 8 18", kPeers, "9 8"},
        {"the first of the peer's", {kUlaw, kAlaw, kWide}, "9 8 18", kPeersFirst, "9"},
        {"its first that we have", {kUlaw, kAlaw, kWide}, "18 0 8", kPeersFirst, "0"},
        {"our first that it has", {kFullBand, kAlaw}, "0 8", kOursFirst, "8"},
        {"events are no format", {kUlaw, kFullBand}, "101 107 0", kPeers, "107 0"},
        {"nor the first", {kUlaw, kFullBand}, "101 107 0", kPeersFirst, "107"},
        {"two numbers for one", {kUlaw, kFullBand}, "107 0 107", kPeers, "107 0"},
    };
}

TEST(FormatChoice, OfAnOffer)
{
    for (const ChoiceRow& row : choice_rows()) {
        MediaExchange exchange{1};
        const LocalMedia local = local_choosing(row.own, row.choice, kOurs);
        EXPECT_EQ(chosen_numbers(exchange.receive_offer(numbered_sdp(row.peer), local.capabilities)), row.chosen)
            << row.what;
        const auto answer = exchange.write_answer(local);
        ASSERT_TRUE(answer) << row.what;
        const std::string events = std::string_view{row.peer}.find("101") == std::string::npos ? "" : " 101";
        EXPECT_NE(answer->find("m=audio 20000 RTP/AVP " + std::string{row.chosen} + events + "\r\n"), std::string::npos)
            << row.what << '\n'
            << *answer;
    }
}

TEST(FormatChoice, OfAnAnswerToOurOffer)
{
    for (const ChoiceRow& row : choice_rows()) {
        MediaExchange exchange{1};
        static_cast<void>(exchange.write_offer(local_choosing(row.own, kPeers, row.choice)));
        EXPECT_EQ(chosen_numbers(exchange.preview_answer(numbered_sdp(row.peer))), row.chosen) << row.what;
        EXPECT_EQ(chosen_numbers(exchange.receive_answer(numbered_sdp(row.peer))), row.chosen) << row.what;
    }
}

TEST(FormatChoice, KeysGoByTheClockOfTheFirst)
{
    for (const auto& [choice, number] : {std::pair{kOurs, 101}, {kOursFirst, 101}, {kPeers, 102}, {kPeersFirst, 102}}) {
        MediaExchange exchange{1};
        const auto media = exchange.receive_offer(numbered_sdp("107 0 101 102"),
                                                  local_choosing({kUlaw, kFullBand}, choice, kOurs).capabilities);
        ASSERT_TRUE(media);
        EXPECT_EQ(media->telephone_event->payload_type, number);
    }
}

TEST(FormatChoice, NothingInCommonIsNothingInAnyOrder)
{
    for (const FormatChoice& choice : {kOurs, kOursFirst, kPeers, kPeersFirst}) {
        MediaExchange exchange{1};
        const LocalMedia local = local_choosing({kUlaw}, choice, choice);
        EXPECT_EQ(chosen_numbers(exchange.receive_offer(numbered_sdp("8 101"), local.capabilities)), "no common codec");
        static_cast<void>(exchange.write_offer(local));
        EXPECT_EQ(chosen_numbers(exchange.receive_answer(numbered_sdp("8 101"))),
                  "the answer has no codec that was offered");
    }
}

TEST(FormatChoice, OfferedNumbersThatTheAnswerChangesMeanTheSameYet)
{
    MediaExchange exchange{1};
    static_cast<void>(exchange.write_offer(local_choosing({kFullBand, kUlaw}, kOurs, kPeers)));  // 96, 0, 97, 101
    const auto media = exchange.receive_answer(numbered_sdp("107 0 101 102"));
    ASSERT_TRUE(media);
    EXPECT_EQ(chosen_numbers(media), "107 0");
    const std::vector<PayloadAlias> aliases{{.heard = 96, .means = 107}, {.heard = 97, .means = 102}};
    EXPECT_EQ(media->aliases, aliases);
}

}  // namespace
}  // namespace rb::sip
