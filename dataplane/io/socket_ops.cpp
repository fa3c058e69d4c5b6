#include "dataplane/io/socket_ops.h"

#include <cerrno>
#include <ctime>
#include <sys/socket.h>

namespace rb {

void sleep_until(Nanos deadline) noexcept
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(deadline);
    const timespec until{.tv_sec = seconds.count(), .tv_nsec = (deadline - seconds).count()};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
}

void connect_sockets(const SocketChange& change) noexcept
{
    for (std::size_t i = 0; i < kSocketsPerLeg; ++i) {
        if (change.fds[i] >= 0 && change.peers[i]) {
            sockaddr_storage peer{};
            const socklen_t length = to_sockaddr(change.peers[i], peer);
            static_cast<void>(connect(change.fds[i], reinterpret_cast<const sockaddr*>(&peer), length));
        }
    }
}

void disconnect_sockets(const SocketChange& change) noexcept
{
    const sockaddr none{.sa_family = AF_UNSPEC, .sa_data = {}};
    for (const int fd : change.fds) {
        if (fd >= 0) {
            static_cast<void>(connect(fd, &none, sizeof none));
        }
    }
}

}  // namespace rb
