// Goal: no display name, user or host can break out of the header it stands in.
// Method: by hand, then as a property over any text.
#include "signaling/party.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace rb::sip {
namespace {

TEST(Party, QuotesAndEscapes)
{
    EXPECT_EQ(write_party({.display = {}, .user = {}, .host = "192.0.2.1"}), "<sip:192.0.2.1>");
    EXPECT_EQ(write_party({.display = "Ann \"A\" \\", .user = "ann b@x", .host = "example.org"}),
              "\"Ann \\\"A\\\" \\\\\" <sip:ann%20b%40x@example.org>");
    EXPECT_EQ(write_party({.display = "a\r\nVia: x", .user = "b\n", .host = "c>\r\n"}), "\"aVia: x\" <sip:b@c>");
}

RC_GTEST_PROP(PartyProperty, IsAlwaysOneLine,
              (const std::string& display, const std::string& user, const std::string& host))
{
    const std::string text = write_party({.display = display, .user = user, .host = host});
    RC_ASSERT(text.find_first_of(std::string{"\r\n\0", 3}) == std::string::npos);
    RC_ASSERT(std::count(text.begin(), text.end(), '>') == 1 + std::count(display.begin(), display.end(), '>'));
}

}  // namespace
}  // namespace rb::sip
