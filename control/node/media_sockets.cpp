#include "control/node/media_sockets.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::node {
namespace {

Result<int> open_socket(const Address& local, unsigned tos)
{
    const int family = local.is_v4() ? AF_INET : AF_INET6;
    const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return failure(std::string{"cannot open a media socket: "} + std::strerror(errno) + "; raise LimitNOFILE");
    }
    sockaddr_storage name{};
    const socklen_t length = to_sockaddr(local, name);
    const int mark = static_cast<int>(tos);
    if (tos != 0) {
        static_cast<void>(local.is_v4() ? setsockopt(fd, IPPROTO_IP, IP_TOS, &mark, sizeof mark)
                                        : setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &mark, sizeof mark));
    }
    if (bind(fd, reinterpret_cast<const sockaddr*>(&name), length) != 0) {
        const int error = errno;
        close(fd);
        return failure("cannot bind " + local.to_string() + ": " + std::strerror(error));
    }
    return fd;
}

}  // namespace

Result<engine::SocketPair> open_media_sockets(const engine::SocketRequest& request)
{
    const auto rtp = open_socket(request.local, request.tos);
    if (!rtp) {
        return tl::unexpected(rtp.error());
    }
    const auto rtcp_port = static_cast<std::uint16_t>(request.local.port() + 1);
    const auto rtcp = open_socket(request.local.with_port(rtcp_port), request.tos);
    if (!rtcp) {
        close(*rtp);
        return tl::unexpected(rtcp.error());
    }
    return engine::SocketPair{*rtp, *rtcp};
}

void connect_media_sockets(const engine::SocketPair& sockets, const std::array<Address, kSocketsPerLeg>& peers)
{
    for (std::size_t i = 0; i < kSocketsPerLeg; ++i) {
        if (!peers[i]) {
            continue;
        }
        sockaddr_storage peer{};
        const socklen_t length = to_sockaddr(peers[i], peer);
        static_cast<void>(connect(sockets[i], reinterpret_cast<const sockaddr*>(&peer), length));
        std::array<std::uint8_t, 64> rubbish{};
        while (recv(sockets[i], rubbish.data(), rubbish.size(), MSG_DONTWAIT) >= 0) {
        }
    }
}

bool drain_media_sockets(const engine::SocketPair& sockets)
{
    // A full buffer holds a few hundred packets; beyond this somebody sends as fast as we read.
    constexpr int kPacketsMax = 1024;
    bool heard = false;
    for (const int fd : sockets) {
        // The kernel rounds up to its minimum: the next look has little to throw away.
        const int least = 0;
        static_cast<void>(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least));
        std::array<std::uint8_t, 64> rubbish{};
        for (int i = 0; i < kPacketsMax && recv(fd, rubbish.data(), rubbish.size(), MSG_DONTWAIT) >= 0; ++i) {
            heard = true;
        }
    }
    return heard;
}

void close_media_sockets(const engine::SocketPair& sockets)
{
    for (const int fd : sockets) {
        if (fd >= 0) {
            close(fd);
        }
    }
}

}  // namespace rb::node
