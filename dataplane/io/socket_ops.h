// socket_ops.h — the few system calls both packet I/O back ends make in the same way.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"

namespace rb {

/// Sleeps until CLOCK_MONOTONIC reaches the deadline; returns at once when it has passed. clock_nanosleep rather than a
/// wait inside the ring: an io_uring wait shows as iowait before Linux 6.15, and nothing is to wake a worker early.
void sleep_until(Nanos deadline) noexcept;

/// Connects the sockets of a Connect change to their peers. A refusal (no route) leaves the socket as it was.
void connect_sockets(const SocketChange& change) noexcept;

/// Dissolves the association of both sockets (connect to AF_UNSPEC); their local addresses stay.
void disconnect_sockets(const SocketChange& change) noexcept;

}  // namespace rb
