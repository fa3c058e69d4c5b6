// Goal: each back end says rightly who has sent a datagram, whatever its socket is connected to.
// Method: real sockets on loopback: attached as connected, then connected to another, then to nobody.
#include "dataplane/io/packet_io.h"

#include "dataplane/io/mmsg_io.h"
#include "dataplane/io/uring_io.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace rb {
namespace {

/// A UDP socket on loopback.
class Peer {
public:
    /// Twice: a socket that took whatever port there was would lose it with its peer.
    Peer() : fd_{bound_to(*parse_address("127.0.0.1:0"))}
    {
        const Address taken = address();
        close(fd_);
        fd_ = bound_to(taken);
    }
    ~Peer() { close(fd_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] Address address() const
    {
        sockaddr_storage name{};
        socklen_t size = sizeof name;
        EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size), 0);
        return from_sockaddr(name);
    }
    void send(const Address& to) const
    {
        sockaddr_storage name{};
        const socklen_t size = to_sockaddr(to, name);
        EXPECT_EQ(sendto(fd_, "x", 1, 0, reinterpret_cast<const sockaddr*>(&name), size), 1);
    }

private:
    static int bound_to(const Address& address)
    {
        const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        sockaddr_storage name{};
        const socklen_t size = to_sockaddr(address, name);
        EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&name), size), 0);
        return fd;
    }

    int fd_;
};

template <typename Io>
class PacketIoSources : public testing::Test {
protected:
    /// Who has sent what has come by now.
    static std::vector<Address> sources(Io& io)
    {
        std::vector<Address> found;
        for (int i = 0; i < 20; ++i) {
            for (const RxPacket& packet : io.receive()) {
                found.push_back(packet.source);
            }
            usleep(1000);
        }
        return found;
    }
};

using BackEnds = testing::Types<UringIo, MmsgIo>;
TYPED_TEST_SUITE(PacketIoSources, BackEnds);

TYPED_TEST(PacketIoSources, AreTheOnesConnectedToNow)
{
    auto io = TypeParam::create(4);
    if (!io) {  // only io_uring may be refused, and then by name
        ASSERT_NE(io.error().message.find("io_uring"), std::string::npos) << io.error().message;
        return;
    }
    const Peer rtp;
    const Peer rtcp;
    const Peer first;
    const Peer second;
    SocketChange change{.kind = SocketChange::Kind::Connect,
                        .slot = LegSlot{1},
                        .generation = 1,
                        .fds = {rtp.fd(), rtcp.fd()},
                        .peers = {first.address(), first.address()}};
    connect_sockets(change);
    change.kind = SocketChange::Kind::Attach;
    change.connected = true;
    rb::apply(**io, std::array{change});
    EXPECT_TRUE(this->sources(**io).empty());
    first.send(rtp.address());
    EXPECT_EQ(this->sources(**io), std::vector{first.address()});

    change.kind = SocketChange::Kind::Connect;
    change.peers = {second.address(), second.address()};
    rb::apply(**io, std::array{change});
    first.send(rtp.address());
    second.send(rtp.address());
    EXPECT_EQ(this->sources(**io), std::vector{second.address()}) << "and nobody else is heard";

    change.kind = SocketChange::Kind::Disconnect;
    rb::apply(**io, std::array{change});
    first.send(rtp.address());
    second.send(rtp.address());
    EXPECT_EQ(this->sources(**io), (std::vector{first.address(), second.address()})) << "each by its name";
    EXPECT_EQ((*io)->counters().receive_failed, 0U);
    (*io)->detach(LegSlot{1});
    static_cast<void>(this->sources(**io));
}

}  // namespace
}  // namespace rb
