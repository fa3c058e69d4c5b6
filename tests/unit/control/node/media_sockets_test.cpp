// Goal: resting sockets tell whether anybody still sends to them, and what was sent does not pile up.
// Method: real sockets on loopback and a peer that sends, or does not.
#include "control/node/media_sockets.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::node {
namespace {

/// A pair on a port the kernel has free, and its next.
engine::SocketPair open_pair(std::uint16_t& port)
{
    for (port = 40'000; port < 60'000; port = static_cast<std::uint16_t>(port + 2)) {
        const auto address = parse_address("127.0.0.1:" + std::to_string(port));
        if (const auto pair = open_media_sockets({.local = *address})) {
            return *pair;
        }
    }
    return {-1, -1};
}

TEST(MediaSockets, RestingOnesTellOnceWhetherSomebodySends)
{
    std::uint16_t port = 0;
    const auto pair = open_pair(port);
    ASSERT_GE(pair[0], 0);
    EXPECT_FALSE(drain_media_sockets(pair));

    const int peer = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_storage to{};
    for (const int rtcp : {0, 1}) {
        const auto number = static_cast<std::uint16_t>(port + rtcp);
        const socklen_t length = to_sockaddr(*parse_address("127.0.0.1:" + std::to_string(number)), to);
        for (int i = 0; i < 20; ++i) {
            ASSERT_EQ(sendto(peer, "12345678", 8, 0, reinterpret_cast<const sockaddr*>(&to), length), 8);
        }
        EXPECT_TRUE(drain_media_sockets(pair)) << (rtcp != 0 ? "RTCP" : "RTP");
        EXPECT_FALSE(drain_media_sockets(pair)) << "nothing has come since";
    }
    close(peer);
    close_media_sockets(pair);
}

TEST(MediaSockets, ATakenPortIsAnErrorThatNamesIt)
{
    std::uint16_t port = 0;
    const auto pair = open_pair(port);
    const auto again = open_media_sockets({.local = *parse_address("127.0.0.1:" + std::to_string(port))});
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find(std::to_string(port)), std::string::npos);
    close_media_sockets(pair);
}

}  // namespace
}  // namespace rb::node
