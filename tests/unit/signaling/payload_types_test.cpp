// Goal: formats get the numbers RFC 3551 and the field expect, and one number never means two things.
// Method: each rule of the choice once.
#include "signaling/payload_types.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::sip {
namespace {

const MediaFormat kPcma{.encoding = "pcma"};
const MediaFormat kOpus{.encoding = "opus", .clock_rate = 48000, .channels = 2};
const MediaFormat kEvents{.encoding = "telephone-event"};

TEST(PayloadTypes, StaticNumbersAreThoseOfTheRfc)
{
    EXPECT_EQ(static_format(9)->encoding, "G722");
    EXPECT_EQ(static_format(9)->clock_rate, 8000U);
    EXPECT_EQ(static_format(10)->channels, 2U);
    EXPECT_FALSE(static_format(96));
    EXPECT_FALSE(static_format(-1));
}

TEST(PayloadTypes, AKnownNumberIsKeptAWishGrantedAndTheRestChosen)
{
    MediaFormat known = kOpus;
    known.payload_type = 107;
    const std::vector<MediaFormat> numbers{known};
    EXPECT_EQ(choose_payload_type(kOpus, numbers, {}), 107);
    EXPECT_EQ(choose_payload_type(kPcma, numbers, {}), 8);
    EXPECT_EQ(choose_payload_type(kEvents, numbers, {}), 101);
    EXPECT_EQ(choose_payload_type(kOpus, {}, {}), 96);
    MediaFormat wish = kEvents;
    wish.payload_type = 107;
    EXPECT_EQ(choose_payload_type(wish, {}, {}), 107);
    EXPECT_EQ(choose_payload_type(wish, numbers, {}), 101);
}

TEST(PayloadTypes, EveryNumberTakenIsAnswer)
{
    std::vector<MediaFormat> taken;
    for (int number = 96; number <= 127; ++number) {
        taken.push_back({.encoding = "x", .payload_type = number});
    }
    EXPECT_EQ(choose_payload_type(kOpus, {}, taken), -1);
    EXPECT_EQ(choose_payload_type(kPcma, {}, taken), 8);
}

std::vector<int> numbers_offered(const MediaCapabilities& own, std::span<const MediaFormat> known = {})
{
    std::vector<int> numbers;
    for (const MediaFormat& format : formats_to_offer(own, known)) {
        numbers.push_back(format.payload_type);
    }
    return numbers;
}

TEST(PayloadTypes, ComfortNoiseIsOfferedBesideAudioOfItsClock)
{
    using Numbers = std::vector<int>;
    EXPECT_EQ(numbers_offered({.formats = {kPcma}}), (Numbers{8, 101}));
    EXPECT_EQ(numbers_offered({.formats = {kPcma}, .comfort_noise = true}), (Numbers{8, 13, 101}));
    EXPECT_EQ(numbers_offered({.formats = {kOpus, kPcma}, .telephone_event = false, .comfort_noise = true}),
              (Numbers{96, 8, 13}));
    EXPECT_EQ(numbers_offered({.formats = {kOpus}, .telephone_event = false, .comfort_noise = true}), Numbers{96});
    const std::vector<MediaFormat> known{{.encoding = "cn", .payload_type = 98}};
    EXPECT_EQ(numbers_offered({.formats = {kPcma}, .comfort_noise = true}, known), (Numbers{8, 98, 101}));
}

TEST(PayloadTypes, ANumberThatTheAnswerUsesOtherwiseIsNoAlias)
{
    MediaFormat opus = kOpus;
    MediaFormat events = kEvents;
    opus.payload_type = 96;
    events.payload_type = 97;
    const std::vector<MediaFormat> offered{opus, events};
    opus.payload_type = 97;
    events.payload_type = 101;
    EXPECT_EQ(aliases_of(offered, std::vector{opus, events}), (std::vector<PayloadAlias>{{.heard = 96, .means = 97}}));
    EXPECT_TRUE(aliases_of(offered, {}).empty());
    EXPECT_TRUE(aliases_of(offered, offered).empty());
}

}  // namespace
}  // namespace rb::sip
