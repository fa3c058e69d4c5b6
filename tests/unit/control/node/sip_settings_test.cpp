// Goal: every way of saying in pjsip.conf and acl.conf who may call reaches the sip thread (CFG-18).
// Method: configurations as text, the settings made of them, addresses asked.
#include "control/node/sip_settings.h"

#include "control/config/source.h"
#include "control/node/load_configuration.h"

#include <gtest/gtest.h>

namespace rb::node {
namespace {

/// What the endpoint 6001 says of an address as source and in Contact: "s", "c", "sc" or nothing.
std::string allowed(const std::string& pjsip, const std::string& acl, const std::string& address)
{
    const auto loaded = load_configuration(*config::text_source(
        {{"pjsip.conf", "[6001]\ntype=endpoint\nallow=ulaw\n" + pjsip}, {"acl.conf", acl}, {"extensions.conf", ""}}));
    if (!loaded.configuration) {
        return "refused: " + config::to_string(loaded.problems.front());
    }
    const auto settings = make_sip_settings(*loaded.configuration);
    const sip::EndpointSettings& endpoint = settings->endpoints.front();
    const Address asked = *parse_address(address);
    std::string result = !endpoint.acl || endpoint.acl(asked) ? "s" : "";
    return result + (!endpoint.contact_acl || endpoint.contact_acl(asked) ? "c" : "");
}

constexpr const char* kOffice = "[office]\ndeny=0.0.0.0/0\npermit=10.0.0.0/8\n[lab]\ndeny=10.9.0.0/255.255.0.0\n";

TEST(SipSettings, WithoutListsEveryoneMayCall)
{
    EXPECT_EQ(allowed("", "", "192.0.2.1"), "sc");
}

TEST(SipSettings, PermitAndDenyOfTheEndpointInTheirOrder)
{
    const std::string pjsip = "deny=0.0.0.0/0\npermit=10.0.0.0/8\ndeny=10.9.0.0/16\n";
    EXPECT_EQ(allowed(pjsip, "", "10.1.1.1"), "sc");
    EXPECT_EQ(allowed(pjsip, "", "10.9.1.1"), "c");
    EXPECT_EQ(allowed(pjsip, "", "192.0.2.1"), "c");
}

TEST(SipSettings, NamedListsEachHaveTheirSay)
{
    EXPECT_EQ(allowed("acl=office\n", kOffice, "10.9.1.1"), "sc");
    EXPECT_EQ(allowed("acl=office,lab\n", kOffice, "10.9.1.1"), "c");
    EXPECT_EQ(allowed("acl=lab,office\n", kOffice, "10.9.1.1"), "c") << "in any order";
    EXPECT_EQ(allowed("acl=office\n", kOffice, "192.0.2.1"), "c");
    EXPECT_TRUE(allowed("acl=nobody\n", kOffice, "10.1.1.1").starts_with("refused"))
        << "a missing list refuses the load";
}

TEST(SipSettings, ContactsHaveListsOfTheirOwn)
{
    EXPECT_EQ(allowed("contact_acl=office\n", kOffice, "192.0.2.1"), "s");
    EXPECT_EQ(allowed("contact_deny=192.0.2.0/24\n", "", "192.0.2.1"), "s");
    EXPECT_EQ(allowed("contact_deny=192.0.2.0/24\ncontact_permit=192.0.2.1\n", "", "192.0.2.1"), "sc");
}

TEST(SipSettings, ASectionOfTypeAclIsAskedForEveryEndpoint)
{
    const std::string pjsip = "[all]\ntype=acl\ndeny=192.0.2.0/24\ncontact_deny=198.51.100.0/24\n";
    EXPECT_EQ(allowed(pjsip, "", "192.0.2.1"), "c");
    EXPECT_EQ(allowed(pjsip, "", "198.51.100.1"), "s");
    EXPECT_EQ(allowed(pjsip, "", "203.0.113.1"), "sc");
}

}  // namespace
}  // namespace rb::node
