// Goal: RTCP's clocks: NTP timestamps, their middle bits, DLSR, and the round trip of RFC 3550 §6.4.1.
// Method: the RFC's own example (figure 2), the edges by hand, then the round trip through DLSR as a property.
#include "dataplane/wire/ntp_time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::wire {
namespace {

TEST(NtpTime, BeginsIn1900)
{
    EXPECT_EQ(ntp_from_unix(0s), kNtpUnixOffsetSeconds << 32U);
    EXPECT_EQ(ntp_from_unix(500ms), kNtpUnixOffsetSeconds << 32U | 0x80000000U);
    EXPECT_EQ(ntp_middle(0x11112222'33334444U), 0x22223333U);
}

TEST(NtpTime, GivesTheRoundTripOfTheRfcsExample)
{
    const auto trip = round_trip({.arrival = 0xb7108000, .last_sr = 0xb7052000, .delay_since_last_sr = 0x00054000});
    ASSERT_TRUE(trip);
    EXPECT_EQ(*trip, 6125ms);
}

TEST(NtpTime, KnowsNoRoundTripWithoutAReportOrBelowZero)
{
    EXPECT_FALSE(round_trip({.arrival = 100, .last_sr = 0, .delay_since_last_sr = 0}));
    EXPECT_FALSE(round_trip({.arrival = 100, .last_sr = 90, .delay_since_last_sr = 11}));
    EXPECT_EQ(round_trip({.arrival = 5, .last_sr = 0xffffffff, .delay_since_last_sr = 6}), 0ns);  // the clock wrapped
}

TEST(NtpTime, KeepsSpansWithinTheirField)
{
    EXPECT_EQ(ntp_short_from(-1ns), 0U);
    EXPECT_EQ(ntp_short_from(1s), 65536U);
    EXPECT_EQ(ntp_short_from(65536s), UINT32_MAX);
}

RC_GTEST_PROP(NtpTimeProperty, ASpanSurvivesTheWireToAFraction, ())
{
    const Nanos span{*rc::gen::inRange<std::int64_t>(0, 65535'000'000'000)};
    const Nanos back = span_from_ntp_short(ntp_short_from(span));
    RC_ASSERT(back <= span);
    RC_ASSERT(span - back <= 15260ns);
}

}  // namespace
}  // namespace rb::wire
