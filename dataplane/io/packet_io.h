// packet_io.h — the seam between media and the outside: plain arrays in, plain arrays out.
//
// A PacketIo moves datagrams; it knows nothing of RTP. It is a concept, not a base class: the worker is
// compiled once per implementation (io_uring and recvmmsg today, AF_XDP later) and the simulator needs none at all.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/io/socket_ops.h"

#include <concepts>
#include <span>

namespace rb {

// clang-format 14 breaks every compound requirement over three lines.
// clang-format off
template <typename T>
concept PacketIo = requires(T io, const SocketChange& change, TxBatch& batch, Nanos deadline) {
    // What has arrived, oldest first per socket; at most kRxBatchMax.
    { io.receive() } -> std::same_as<std::span<const RxPacket>>;
    // Slots whose last receive has ended: no RxPacket for them will ever be seen again. Valid until the next receive().
    { io.detached() } -> std::same_as<std::span<const LegSlot>>;
    // Takes a leg's sockets, and lets them go.
    { io.attach(change) } -> std::same_as<void>;
    { io.follow(change) } -> std::same_as<void>;
    { io.detach(change.slot) } -> std::same_as<void>;
    // Sends the whole batch and empties it. A failure becomes a counter, never an error here.
    { io.send(batch) } -> std::same_as<void>;
    // Returns at the deadline. Never late by its own doing.
    { io.wait_until(deadline) } -> std::same_as<void>;
    { io.counters() } -> std::same_as<const IoCounters&>;
};
// clang-format on

/// Carries the changes out, in order.
template <PacketIo Io>
void apply(Io& io, std::span<const SocketChange> changes)
{
    for (const SocketChange& change : changes) {
        switch (change.kind) {
            case SocketChange::Kind::Attach:
                io.attach(change);
                break;
            case SocketChange::Kind::Detach:
                io.detach(change.slot);
                break;
            case SocketChange::Kind::Connect:
                connect_sockets(change);
                io.follow(change);
                break;
            case SocketChange::Kind::Disconnect:
                disconnect_sockets(change);
                io.follow(change);
                break;
        }
    }
}

}  // namespace rb
