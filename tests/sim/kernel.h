// kernel.h — the sockets of the simulated host: who is bound where, connected to whom, and what waits to be read.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/packet.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace rb::sim {

/// A datagram as it lies in a socket's buffer.
struct InSocket {
    Socket socket = Socket::Rtp;
    Address source;
    std::vector<std::uint8_t> bytes;
};

/// Knows its sockets by descriptor, whoever holds the leg they belong to.
class Kernel {
public:
    /// Binds a descriptor; false when somebody is bound there already. What is never opened is bound nowhere.
    [[nodiscard]] bool open(int descriptor, const Address& local);
    void close(int descriptor);
    /// From now on strangers are refused; what came before is thrown away where `clean`.
    void connect(int descriptor, const Address& peer, bool clean = false);
    void disconnect(int descriptor) { sockets_[descriptor].peer = {}; }
    [[nodiscard]] Address peer(int descriptor) const;
    /// The descriptor bound to this address.
    [[nodiscard]] std::optional<int> at(const Address& local) const;

    /// Puts a datagram into a buffer, unless it is full or connected to another.
    void deliver(int descriptor, InSocket datagram);
    [[nodiscard]] std::optional<InSocket> read(int descriptor);
    /// Throws away what waits, and says whether anything did.
    bool drain(int descriptor);
    [[nodiscard]] std::size_t open_sockets() const { return bound_.size(); }

private:
    static constexpr std::size_t kBufferMax = 256;  // datagrams: 212,992 bytes of small ones

    struct Bound {
        Address local;
        Address peer;
        std::deque<InSocket> buffer;
    };
    struct HashOfAddress {
        std::size_t operator()(const Address& address) const;
    };
    std::unordered_map<int, Bound> sockets_;
    std::unordered_map<Address, int, HashOfAddress> bound_;
    std::vector<bool> may_wait_;  // by descriptor: each is asked every millisecond, and most have nothing to read
};

}  // namespace rb::sim
