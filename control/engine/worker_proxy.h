// worker_proxy.h — one worker as control sees it: the only way to talk to it, and the books of what is lent to it.
#pragma once

#include "dataplane/worker/command.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace rb::engine {

/// Every object lent stays owned here; `holder` says who may touch it. Commands beyond the queue's room wait in a list,
/// in order, until flush() finds room.
/// Owner: control.
class WorkerProxy {
public:
    /// queue   read by the worker
    WorkerProxy(CommandQueue& queue, std::size_t legs_max, std::size_t bridges_max);

    void post(const Command& command);
    /// Moves waiting commands into the queue.
    void flush();
    [[nodiscard]] std::size_t waiting() const noexcept { return overflow_.size(); }
    /// Commands that have found the queue full so far.
    [[nodiscard]] std::uint64_t overflowed() const noexcept { return overflowed_; }

    /// A place for a leg, or no reference when the worker is full.
    [[nodiscard]] media::LegRef reserve_leg();
    /// Lends a leg built for a reserved place; `owner` is control's own, to find back from events.
    void adopt_leg(std::unique_ptr<media::Leg> leg, std::uint64_t owner);
    /// Gives up a place no leg was built for.
    void cancel_leg(media::LegRef ref);
    /// The leg that has come home; its place is free again.
    [[nodiscard]] std::unique_ptr<media::Leg> leg_returned(media::Leg& leg);
    /// Whose leg it is; 0 when it has gone.
    [[nodiscard]] std::uint64_t owner_of(media::LegRef ref) const noexcept;
    [[nodiscard]] std::size_t legs() const noexcept { return leg_count_; }

    /// Sends DTLS or STUN by a socket of the leg; false when as many as may be are under way already.
    [[nodiscard]] bool send_datagram(media::LegRef leg, Socket socket, const Address& to,
                                     std::span<const std::uint8_t> bytes);
    void datagram_sent(media::SideDatagram& datagram);

    /// Builds and lends a bridge; no reference when the worker is full.
    [[nodiscard]] bridges::BridgeRef adopt_bridge(const bridges::BridgeOptions& options, std::uint64_t owner);
    void bridge_returned(bridges::Bridge& bridge);
    [[nodiscard]] std::uint64_t owner_of(bridges::BridgeRef ref) const noexcept;
    [[nodiscard]] std::size_t bridges() const noexcept { return bridge_count_; }

private:
    template <typename T>
    struct Place {
        std::unique_ptr<T> object;
        std::uint32_t generation = 0;
        bool taken = false;
        std::uint64_t owner = 0;
    };

    template <typename T>
    [[nodiscard]] static Handle<T> reserve(std::vector<Place<T>>& places, std::vector<std::uint32_t>& free,
                                           std::size_t most);
    template <typename T>
    [[nodiscard]] static std::uint64_t owner_in(const std::vector<Place<T>>& places, Handle<T> ref) noexcept;

    CommandQueue& queue_;
    std::deque<Command> overflow_;
    std::uint64_t overflowed_ = 0;
    std::size_t legs_max_;
    std::size_t bridges_max_;
    std::vector<Place<media::Leg>> legs_;
    std::vector<std::uint32_t> free_legs_;
    std::size_t leg_count_ = 0;
    std::vector<Place<bridges::Bridge>> bridges_;
    std::vector<std::uint32_t> free_bridges_;
    std::size_t bridge_count_ = 0;
    std::vector<std::unique_ptr<media::SideDatagram>> datagrams_;  // as many as were ever needed at once
    std::vector<media::SideDatagram*> free_datagrams_;
};

}  // namespace rb::engine
