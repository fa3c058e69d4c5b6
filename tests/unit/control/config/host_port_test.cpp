// Goal: a server is read by name or address, with its port or without, and what is neither is refused.
// Method: tables.
#include "control/config/host_port.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace rb::config {
namespace {

TEST(HostPort, IsANameOrAnAddress)
{
    for (const auto& [text, read] : {
             std::pair{"stun.example.com", "stun.example.com:3478"},
             std::pair{"stun.example.com.:19302", "stun.example.com.:19302"},
             std::pair{"my_host-1", "my_host-1:3478"},
             std::pair{"1.pool.example", "1.pool.example:3478"},
             std::pair{"192.0.2.1", "192.0.2.1:3478"},
             std::pair{"192.0.2.1:1", "192.0.2.1:1"},
             std::pair{"2001:db8::1", "[2001:db8::1]:3478"},
             std::pair{"[2001:db8::1]:65535", "[2001:db8::1]:65535"},
         }) {
        const auto server = parse_host_port(text, 3478);
        ASSERT_TRUE(server) << server.error().message;
        EXPECT_EQ(server->to_string(), read);
        EXPECT_EQ(*parse_host_port(read, 1), *server) << "written and read again";
    }
}

TEST(HostPort, IsNothingElse)
{
    const std::string label(64, 'a');
    for (const std::string& text :
         {std::string{}, std::string{":3478"}, std::string{"a:"}, std::string{"a:0"}, std::string{"a:65536"},
          std::string{"a:12x"}, std::string{"a:1:2"}, std::string{"a b"}, std::string{"a..b"}, std::string{".a"},
          std::string{"stun:a"}, std::string{"a/b"}, std::string{"1.2.3.4.5"}, std::string{"0.0.0.0"},
          std::string{"[::1"}, label, std::string(254, 'a')}) {
        EXPECT_FALSE(parse_host_port(text, 3478)) << text;
    }
    EXPECT_EQ(parse_host_port("a:x", 3478).error().message,
              "'a:x' is not accepted: expected a host name or an address, and perhaps :port");
}

}  // namespace
}  // namespace rb::config
