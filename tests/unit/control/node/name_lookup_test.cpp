// Goal: a host's address is found without waiting for it, and a name that leads nowhere says so.
// Method: an address, the one name every host has, and one that no name server is asked for.
#include "control/node/name_lookup.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace rb::node {
namespace {

Result<Address> found(const NameLookup& lookup)
{
    for (int tries = 0; tries < 1000; ++tries) {
        if (const auto result = lookup.result()) {
            return *result;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return failure("no answer");
}

TEST(NameLookup, FindsAddressesAtOnce)
{
    for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
        const auto result = NameLookup{{.host = host, .port = 7}}.result();
        ASSERT_TRUE(result);
        EXPECT_EQ(**result, parse_address(host)->with_port(7));
    }
}

TEST(NameLookup, FindsNames)
{
    const auto address = found(NameLookup{{.host = "localhost", .port = 3478}});
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_TRUE(address->is_loopback());
    EXPECT_EQ(address->port(), 3478);
}

TEST(NameLookup, SaysWhatCannotBeFound)
{
    const auto address = found(NameLookup{{.host = "no..name", .port = 1}});
    ASSERT_FALSE(address);
    EXPECT_TRUE(address.error().message.starts_with("no..name cannot be looked up: ")) << address.error().message;
}

TEST(NameLookup, NobodyNeedsToWait)
{
    for (int i = 0; i < 100; ++i) {
        const NameLookup lookup{{.host = "localhost", .port = 1}};
    }
}

}  // namespace
}  // namespace rb::node
