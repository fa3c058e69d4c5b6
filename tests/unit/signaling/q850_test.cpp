// Goal: causes and codes map into each other as users of Asterisk expect, and Reason headers are read as RFC 3326
// allows. Method: the usual pairs, the defaults, then headers by hand; whatever is written is read again.
#include "signaling/q850.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

TEST(Q850, MapsCodesToCauses)
{
    EXPECT_EQ(cause_from_code(200), 16);
    EXPECT_EQ(cause_from_code(404), 1);
    EXPECT_EQ(cause_from_code(408), 18);
    EXPECT_EQ(cause_from_code(480), 19);
    EXPECT_EQ(cause_from_code(486), 17);
    EXPECT_EQ(cause_from_code(503), 34);
    EXPECT_EQ(cause_from_code(603), 21);
    EXPECT_EQ(cause_from_code(499), 127);
    EXPECT_EQ(cause_from_code(599), 38);
    EXPECT_EQ(cause_from_code(699), 127);
}

TEST(Q850, MapsCausesToCodes)
{
    EXPECT_EQ(code_from_cause(1), 404);
    EXPECT_EQ(code_from_cause(17), 486);
    EXPECT_EQ(code_from_cause(19), 480);
    EXPECT_EQ(code_from_cause(21), 403);
    EXPECT_EQ(code_from_cause(34), 503);
    EXPECT_EQ(code_from_cause(58), 488);
    EXPECT_EQ(code_from_cause(16), 603);
}

TEST(Q850, ReadsReasonHeaders)
{
    EXPECT_EQ(read_reason("Q.850;cause=17;text=\"busy, or not\""), 17);
    EXPECT_EQ(read_reason("q.850 ; cause = 21"), 21);
    EXPECT_EQ(read_reason("SIP;cause=486;text=\"a\""), 17);
    EXPECT_EQ(read_reason("SIP;cause=200;text=\"x;y, \\\" z\", Q.850;cause=31"), 31);
    EXPECT_FALSE(read_reason(""));
    EXPECT_FALSE(read_reason("Q.850"));
    EXPECT_FALSE(read_reason("Q.850;cause=0"));
    EXPECT_FALSE(read_reason("Q.850;cause=128"));
    EXPECT_FALSE(read_reason("SIP;cause=99"));
    EXPECT_FALSE(read_reason("preemption;cause=1"));
    EXPECT_FALSE(read_reason("\"\\"));
}

TEST(Q850, ReadsNamesOfCauses)
{
    EXPECT_EQ(cause_from_name("USER_BUSY"), 17);
    EXPECT_EQ(cause_from_name("ast_cause_no_answer"), 19);
    EXPECT_EQ(cause_from_name("AST_CAUSE_"), std::nullopt);
    EXPECT_EQ(cause_from_name("17"), std::nullopt);
    EXPECT_EQ(cause_from_name(""), std::nullopt);
}

RC_GTEST_PROP(Q850Property, WhatWeWriteIsWhatWeRead, ())
{
    const int cause = *rc::gen::inRange(1, 128);
    RC_ASSERT(read_reason(write_reason(cause)) == cause);
    const int code = code_from_cause(cause);
    RC_ASSERT(code >= 400 && code < 700);
}

RC_GTEST_PROP(Q850Property, AnyTextIsReadOrNot, (const std::string& text))
{
    const int cause = read_reason("SIP;cause=486, Q.850;" + text).value_or(1);
    RC_ASSERT(cause >= 1);
    RC_ASSERT(cause <= 127);
}

}  // namespace
}  // namespace rb::sip
