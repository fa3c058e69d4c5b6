#include "tools/rbload/udp_socket.h"

#include "dataplane/base/clock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace rb::load {
namespace {

std::string advice_for(int error)
{
    switch (error) {
        case EADDRINUSE:
            return "; another program has the port: choose others with --rtp-ports or --answer-port";
        case EADDRNOTAVAIL:
            return "; the address is not of this host: correct --local-ip";
        case EMFILE:
            return "; raise the limit of open files (ulimit -n)";
        default:
            return "";
    }
}

Nanos arrival_in(msghdr& header, Nanos wall_to_steady) noexcept
{
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr; control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            timespec at{};
            std::memcpy(&at, CMSG_DATA(control), sizeof at);
            return std::chrono::seconds{at.tv_sec} + Nanos{at.tv_nsec} + wall_to_steady;
        }
    }
    return SteadyClock::now();
}

}  // namespace

Result<UdpSocket> UdpSocket::bind(const Address& local, int receive_buffer_bytes)
{
    const auto refused = [&local](const char* what) {
        return failure("cannot " + std::string{what} + " " + local.to_string() + ": " + std::strerror(errno) +
                       advice_for(errno));
    };
    const int family = local.is_v4() ? AF_INET : AF_INET6;
    UdpSocket made{::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (made.fd_ < 0) {
        return refused("open a socket for");
    }
    const int on = 1;
    static_cast<void>(setsockopt(made.fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on));
    static_cast<void>(setsockopt(made.fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes));
    sockaddr_storage name{};
    const socklen_t length = to_sockaddr(local, name);
    if (::bind(made.fd_, reinterpret_cast<const sockaddr*>(&name), length) != 0) {
        return refused("bind");
    }
    return made;
}

UdpSocket::~UdpSocket()
{
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept
{
    std::swap(fd_, other.fd_);
    return *this;
}

Address UdpSocket::local() const noexcept
{
    sockaddr_storage name{};
    socklen_t length = sizeof name;
    return getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &length) == 0 ? from_sockaddr(name) : Address{};
}

bool UdpSocket::connect(const Address& peer) const noexcept
{
    sockaddr_storage name{};
    const socklen_t length = to_sockaddr(peer, name);
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&name), length) == 0;
}

bool UdpSocket::send(std::span<const std::uint8_t> bytes) const noexcept
{
    return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

bool UdpSocket::send_to(std::span<const std::uint8_t> bytes, const Address& to) const noexcept
{
    sockaddr_storage name{};
    const socklen_t length = to_sockaddr(to, name);
    return ::sendto(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&name), length) ==
           static_cast<ssize_t>(bytes.size());
}

std::optional<Arrival> UdpSocket::receive(std::span<std::uint8_t> buffer, Nanos wall_to_steady) const noexcept
{
    sockaddr_storage name{};
    iovec data{.iov_base = buffer.data(), .iov_len = buffer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
    msghdr header{};
    header.msg_name = &name;
    header.msg_namelen = sizeof name;
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t size = 0;
    do {
        size = recvmsg(fd_, &header, MSG_DONTWAIT);
    } while (size < 0 && errno == ECONNREFUSED);  // reports an earlier send; what has arrived is still there
    if (size < 0) {
        return std::nullopt;
    }
    return Arrival{.bytes = buffer.first(static_cast<std::size_t>(size)),
                   .source = from_sockaddr(name),
                   .at = arrival_in(header, wall_to_steady)};
}

Nanos wall_to_steady() noexcept
{
    return SteadyClock::now() - WallClock::now();
}

}  // namespace rb::load
