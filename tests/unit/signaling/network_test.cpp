// Goal: parse_network reads what configuration files write, and contains() follows the prefix in both families.
// Method: each notation once, each refusal once, and the edges of prefixes that are no whole bytes.
#include "signaling/network.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

bool in(const char* network, const char* address)
{
    const auto parsed = parse_network(network);
    EXPECT_TRUE(parsed) << network;
    return parsed && parsed->contains(parse_address(address).value_or(Address{}));
}

TEST(Network, HoldsItsAddressesAndNoOthers)
{
    EXPECT_TRUE(in("10.0.0.0/8", "10.255.0.1:5060"));
    EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(in("192.0.2.128/25", "192.0.2.129"));
    EXPECT_FALSE(in("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(in("192.0.2.7/255.255.255.0", "192.0.2.9"));
    EXPECT_TRUE(in("192.0.2.7", "192.0.2.7:4000"));
    EXPECT_FALSE(in("192.0.2.7", "192.0.2.8"));
    EXPECT_TRUE(in("0.0.0.0/0", "203.0.113.9"));
    EXPECT_FALSE(in("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(in("::/0", "2001:db8::1"));
    EXPECT_TRUE(in("::1", "::1"));
}

TEST(Network, RefusesWhatIsNone)
{
    for (const char* text : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/255.0.255.0", "host/8", "::/129",
                             "::/255.0.0.0/1", "10.0.0.1:5060/32"}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
    EXPECT_EQ(parse_network("10.0.0.0/33").error().message,
              "'10.0.0.0/33': the prefix must be 0 to 32 or a mask such as 255.255.0.0");
}

}  // namespace
}  // namespace rb::sip
