// Goal: the small operations on text do what SIP and SDP grammar needs at their edges.
// Method: each by hand.
#include "signaling/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace rb::sip {
namespace {

TEST(Text, ComparesTokensWithoutRegardToCase)
{
    EXPECT_TRUE(equal_ignoring_case("Call-ID", "CALL-id"));
    EXPECT_FALSE(equal_ignoring_case("Call-ID", "Call-I"));
    EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

TEST(Text, CutsAtSeparatorsAndWords)
{
    std::string_view list = "a,b,,c";
    EXPECT_EQ(take_until(list, ','), "a");
    EXPECT_EQ(take_until(list, ','), "b");
    EXPECT_EQ(take_until(list, ','), "");
    EXPECT_EQ(take_until(list, ','), "c");
    EXPECT_EQ(take_until(list, ','), "");
    std::string_view words = "  one\ttwo ";
    EXPECT_EQ(take_word(words), "one");
    EXPECT_EQ(take_word(words), "two");
    EXPECT_EQ(take_word(words), "");
    EXPECT_EQ(trim(" \t x y \t"), "x y");
    EXPECT_EQ(trim(" \t"), "");
}

TEST(Text, ReadsNumbersThatFillTheTextAndTheType)
{
    EXPECT_EQ(read_number<std::uint16_t>("65535"), 65535);
    EXPECT_FALSE(read_number<std::uint16_t>("65536"));
    EXPECT_FALSE(read_number<std::uint16_t>("-1"));
    EXPECT_FALSE(read_number<unsigned>("1x"));
    EXPECT_FALSE(read_number<unsigned>(""));
}

}  // namespace
}  // namespace rb::sip
