// Goal: of a Diversion header the newest number and reason are read, however it is spelt, and written so that it is
// read again.
// Method: the forms of RFC 5806 and what phones make of them by hand; any text as a property.
#include "signaling/supplements/diversion.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace rb::sip {
namespace {

using Read = std::optional<Diversion>;

TEST(Diversion, ReadsTheNewestEntry)
{
    EXPECT_EQ(read_diversion("<sip:4930@example.org>;reason=user-busy"), (Read{{"4930", "user-busy"}}));
    EXPECT_EQ(
        read_diversion("\"Ann, <x> \\\" ;\" <sip:+49%2030@example.org:5060;user=phone> ; counter=1;Reason=no-answer"
                       ";privacy=off, <sip:1@a>;reason=away"),
        (Read{{"+49 30", "no-answer"}}));
    EXPECT_EQ(read_diversion("<sip:ann:secret@example.org>;reason=\"do-not-disturb\""),
              (Read{{"ann", "do-not-disturb"}}));
    EXPECT_EQ(read_diversion("<SIPS:1;phone-context=x@example.org>"), (Read{{"1", "unknown"}}));
    EXPECT_EQ(read_diversion("<tel:+4930;ext=5>;reason=deflection"), (Read{{"+4930", "deflection"}}));
    EXPECT_EQ(read_diversion("sip:12@example.org;reason=time-of-day,sip:13@b"), (Read{{"12", "time-of-day"}}));
    EXPECT_EQ(read_diversion("<sip:1@a>;reason=\"not a token\";reason=away"), (Read{{"1", "away"}}));
}

TEST(Diversion, WhatNamesNobodyIsNone)
{
    for (const char* none : {"", "<sip:example.org>;reason=away", "<http://a@b>", "ann", "<sip:@a>", ",<sip:1@a>",
                             "\"unclosed <sip:1@a>", "<sip:%0A@a>", "<tel:>"}) {
        EXPECT_EQ(read_diversion(none), std::nullopt) << none;
    }
}

TEST(Diversion, IsWrittenSafely)
{
    EXPECT_EQ(write_diversion({.number = "4930", .reason = "no-answer"}, "192.0.2.1"),
              "<sip:4930@192.0.2.1>;reason=no-answer");
    EXPECT_EQ(write_diversion({.number = "a>\r\nVia: x", .reason = "b\r\n"}, "192.0.2.1"),
              "<sip:a%3EVia%3A%20x@192.0.2.1>;reason=unknown");
}

RC_GTEST_PROP(DiversionProperty, AnyNumberIsReadAsItWasWritten, (std::string number))
{
    std::erase_if(number, [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == '\x7f'; });
    std::erase(number, ';');  // would begin parameters, which are left out
    const Diversion diversion{.number = number, .reason = "away"};
    const auto again = read_diversion(write_diversion(diversion, "192.0.2.1"));
    RC_ASSERT(again.has_value() == !number.empty());
    RC_ASSERT((number.empty() || again == diversion));
}

}  // namespace
}  // namespace rb::sip
