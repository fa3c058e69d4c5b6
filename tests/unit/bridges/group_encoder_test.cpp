// Goal: listeners who share an encoder are told apart by what they want, and the worst of them decides on redundancy.
// Method: group numbers by hand; the same sound encoded anew tells whether an encoder expects loss.
#include "bridges/group_encoder.h"

#include "codecs/tone.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace rb::bridges {
namespace {

using codecs::CodecId;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kRate = 16'000;

GroupEncoder opus_group()
{
    return GroupEncoder{CodecId::Opus, kRate, 0, {.bitrate = 24'000, .fec = true}};
}

/// What becomes of 200 ms of two tones after a pause.
Bytes encoded_anew(GroupEncoder& group, std::uint8_t complexity_max = 10)
{
    constexpr std::array kTones{codecs::ToneSegment{.first_hz = 210, .second_hz = 1330}};
    codecs::ToneGenerator tone{{.segments = kTones, .loop_from = 1}, kRate};
    Bytes all;
    group.pause();
    for (int i = 0; i < 10; ++i) {
        std::vector<codecs::Sample> mixed(codecs::frame_samples(kRate));
        tone.generate(mixed);
        Bytes payload(codecs::kPayloadBytesMax);
        payload.resize(group.encode(mixed, payload, complexity_max));
        all.insert(all.end(), payload.begin(), payload.end());
    }
    return all;
}

TEST(GroupNumber, IsAnotherForEachCodecAndKindOfOpus)
{
    std::set<std::size_t> numbers;
    for (const auto& info : codecs::kCodecs) {
        numbers.insert(group_number(info.id, 0));
    }
    for (std::uint8_t kind = 1; kind < kOpusKinds; ++kind) {
        numbers.insert(group_number(CodecId::Opus, kind));
    }
    EXPECT_EQ(numbers.size(), kGroupsMax);
    EXPECT_LT(*numbers.rbegin(), kGroupsMax);
    EXPECT_EQ(group_number(CodecId::Opus, kOpusKinds), kGroupsMax) << "is served alone";
    EXPECT_EQ(group_number(CodecId::G722, kOpusKinds), group_number(CodecId::G722, 0)) << "has but one kind";
}

TEST(GroupEncoder, BeginsAnewAfterAPause)
{
    auto group = opus_group();
    const Bytes first = encoded_anew(group);
    EXPECT_EQ(encoded_anew(group), first);
}

TEST(GroupEncoder, TheWorstLossOfTheLastTenSecondsCounts)
{
    auto group = opus_group();
    const Bytes without = encoded_anew(group);
    group.expect_loss(20, 100s);
    EXPECT_NE(encoded_anew(group), without);
    group.expect_loss(0, 101s);  // another listener loses nothing
    EXPECT_NE(encoded_anew(group), without);
    group.expect_loss(0, 105s);
    EXPECT_NE(encoded_anew(group), without);
    group.expect_loss(0, 110s);
    EXPECT_EQ(encoded_anew(group), without);
}

TEST(GroupEncoder, OneListenerWhoHearsNextToNothingDoesNotSpoilItForAll)
{
    const auto anew = [](std::uint8_t reported, std::uint8_t configured) {
        GroupEncoder group{CodecId::Opus, kRate, 0, {.bitrate = 128'000, .packet_loss = configured}};
        group.expect_loss(reported, 100s);
        return encoded_anew(group);
    };
    EXPECT_EQ(anew(90, 0), anew(GroupEncoder::kLossMax, 0));
    EXPECT_NE(anew(0, 90), anew(GroupEncoder::kLossMax, 0)) << "else the cap could not be told";
}

TEST(GroupEncoder, SpendsNoMoreThanItMay)
{
    GroupEncoder group{CodecId::Opus, kRate, 0, {.bitrate = 24'000, .complexity = 10}};
    const Bytes dear = encoded_anew(group);
    EXPECT_NE(encoded_anew(group, 0), dear);
    EXPECT_EQ(encoded_anew(group), dear);
}

TEST(GroupEncoder, GoesOnWhereAnotherOfTheGroupEnds)
{
    GroupEncoder narrow{CodecId::G722, 8'000};
    GroupEncoder wide{CodecId::G722, kRate};
    wide.take_history(narrow);
    EXPECT_EQ(wide.mix_rate(), kRate);
    EXPECT_EQ(encoded_anew(wide).size(), 10U * 160);
}

}  // namespace
}  // namespace rb::bridges
