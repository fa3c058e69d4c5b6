// Goal: GotoIfTime's conditions hold when Asterisk's do, around midnight and the ends of weeks and years too.
// Method: by hand at chosen minutes of UTC; one range of each kind against a count as a property.
#include "control/dialplan/time_condition.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

namespace rb::dialplan {
namespace {

using std::chrono::seconds;

constexpr seconds kThursday{1'767'261'540};  ///< 2026-01-01 09:59 UTC

bool holds(const std::string& text, seconds at = kThursday)
{
    const auto condition = TimeCondition::parse(text + ",UTC");
    EXPECT_TRUE(condition) << condition.error().message;
    return condition && condition->holds_at(at);
}

TEST(TimeCondition, EachFieldNarrowsIt)
{
    EXPECT_TRUE(holds("*,*,*,*"));
    EXPECT_TRUE(holds("09:00-09:59,thu,1,jan"));
    EXPECT_TRUE(holds("9:59,,,"));
    EXPECT_FALSE(holds("09:00-09:58,*,*,*"));
    EXPECT_FALSE(holds("*,fri,*,*"));
    EXPECT_FALSE(holds("*,*,2-31,*"));
    EXPECT_FALSE(holds("*,*,*,feb-dec"));
    EXPECT_TRUE(holds(" 08:00-08:30 & 09:30-10:00 , Mon & Thursday , 1 & 15 , JAN & MAR "));
}

TEST(TimeCondition, RangesGoAround)
{
    EXPECT_TRUE(holds("22:00-10:00,wed-mon,31-1,dec-jan"));
    EXPECT_FALSE(holds("10:00-09:58,*,*,*"));
    EXPECT_FALSE(holds("*,fri-wed,*,*"));
    EXPECT_TRUE(holds("00:00-23:59,sun-sat,1-31,jan-dec"));
}

TEST(TimeCondition, WithoutAZoneTheSystemsIsMeant)
{
    setenv("TZ", "XYZ-2", 1);
    tzset();
    EXPECT_TRUE(TimeCondition::parse("11:59,*,*,*")->holds_at(kThursday));
    EXPECT_FALSE(TimeCondition::parse("09:59,*,*,*")->holds_at(kThursday));
    EXPECT_TRUE(TimeCondition::parse("09:59,*,*,*,Etc/UTC")->holds_at(kThursday));
    unsetenv("TZ");
    tzset();
}

TEST(TimeCondition, WhatIsNoneIsRefused)
{
    for (const char* wrong : {"25:00-26:00", "9-17", "09:00-", "-", "&", "09:60", "*,funday", "*,mon-", "*,*,0",
                              "*,*,1-32", "*,*,x", "*,*,*,smarch", "*,*,*,*,Mars/Phobos", "*,*,*,*,UTC,*"}) {
        EXPECT_FALSE(TimeCondition::parse(wrong)) << wrong;
    }
}

RC_GTEST_PROP(TimeConditionProperty, ARangeHoldsAsOftenAsItIsLong, ())
{
    const unsigned first = *rc::gen::inRange(0U, 24U);
    const unsigned last = *rc::gen::inRange(0U, 24U);
    const auto condition = TimeCondition::parse(std::to_string(first) + ":00-" + std::to_string(last) + ":00,,,,UTC");
    RC_ASSERT(condition.has_value());
    unsigned minutes = 0;
    for (unsigned minute = 0; minute < 24 * 60; ++minute) {
        minutes += condition->holds_at(kThursday + std::chrono::minutes{minute}) ? 1U : 0U;
    }
    RC_ASSERT(minutes == (last + 24 - first) % 24 * 60 + 1);
}

}  // namespace
}  // namespace rb::dialplan
