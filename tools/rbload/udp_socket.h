// udp_socket.h — a UDP socket that says when each datagram arrived, by the kernel's clock and not by ours.
//
// The generator looks at its sockets once a millisecond; what it measures must not depend on that.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <optional>
#include <span>

namespace rb::load {

/// A datagram received; bytes are those of the buffer given.
struct Arrival {
    std::span<const std::uint8_t> bytes;
    Address source;
    Nanos at{};  ///< CLOCK_MONOTONIC
};

/// Owns its descriptor. All calls are non-blocking.
class UdpSocket {
public:
    /// A socket bound to the address; port 0 takes any. An Error names the address and what to do.
    [[nodiscard]] static Result<UdpSocket> bind(const Address& local, int receive_buffer_bytes);

    UdpSocket() = default;
    ~UdpSocket();
    UdpSocket(UdpSocket&& other) noexcept;
    UdpSocket& operator=(UdpSocket&& other) noexcept;
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] Address local() const noexcept;

    /// From here on the kernel refuses everybody else. False when there is no route.
    bool connect(const Address& peer) const noexcept;
    /// To the connected peer. False when the kernel did not take it.
    bool send(std::span<const std::uint8_t> bytes) const noexcept;
    bool send_to(std::span<const std::uint8_t> bytes, const Address& to) const noexcept;

    /// The next datagram, or nothing. wall_to_steady: what to add to CLOCK_REALTIME to get CLOCK_MONOTONIC.
    std::optional<Arrival> receive(std::span<std::uint8_t> buffer, Nanos wall_to_steady) const noexcept;

private:
    explicit UdpSocket(int fd) noexcept : fd_{fd} {}

    int fd_ = -1;
};

/// What to add to CLOCK_REALTIME at this moment to get CLOCK_MONOTONIC.
[[nodiscard]] Nanos wall_to_steady() noexcept;

}  // namespace rb::load
