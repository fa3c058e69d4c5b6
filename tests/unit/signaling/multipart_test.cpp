// Goal: the SDP part of a multipart body is found, and nothing else is taken for it.
// Method: bodies by hand, each way to have none once, and any text as a property.
#include "signaling/multipart.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

const std::string kBody =
    "preamble\r\n--x y\r\nContent-Type: application/isup\r\n\r\nv=9\r\n--x y\r\n"
    "Content-Disposition: session\r\ncontent-type: application/SDP;charset=utf-8\r\n\r\nv=0\r\n--x y--\r\n";

TEST(Multipart, FindsThePartThatIsSdp)
{
    EXPECT_EQ(find_sdp_part("multipart/mixed;boundary=\"x y\"", kBody), "v=0\r\n");
    EXPECT_EQ(find_sdp_part("Multipart/Related; type=a ; Boundary = b", "--b\nContent-Type:application/sdp\n\nv=0"),
              "v=0");
}

TEST(Multipart, FindsNothingWhereNothingIs)
{
    EXPECT_FALSE(find_sdp_part("application/sdp", "v=0"));
    EXPECT_FALSE(find_sdp_part("multipart/mixed", kBody));
    EXPECT_FALSE(find_sdp_part("multipart/mixed;boundary=", kBody));
    EXPECT_FALSE(find_sdp_part("multipart/mixed;boundary=other", kBody));
    EXPECT_FALSE(find_sdp_part("multipart/mixed;boundary=" + std::string(71, 'b'), "--" + std::string(71, 'b')));
    EXPECT_FALSE(find_sdp_part("multipart/mixed;boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nv=0\r\n--b--"));
    EXPECT_FALSE(find_sdp_part("multipart/mixed;boundary=b", "--b--\r\nContent-Type: application/sdp\r\n\r\nv=0"));
    EXPECT_FALSE(find_sdp_part("multipart/mixed;boundary=b", "--b\r\nContent-Type: application/sdp\r\n"));
}

RC_GTEST_PROP(MultipartProperty, WhatIsFoundLiesWithinTheBody, (const std::string& text))
{
    const std::string body = "--b\r\nContent-Type: application/sdp\r\n\r\n" + text;
    const auto found = find_sdp_part("multipart/mixed;boundary=b", body);
    RC_ASSERT(found.has_value());
    RC_ASSERT(body.find(*found) != std::string::npos);
}

}  // namespace
}  // namespace rb::sip
