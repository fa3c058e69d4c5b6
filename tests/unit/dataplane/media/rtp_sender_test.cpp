// Goal: what leaves a leg is one stream: sequence numbers used once, timestamps that run with time, through every
// change between forwarded packets, frames made here and telephone-events.
// Method: each change by hand, then any order of them as a property.
#include "dataplane/media/rtp_sender.h"

#include "dataplane/wire/seq.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <vector>

namespace rb::media {
namespace {

constexpr RtpSender::Format kFormat{.payload_type = 0, .clock_rate = 8000};

/// A leg's sender with the peer that watches it.
class Sent {
public:
    explicit Sent(std::uint64_t seed) : rng{seed}, sender{rng} {}

    wire::RtpHeader made(Nanos at) { return sender.next(kFormat, 160, at); }

    tl::expected<wire::RtpHeader, Drop> passing(std::uint32_t sequence, std::uint32_t timestamp, Nanos at,
                                                std::uint32_t stream = 1)
    {
        const RtpSender::Passing packet{
            .source = 1, .stream = stream, .sequence = sequence, .header = {.timestamp = timestamp}};
        return sender.forward(packet, kFormat, at);
    }

    Rng rng;
    RtpSender sender;
};

std::int32_t ticks(const wire::RtpHeader& from, const wire::RtpHeader& to)
{
    return wire::timestamp_distance(from.timestamp, to.timestamp);
}

TEST(RtpSender, FramesFollowOneAnother)
{
    Sent s{1};
    const auto first = s.made(1s);
    const auto second = s.made(1s + 20ms);
    EXPECT_TRUE(first.marker);
    EXPECT_FALSE(second.marker);
    EXPECT_EQ(second.sequence, static_cast<std::uint16_t>(first.sequence + 1));
    EXPECT_EQ(ticks(first, second), 160);
    EXPECT_EQ(second.ssrc, first.ssrc);
}

TEST(RtpSender, WhatFollowsComfortNoiseBeginsATalkSpurt)
{
    Sent s{1};
    const auto before = s.made(1s);
    const auto noise = s.sender.next_of_noise({.payload_type = 13}, 1s + 20ms);
    EXPECT_EQ(noise.payload_type, 13);
    EXPECT_FALSE(noise.marker);
    EXPECT_EQ(ticks(before, noise), 160) << "when the noise begins";
    const auto again = s.sender.next_of_noise({.payload_type = 13}, 1s + 420ms);
    EXPECT_FALSE(again.marker);
    EXPECT_EQ(ticks(noise, again), 400 * 8);
    const auto speech = s.made(1s + 440ms);
    EXPECT_TRUE(speech.marker);
    EXPECT_EQ(ticks(again, speech), 160);
    EXPECT_EQ(speech.sequence, static_cast<std::uint16_t>(before.sequence + 3));
    EXPECT_FALSE(s.made(1s + 460ms).marker);
}

TEST(RtpSender, LateSlotsDoNotShowInTimestamps)
{
    Sent s{2};
    const auto first = s.made(1s);
    const auto late = s.made(1s + 50ms);
    EXPECT_EQ(ticks(first, late), 160);
    EXPECT_FALSE(late.marker);
}

TEST(RtpSender, APauseShowsInTimestampsAndBeginsATalkSpurt)
{
    Sent s{3};
    const auto first = s.made(1s);
    const auto later = s.made(2s);
    EXPECT_EQ(ticks(first, later), 8000);
    EXPECT_TRUE(later.marker);
    EXPECT_EQ(later.sequence, static_cast<std::uint16_t>(first.sequence + 1));
}

TEST(RtpSender, AForwardedStreamKeepsItsGapsAndItsOrder)
{
    Sent s{4};
    const auto first = s.passing(100, 5000, 1s);
    const auto third = s.passing(102, 5320, 1s + 40ms);
    const auto second = s.passing(101, 5160, 1s + 41ms);
    ASSERT_TRUE(first && second && third);
    EXPECT_EQ(third->sequence, static_cast<std::uint16_t>(first->sequence + 2));
    EXPECT_EQ(second->sequence, static_cast<std::uint16_t>(first->sequence + 1));
    EXPECT_EQ(ticks(*first, *third), 320);
    EXPECT_EQ(ticks(*first, *second), 160);
}

TEST(RtpSender, APacketFromBeforeTheTakeoverIsLate)
{
    Sent s{5};
    ASSERT_TRUE(s.passing(100, 5000, 1s));
    EXPECT_EQ(s.passing(99, 4840, 1s + 1ms).error(), Drop::Late);
}

TEST(RtpSender, AStreamThatBeginsAnewUnderItsOldSsrcIsReanchored)
{
    Sent s{6};
    const auto before = s.passing(70'000, 5000, 1s, 1);
    const auto after = s.passing(12, 900'000, 1s + 20ms, 2);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->sequence, static_cast<std::uint16_t>(before->sequence + 1));
    EXPECT_EQ(ticks(*before, *after), 160);
    EXPECT_TRUE(after->marker);
}

TEST(RtpSender, ForwardingAndMakingTakeTurnsWithoutASeam)
{
    Sent s{7};
    const auto made = s.made(1s);
    const auto forwarded = s.passing(40'000, 77, 1s + 20ms);
    const auto again = s.made(1s + 40ms);
    ASSERT_TRUE(forwarded);
    EXPECT_EQ(forwarded->sequence, static_cast<std::uint16_t>(made.sequence + 1));
    EXPECT_EQ(again.sequence, static_cast<std::uint16_t>(made.sequence + 2));
    EXPECT_EQ(ticks(made, *forwarded), 160);
    EXPECT_EQ(ticks(*forwarded, again), 160);
    // The same peer's stream, forwarded again: its late packets belong to the time before.
    ASSERT_TRUE(s.passing(40'002, 397, 1s + 60ms));
    EXPECT_EQ(s.passing(40'001, 237, 1s + 61ms).error(), Drop::Late);
}

TEST(RtpSender, AnEventTrainSharesItsTimestampAndAudioGoesOnBehindIt)
{
    Sent s{8};
    const auto audio = s.made(1s);
    s.sender.begin_event(kFormat, 1s + 20ms);
    const auto first = s.sender.next_of_event(101, true);
    const auto second = s.sender.next_of_event(101, false);
    EXPECT_TRUE(first.marker);
    EXPECT_FALSE(second.marker);
    EXPECT_EQ(first.payload_type, 101);
    EXPECT_EQ(ticks(audio, first), 160);
    EXPECT_EQ(first.timestamp, second.timestamp);
    EXPECT_EQ(second.sequence, static_cast<std::uint16_t>(audio.sequence + 2));
    const auto resumed = s.made(1s + 60ms);
    EXPECT_EQ(resumed.sequence, static_cast<std::uint16_t>(audio.sequence + 3));
    EXPECT_EQ(ticks(first, resumed), 320);
}

TEST(RtpSender, ReportsWhatItsClockShows)
{
    Sent s{9};
    const auto first = s.made(1s);
    s.sender.sent(160);
    s.sender.sent(80);
    const auto report = s.sender.report(1s + 500ms, 42);
    EXPECT_EQ(report.ntp, 42U);
    EXPECT_EQ(report.packets, 2U);
    EXPECT_EQ(report.octets, 240U);
    EXPECT_EQ(report.rtp_timestamp - first.timestamp, 4000U);
}

RC_GTEST_PROP(RtpSenderProperty, SequenceIsContiguousAndTimestampsNeverGoBack, ())
{
    Sent s{*rc::gen::arbitrary<std::uint64_t>()};
    std::optional<wire::RtpHeader> before;
    Nanos now = 1s;
    std::uint32_t stream = 0;
    std::uint32_t sequence = 0;
    std::uint32_t timestamp = 0;
    const auto follow = [&](const wire::RtpHeader& header) {
        if (before) {
            RC_ASSERT(header.sequence == static_cast<std::uint16_t>(before->sequence + 1));
            RC_ASSERT(ticks(*before, header) >= 0);
            // Nothing runs ahead of time by more than a frame for each change.
            RC_ASSERT(header.ssrc == before->ssrc);
        }
        before = header;
    };
    for (const int step : *rc::gen::container<std::vector<int>>(150, rc::gen::inRange(0, 10))) {
        now += 20ms;
        timestamp += 160;
        ++sequence;
        if (step < 4) {
            follow(s.made(now));
        } else if (step < 8) {
            const auto header = s.passing(sequence, timestamp, now, stream);
            RC_ASSERT(header.has_value());
            follow(*header);
        } else if (step == 8) {
            ++stream;  // another SSRC, or a sequence that began anew
            sequence = *rc::gen::arbitrary<std::uint16_t>();
            timestamp = *rc::gen::arbitrary<std::uint32_t>();
        } else {
            s.sender.begin_event(kFormat, now);
            follow(s.sender.next_of_event(101, true));
            follow(s.sender.next_of_event(101, false));
        }
    }
}

}  // namespace
}  // namespace rb::media
