// Goal: SDP shows each peer the address it can reach, whichever side of a NAT it is on.
// Method: a table of transports, endpoints and peers.
#include "control/engine/negotiation.h"

#include <gtest/gtest.h>

namespace rb::engine {
namespace {

struct Row {
    const char* what;
    const char* external;
    const char* media_address;
    const char* peer;
    const char* shown;
};

TEST(AnnouncedAddress, IsWhatThePeerCanReach)
{
    const Address local = parse_address("10.0.0.1")->with_port(20000);
    for (const Row& row : {
             Row{"nothing set", "", "", "198.51.100.9:5060", "10.0.0.1:20000"},
             Row{"media_address", "", "10.0.0.2", "198.51.100.9:5060", "10.0.0.2:20000"},
             Row{"peer outside", "203.0.113.1", "", "198.51.100.9:5060", "203.0.113.1:20000"},
             Row{"peer outside, both set", "203.0.113.1", "10.0.0.2", "198.51.100.9:5060", "203.0.113.1:20000"},
             Row{"peer inside", "203.0.113.1", "", "10.1.2.3:5060", "10.0.0.1:20000"},
             Row{"peer inside, both set", "203.0.113.1", "10.0.0.2", "10.1.2.3:5060", "10.0.0.2:20000"},
             Row{"peer still a name", "203.0.113.1", "", "", "203.0.113.1:20000"},
             Row{"external address of the other family", "2001:db8::1", "", "198.51.100.9:5060", "10.0.0.1:20000"},
         }) {
        config::Transport transport{.external_media_address = row.external};
        transport.local_net = {*config::parse_network("10.0.0.0/8")};
        config::Endpoint endpoint;
        if (*row.media_address != '\0') {
            endpoint.media_address = *parse_address(row.media_address);
        }
        const Address peer = *row.peer == '\0' ? Address{} : *parse_address(row.peer);
        EXPECT_EQ(announced_address(&transport, endpoint, local, peer).to_string(), row.shown) << row.what;
    }
    EXPECT_EQ(announced_address(nullptr, {}, local, {}).to_string(), "10.0.0.1:20000");
}

}  // namespace
}  // namespace rb::engine
