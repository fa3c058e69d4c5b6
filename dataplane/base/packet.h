// packet.h — datagrams as media and packet I/O hand them to each other.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/assert.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rb {

/// Index of a leg in its worker's table.
enum class LegSlot : std::uint32_t {
};

constexpr std::uint32_t index_of(LegSlot slot)
{
    return static_cast<std::uint32_t>(slot);
}

/// Which of a leg's two sockets. With rtcp-mux (RFC 5761) the second one stays silent.
enum class Socket : std::uint8_t {
    Rtp,
    Rtcp
};
inline constexpr std::size_t kSocketsPerLeg = 2;

/// Where a socket stands among those of all slots.
constexpr std::uint32_t endpoint_index(LegSlot slot, Socket socket)
{
    return index_of(slot) * static_cast<std::uint32_t>(kSocketsPerLeg) + static_cast<std::uint32_t>(socket);
}

/// Largest datagram handled, in bytes: 20 ms of L16 at 48 kHz are 1932, which peers send in two fragments. Receive
/// buffers are 2048 bytes, of which io_uring takes 44 for the source address.
inline constexpr std::size_t kDatagramBytesMax = 2000;
/// Largest datagram made here: an Ethernet frame's worth of UDP payload over IPv4.
inline constexpr std::size_t kDatagramBytesMade = 1472;
static_assert(kDatagramBytesMade <= kDatagramBytesMax);
/// Largest datagram sent: one of the largest received, passed on with what SRTP adds.
inline constexpr std::size_t kDatagramBytesSentMax = kDatagramBytesMax + 32;

/// Most datagrams one receive() hands over; what is left comes with the next.
inline constexpr std::size_t kRxBatchMax = 1024;

/// One received datagram. `bytes` may be modified in place, and is valid until the next receive().
struct RxPacket {
    LegSlot slot{};
    std::uint32_t generation = 0;  ///< of the leg that was attached when the datagram arrived
    Socket socket = Socket::Rtp;
    Address source;
    std::span<std::uint8_t> bytes;
};

/// A change of one leg's sockets, asked for by the core and carried out by the I/O in order.
struct SocketChange {
    enum class Kind : std::uint8_t {
        Attach,      ///< begin to receive on both sockets
        Detach,      ///< end it; complete only when detached() reports the slot
        Connect,     ///< let the kernel refuse everybody but the peers
        Disconnect,  ///< hear everybody again, with source addresses
    };
    Kind kind = Kind::Attach;
    bool connected = false;  ///< with Attach: the sockets are connected to the peers already
    LegSlot slot{};
    std::uint32_t generation = 0;
    std::array<int, kSocketsPerLeg> fds{-1, -1};
    std::array<Address, kSocketsPerLeg> peers;  ///< of a connected Attach and of Connect; none = leave unconnected
};

/// One datagram to send: which socket, and whither unless the socket is connected.
struct TxPacket {
    LegSlot slot{};
    Socket socket = Socket::Rtp;
    std::uint16_t size = 0;
    std::uint32_t offset = 0;  ///< of the bytes in the batch
    Address destination;       ///< none = the socket is connected
};

/// Datagrams to send, owned by the batch until the I/O has sent them. Allocates once, at construction.
/// Owner: its worker.
class TxBatch {
public:
    static constexpr std::size_t kPacketsMax = 8192;
    static constexpr std::size_t kBytesMax = kPacketsMax * 256;
    /// Datagrams begin at multiples of it, as libsrtp2 demands.
    static constexpr std::size_t kAlignment = 4;
    static_assert(kBytesMax % kAlignment == 0);

    TxBatch() : bytes_{std::make_unique<std::uint8_t[]>(kBytesMax)} { packets_.reserve(kPacketsMax); }

    /// Room for a datagram of `size` bytes (at most kDatagramBytesSentMax, asserted), or an empty span when the batch
    /// is full. Fill it, then commit() or forget it.
    [[nodiscard]] std::span<std::uint8_t> reserve(std::size_t size) noexcept
    {
        RB_ASSERT(size <= kDatagramBytesSentMax);
        if (packets_.size() == kPacketsMax || kBytesMax - used_ < size) {
            return {};
        }
        return {bytes_.get() + used_, size};
    }

    /// Adds the datagram last reserved; size may be smaller than what was reserved.
    void commit(LegSlot slot, Socket socket, std::size_t size, const Address& destination) noexcept
    {
        packets_.push_back({.slot = slot,
                            .socket = socket,
                            .size = static_cast<std::uint16_t>(size),
                            .offset = static_cast<std::uint32_t>(used_),
                            .destination = destination});
        used_ += (size + kAlignment - 1) / kAlignment * kAlignment;
    }

    [[nodiscard]] std::span<const TxPacket> packets() const noexcept { return packets_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes(const TxPacket& packet) const noexcept
    {
        return {bytes_.get() + packet.offset, packet.size};
    }
    std::uint64_t refused = 0;  ///< datagrams that found the batch full

    void clear() noexcept
    {
        packets_.clear();
        used_ = 0;
    }

private:
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::vector<TxPacket> packets_;
    std::size_t used_ = 0;
};

/// What a packet I/O counts about itself; the worker copies it into its counters.
struct IoCounters {
    std::uint64_t send_failed = 0;     ///< datagrams the kernel did not take (full socket buffer, no route)
    std::uint64_t send_refused = 0;    ///< ICMP port unreachable reported on a connected socket
    std::uint64_t buffers_ended = 0;   ///< times receiving stopped for want of buffers (and went on at once)
    std::uint64_t receive_failed = 0;  ///< other receive errors
    std::uint64_t truncated = 0;       ///< datagrams longer than kDatagramBytesMax, not delivered
};

}  // namespace rb
