// Goal: the endpoint of a request is found by the configured methods, in the configured order.
// Method: one snapshot with every kind of endpoint; the order turned round; each switch off once.
#include "signaling/identify.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

Settings three_endpoints()
{
    Settings settings;
    settings.endpoints.push_back({.name = "trunk", .match = {*parse_network("10.0.0.0/8")}});
    settings.endpoints.push_back({.name = "one-host", .match = {*parse_network("10.1.2.3")}});
    settings.endpoints.push_back({.name = "ann"});
    settings.endpoints.push_back({.name = "anonymous"});
    return settings;
}

std::string who(const Settings& settings, const char* source, const char* user)
{
    const EndpointIndex index{std::make_shared<const Settings>(settings)};
    const EndpointSettings* endpoint = index.identify(*parse_address(source), user);
    return endpoint == nullptr ? "nobody" : endpoint->name;
}

TEST(Identify, AddressThenUserThenAnonymous)
{
    const Settings settings = three_endpoints();
    EXPECT_EQ(who(settings, "10.9.9.9:5060", "ann"), "trunk");
    EXPECT_EQ(who(settings, "10.1.2.3:4711", "ann"), "one-host");
    EXPECT_EQ(who(settings, "192.0.2.1:5060", "ann"), "ann");
    EXPECT_EQ(who(settings, "192.0.2.1:5060", "eve"), "anonymous");
}

TEST(Identify, TheOrderDecides)
{
    Settings settings = three_endpoints();
    settings.endpoint_identifier_order = {IdentifyBy::Username, IdentifyBy::Ip};
    EXPECT_EQ(who(settings, "10.9.9.9:5060", "ann"), "ann");
    EXPECT_EQ(who(settings, "10.9.9.9:5060", "eve"), "trunk");
    EXPECT_EQ(who(settings, "192.0.2.1:5060", "eve"), "nobody");
}

TEST(Identify, AnEndpointCanBeLeftOutOfAMethod)
{
    Settings settings = three_endpoints();
    settings.endpoints[0].identify_by_ip = false;
    settings.endpoints[2].identify_by_username = false;
    EXPECT_EQ(who(settings, "10.9.9.9:5060", "eve"), "anonymous");
    EXPECT_EQ(who(settings, "192.0.2.1:5060", "ann"), "anonymous");
}

TEST(Identify, FindsByName)
{
    const EndpointIndex index{std::make_shared<const Settings>(three_endpoints())};
    ASSERT_NE(index.find("trunk"), nullptr);
    EXPECT_EQ(index.find("trunk")->name, "trunk");
    EXPECT_EQ(index.find("none"), nullptr);
}

}  // namespace
}  // namespace rb::sip
