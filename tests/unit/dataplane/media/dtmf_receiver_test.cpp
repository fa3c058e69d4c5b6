// Goal: each key press is reported once, whatever of its packets is lost, repeated or late.
// Method: presses by hand with their changes written down in the order told; then any loss and order as a property.
#include "dataplane/media/dtmf_receiver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rb::media {
namespace {

/// Feeds packets and keeps what was told: "+1" pressed, "-1" released.
class Receiver {
public:
    struct Packet {
        char digit = '1';
        std::uint32_t sequence = 0;
        std::uint32_t timestamp = 0;
        std::uint16_t duration = 160;
        bool end = false;
        std::uint32_t clock_rate = 8000;
    };

    void receive(const Packet& packet)
    {
        const auto changes =
            dtmf.receive({.event = {.digit = packet.digit, .end = packet.end, .duration_samples = packet.duration},
                          .sequence = packet.sequence,
                          .timestamp = packet.timestamp,
                          .clock_rate = packet.clock_rate},
                         now);
        for (const auto& change : {changes.ended, changes.pressed, changes.released}) {
            if (change) {
                note(*change);
            }
        }
    }

    void expire()
    {
        if (const auto change = dtmf.expire(now)) {
            note(*change);
        }
    }

    void note(const KeyChange& change)
    {
        told += change.released ? '-' : '+';
        told += change.digit;
        duration = change.duration;
    }

    DtmfReceiver dtmf;
    Nanos now = 1s;
    std::string told;
    Nanos duration = 0ns;  // of the newest change
};

TEST(DtmfReceiver, NobodyHoldsAKeyMuchLongerThanItWasSeen)
{
    Receiver r;
    r.receive({.sequence = 1, .timestamp = 1000, .duration = 65'535});
    r.now += 20ms;
    r.receive({.sequence = 2, .timestamp = 1000, .duration = 65'535, .end = true});
    EXPECT_EQ(r.told, "+1-1");
    EXPECT_EQ(r.duration, 20ms + DtmfReceiver::kUnseenMax);
}

TEST(DtmfReceiver, APressOfManyPacketsIsOnePress)
{
    Receiver r;
    r.receive({.sequence = 1, .timestamp = 1000, .duration = 160});
    r.receive({.sequence = 2, .timestamp = 1000, .duration = 320});
    for (std::uint32_t copy = 3; copy < 6; ++copy) {
        r.receive({.sequence = copy, .timestamp = 1000, .duration = 800, .end = true});
    }
    EXPECT_EQ(r.told, "+1-1");
    EXPECT_EQ(r.duration, 100ms);
}

TEST(DtmfReceiver, APressOfWhichOnlyTheEndArrivesIsWhole)
{
    Receiver r;
    r.receive({.sequence = 9, .timestamp = 1000, .duration = 800, .end = true});
    EXPECT_EQ(r.told, "+1-1");
}

TEST(DtmfReceiver, ALostEndIsMadeUpForAfterSilence)
{
    Receiver r;
    r.receive({.sequence = 1, .timestamp = 1000});
    r.now += DtmfReceiver::kEndAfter - 1ns;
    r.expire();
    EXPECT_EQ(r.told, "+1");
    r.now += 1ns;
    r.expire();
    EXPECT_EQ(r.told, "+1-1");
    r.receive({.sequence = 2, .timestamp = 1000, .end = true});  // late, and already told
    EXPECT_EQ(r.told, "+1-1");
}

TEST(DtmfReceiver, ALostEndIsMadeUpForByTheNextPress)
{
    Receiver r;
    r.receive({.digit = '1', .sequence = 1, .timestamp = 1000});
    r.receive({.digit = '2', .sequence = 9, .timestamp = 3000});
    EXPECT_EQ(r.told, "+1-1+2");
}

TEST(DtmfReceiver, TheSameKeyTwiceIsTwoPressesInOrder)
{
    Receiver r;
    r.receive({.sequence = 1, .timestamp = 1000});
    r.receive({.sequence = 9, .timestamp = 3000});
    EXPECT_EQ(r.told, "+1-1+1");
}

TEST(DtmfReceiver, TwoLostEndsAndASingleEndPacketLoseNothing)
{
    Receiver r;
    r.receive({.digit = '1', .sequence = 1, .timestamp = 1000});
    r.receive({.digit = '2', .sequence = 9, .timestamp = 3000, .end = true});
    EXPECT_EQ(r.told, "+1-1+2-2");
}

TEST(DtmfReceiver, AStragglerOfAnEarlierPressChangesNothing)
{
    Receiver r;
    r.receive({.digit = '1', .sequence = 1, .timestamp = 1000});
    r.receive({.digit = '2', .sequence = 9, .timestamp = 3000});
    r.receive({.digit = '1', .sequence = 2, .timestamp = 1000, .end = true});
    r.receive({.digit = '2', .sequence = 10, .timestamp = 3000, .end = true});
    r.receive({.digit = '1', .sequence = 3, .timestamp = 1000, .end = true});  // after the second was over, too
    EXPECT_EQ(r.told, "+1-1+2-2");
}

TEST(DtmfReceiver, ARestartedStreamMayBeginAtAnyNumber)
{
    Receiver r;
    r.receive({.digit = '1', .sequence = 60'000, .timestamp = 90'000, .end = true});
    r.dtmf.restart();
    r.receive({.digit = '2', .sequence = 5, .timestamp = 100, .end = true});
    EXPECT_EQ(r.told, "+1-1+2-2");
}

TEST(DtmfReceiver, APressThatGoesOnInSegmentsIsOnePress)
{
    Receiver r;
    std::uint32_t sequence = 0;
    for (std::uint32_t ticks = 960; ticks <= 144'000; ticks += 960, r.now += 20ms) {  // 3 s at 48 kHz
        const std::uint32_t segment = (ticks - 960) / 65'535;
        const bool lost = ticks / 960 == 69;  // the one that told the first segment's whole length
        if (!lost) {
            r.receive({.sequence = ++sequence,
                       .timestamp = 4'294'960'000U + segment * 65'535,
                       .duration = static_cast<std::uint16_t>(std::min(ticks - segment * 65'535, 65'535U)),
                       .end = ticks == 144'000,
                       .clock_rate = 48'000});
        }
    }
    EXPECT_EQ(r.told, "+1-1");
    EXPECT_EQ(r.duration, 3s);
}

TEST(DtmfReceiver, ASegmentBeginsWhereTheOneBeforeHasEnded)
{
    Receiver r;
    r.receive({.sequence = 1, .timestamp = 1000, .duration = 65'000});
    r.receive({.sequence = 2, .timestamp = 66'000, .duration = 160});
    EXPECT_EQ(r.told, "+1");
    r.receive({.sequence = 3, .timestamp = 66'161, .duration = 160});
    EXPECT_EQ(r.told, "+1-1+1");
    r.receive({.digit = '2', .sequence = 4, .timestamp = 66'321, .duration = 160, .end = true});
    EXPECT_EQ(r.told, "+1-1+1-1+2-2");
    r.receive({.digit = '2', .sequence = 5, .timestamp = 66'481, .duration = 160});
    EXPECT_EQ(r.told, "+1-1+1-1+2-2+2");
}

RC_GTEST_PROP(DtmfReceiverProperty, EachPressThatArrivesIsToldOnceInOrder, ())
{
    // Three presses of six packets each; some are lost, neighbours trade places.
    std::vector<Receiver::Packet> sent;
    for (std::uint32_t press = 0; press < 3; ++press) {
        for (std::uint32_t i = 0; i < 6; ++i) {
            sent.push_back({.digit = static_cast<char>('1' + press),
                            .sequence = press * 10 + i,
                            .timestamp = 4'294'966'000U + press * 1440,
                            .duration = static_cast<std::uint16_t>(160 * std::min(i + 1, 3U)),
                            .end = i >= 3});
        }
    }
    std::vector<Receiver::Packet> arrived;
    std::string expected;
    for (const auto& packet : sent) {
        if (*rc::gen::inRange(0, 3) > 0) {
            arrived.push_back(packet);
        }
    }
    for (char digit = '1'; digit <= '3'; ++digit) {
        const auto of_digit = [digit](const auto& packet) { return packet.digit == digit; };
        if (std::any_of(arrived.begin(), arrived.end(), of_digit)) {
            expected += {'+', digit, '-', digit};
        }
    }
    for (std::size_t i = 1; i < arrived.size(); ++i) {
        // Not across presses: a press all of whose packets come after the next one's is told late or never.
        if (arrived[i].digit == arrived[i - 1].digit && *rc::gen::arbitrary<bool>()) {
            std::swap(arrived[i], arrived[i - 1]);
        }
    }
    Receiver r;
    for (const auto& packet : arrived) {
        r.receive(packet);
        r.now += 20ms;
    }
    r.now += 1s;
    r.expire();
    RC_ASSERT(r.told == expected);
}

}  // namespace
}  // namespace rb::media
