// Goal: what a leg hears is judged as it was: lost, twice, out of order, changed, another leg's, late, or not at all.
// Method: packets made by hand, with times made up.
#include "tools/rbload/reception.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::load {
namespace {

constexpr std::uint32_t kPartner = 7;

struct Ear {
    MediaHistograms histograms;
    Reception reception{{.stamped = true}, histograms};

    void hear(std::uint16_t sequence, const Stamp& stamp, Nanos at, std::size_t changed_byte = SIZE_MAX)
    {
        std::vector<std::uint8_t> packet(wire::kRtpHeaderBytes + 160);
        const auto payload = std::span{packet}.subspan(wire::kRtpHeaderBytes);
        wire::write_rtp_header(packet, {.sequence = sequence, .ssrc = 1});
        fill_noise(payload, stamp.number, true);
        write_stamp(payload, stamp);
        if (changed_byte < payload.size()) {
            payload[changed_byte] ^= 1U;
        }
        reception.on_datagram(packet, at);
    }
};

TEST(Reception, CountsEachFateOnce)
{
    Ear ear;
    ear.hear(65534, {.leg = kPartner, .number = 9, .sent = 80ms}, 81ms);  // before it counts
    ear.reception.begin(100ms, {.leg = kPartner, .first = 10});
    ear.hear(65535, {.leg = kPartner, .number = 10, .sent = 100ms}, 101ms);
    ear.hear(0, {.leg = kPartner, .number = 11, .sent = 120ms}, 123ms);
    ear.hear(0, {.leg = kPartner, .number = 11, .sent = 120ms}, 124ms);       // twice
    ear.hear(3, {.leg = kPartner, .number = 14, .sent = 180ms}, 181ms);       // 12, 13 not yet
    ear.hear(2, {.leg = kPartner, .number = 13, .sent = 160ms}, 182ms);       // after 14
    ear.hear(4, {.leg = kPartner, .number = 15, .sent = 200ms}, 201ms, 100);  // changed
    ear.hear(5, {.leg = 8, .number = 16, .sent = 200ms}, 203ms);              // another's
    ear.reception.end(220ms, 17);
    ear.hear(6, {.leg = kPartner, .number = 16, .sent = 219ms}, 221ms);  // still on its way at the end
    ear.hear(7, {.leg = kPartner, .number = 17, .sent = 239ms}, 241ms);  // sent after it

    const ReceptionCounts& counts = ear.reception.counts();
    EXPECT_EQ(counts.packets, 7U);
    EXPECT_EQ(counts.changed, 1U);
    EXPECT_EQ(counts.misrouted, 1U);
    EXPECT_EQ(ear.reception.stamps_lost(), 2U);  // 12, and 15 that was changed
    EXPECT_EQ(ear.reception.stamps().duplicates(), 1U);
    EXPECT_EQ(ear.reception.stamps().reordered(), 1U);
    EXPECT_EQ(ear.reception.numbering().missing(), 1U);
    EXPECT_EQ(counts.gaps, 1U);
    EXPECT_EQ(counts.longest_gap, 57ms);
    EXPECT_EQ(ear.histograms.latency.max(), 22ms);
}

TEST(Reception, TellsSilenceForTheWholeTime)
{
    Ear ear;
    ear.reception.begin(1s, {.leg = kPartner});
    ear.reception.end(3s, 100);
    EXPECT_EQ(ear.reception.counts().packets, 0U);
    EXPECT_EQ(ear.reception.counts().longest_gap, 2s);
    EXPECT_EQ(ear.reception.stamps_lost(), 100U);
}

TEST(Reception, CountsWhatIsNoRtpAndWhatWasNotAgreedUpon)
{
    Ear ear;
    ear.reception.begin(0s, {.leg = kPartner});
    ear.reception.on_datagram(std::vector<std::uint8_t>(5), 1ms);
    std::vector<std::uint8_t> packet(wire::kRtpHeaderBytes + 160);
    wire::write_rtp_header(packet, {.payload_type = 3, .ssrc = 1});
    ear.reception.on_datagram(packet, 2ms);
    wire::write_rtp_header(packet, {.sequence = 1, .ssrc = 2});
    ear.reception.on_datagram(packet, 3ms);
    EXPECT_EQ(ear.reception.counts().malformed, 1U);
    EXPECT_EQ(ear.reception.counts().other_payload, 1U);
    EXPECT_EQ(ear.reception.counts().source_changes, 1U);
    EXPECT_EQ(ear.reception.counts().strangers, 1U);
}

}  // namespace
}  // namespace rb::load
