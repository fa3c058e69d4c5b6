// udp_sink.h — a socket on loopback that takes datagrams, as a statsd server would.
#pragma once

#include "dataplane/base/address.h"

#include <array>
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::test {

class UdpSink {
public:
    UdpSink() : fd_{socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)}
    {
        sockaddr_storage name{};
        const socklen_t length = to_sockaddr(*parse_address("127.0.0.1:0"), name);
        if (bind(fd_, reinterpret_cast<const sockaddr*>(&name), length) == 0) {
            socklen_t size = sizeof name;
            getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size);
            address_ = from_sockaddr(name);
        }
    }
    ~UdpSink() { close(fd_); }
    UdpSink(const UdpSink&) = delete;
    UdpSink& operator=(const UdpSink&) = delete;

    [[nodiscard]] Address address() const { return address_; }
    /// The next datagram; empty when none has come. Loopback delivers within send().
    [[nodiscard]] std::string received() const
    {
        std::array<char, 2048> bytes{};
        const ssize_t size = recv(fd_, bytes.data(), bytes.size(), 0);
        return size < 0 ? "" : std::string{bytes.data(), static_cast<std::size_t>(size)};
    }

private:
    int fd_;
    Address address_;
};

}  // namespace rb::test
