// Goal: an application can add headers, but none that would break the message they stand in.
// Method: what passes, then each kind of refusal once.
#include "signaling/supplements/extra_headers.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

TEST(ExtraHeaders, AreWrittenInOrder)
{
    const auto written = write_extra_headers({{"X-Room", "7"}, {"Subject", ""}, {"X-Room", "8"}});
    EXPECT_EQ(written.lines, "X-Room: 7\r\nSubject: \r\nX-Room: 8\r\n");
    EXPECT_EQ(written.refused, 0U);
}

TEST(ExtraHeaders, RefuseWhatDefinesDialogTransactionOrBody)
{
    for (const char* name : {"Via", "v", "from", "T", "Call-ID", "i", "CSEQ", "Contact", "m", "Route", "Record-Route",
                             "Max-Forwards", "content-length", "l", "Content-Type", "c", "Require"}) {
        EXPECT_EQ(write_extra_headers({{name, "x"}}).refused, 1U) << name;
    }
}

TEST(ExtraHeaders, RefuseWhatIsNoHeader)
{
    for (const char* name : {"", "X Room", "X:Room", "X\r\nVia", "\"X\""}) {
        EXPECT_EQ(write_extra_headers({{name, "x"}}).refused, 1U) << name;
    }
    EXPECT_EQ(write_extra_headers({{"X", "a\r\nVia: b"}}).refused, 1U);
    EXPECT_EQ(write_extra_headers({{"X", std::string{"a\0b", 3}}}).refused, 1U);
}

}  // namespace
}  // namespace rb::sip
