// Goal: networks match exactly the addresses they name, and the last rule that matches decides.
// Method: each notation by hand, each refusal once; prefix and mask agree as a property.
#include "control/config/acl.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::config {
namespace {

Address address(const std::string& text)
{
    return *parse_address(text);
}

Network network(const std::string& text)
{
    return *parse_network(text);
}

TEST(Network, ContainsItsAddressesAndNoOthers)
{
    EXPECT_TRUE(network("10.1.0.0/16").contains(address("10.1.255.9:5060")));
    EXPECT_FALSE(network("10.1.0.0/16").contains(address("10.2.0.0")));
    EXPECT_TRUE(network("2001:db8::/33").contains(address("2001:db8:7fff::1")));
    EXPECT_FALSE(network("2001:db8::/33").contains(address("2001:db8:8000::1")));
}

TEST(Network, ASingleAddressIsANetworkOfOne)
{
    EXPECT_EQ(network("192.168.1.7").to_string(), "192.168.1.7/32");
    EXPECT_EQ(network("::1").to_string(), "::1/128");
}

TEST(Network, BitsBeyondThePrefixDoNotMatter)
{
    EXPECT_EQ(network("10.1.2.3/8"), network("10.0.0.0/8"));
}

TEST(Network, EverythingOfOneFamilyIsNothingOfTheOther)
{
    EXPECT_TRUE(network("0.0.0.0/0").contains(address("8.8.8.8")));
    EXPECT_FALSE(network("0.0.0.0/0").contains(address("2001:db8::1")));
    EXPECT_FALSE(network("::/0").contains(address("8.8.8.8")));
}

TEST(Network, ReadsMasks)
{
    EXPECT_EQ(network("10.0.0.0/255.255.240.0"), network("10.0.0.0/20"));
    EXPECT_EQ(network("2001:db8::/ffff:ffff::"), network("2001:db8::/32"));
}

TEST(Network, RefusesWhatIsNoNetwork)
{
    for (const std::string text : {"10.0.0.0/33", "::/129", "10.0.0.0/255.0.255.0", "10.0.0.0/255.253.0.0", "10.0.0.0/",
                                   "10.0.0.0/-1", "example.com", "10.0.0.1:5060", "[::1]", "10.0.0.0/ffff::", ""}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
}

TEST(Acl, WithoutRulesEveryoneMayEnter)
{
    EXPECT_TRUE(allows(AclRules{}, address("192.0.2.1")));
}

TEST(Acl, TheLastRuleThatMatchesDecides)
{
    const AclRules rules{{.permit = false, .network = network("0.0.0.0/0")},
                         {.permit = true, .network = network("10.0.0.0/8")},
                         {.permit = false, .network = network("10.9.0.0/16")}};
    EXPECT_FALSE(allows(rules, address("192.0.2.1")));
    EXPECT_TRUE(allows(rules, address("10.1.1.1")));
    EXPECT_FALSE(allows(rules, address("10.9.1.1")));
    EXPECT_TRUE(allows(rules, address("2001:db8::1"))) << "no rule speaks of IPv6";
}

TEST(Acl, AnAddressMustPassEachListAndNoneTakesBackWhatAnotherRefuses)
{
    AccessLists lists;
    EXPECT_TRUE(lists.empty());
    EXPECT_TRUE(allows(lists, address("10.9.1.1")));
    lists.named.push_back({{.permit = false, .network = network("10.9.0.0/16")}});
    lists.named.push_back({{.permit = true, .network = network("10.0.0.0/8")}});
    lists.own = {{.permit = true, .network = network("10.9.1.1")}};
    EXPECT_FALSE(allows(lists, address("10.9.1.1")));
    EXPECT_TRUE(allows(lists, address("10.8.1.1")));
    lists.own = {{.permit = false, .network = network("0.0.0.0/0")}};
    EXPECT_FALSE(allows(lists, address("10.8.1.1")));
}

RC_GTEST_PROP(NetworkProperty, APrefixAndItsMaskAreTheSameNetwork, ())
{
    const auto prefix = *rc::gen::inRange<unsigned>(0, 33);
    const auto base = *rc::gen::arbitrary<std::uint32_t>();
    const auto dotted = [](std::uint32_t bits) {
        return std::to_string(bits >> 24U) + "." + std::to_string(bits >> 16U & 255U) + "." +
               std::to_string(bits >> 8U & 255U) + "." + std::to_string(bits & 255U);
    };
    const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32U - prefix);
    const auto by_prefix = parse_network(dotted(base) + "/" + std::to_string(prefix));
    const auto by_mask = parse_network(dotted(base) + "/" + dotted(mask));
    RC_ASSERT(by_prefix.has_value() && by_mask.has_value());
    RC_ASSERT(*by_prefix == *by_mask);
    const auto other = *rc::gen::arbitrary<std::uint32_t>();
    RC_ASSERT(by_prefix->contains(*parse_address(dotted(other))) == ((other & mask) == (base & mask)));
}

}  // namespace
}  // namespace rb::config
