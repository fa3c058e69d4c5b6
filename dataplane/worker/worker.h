// worker.h — the loop of one pinned core. Everything worth knowing is in MediaCore; this only paces it.
#pragma once

#include "dataplane/io/packet_io.h"

#include <concepts>

namespace rb {

// clang-format off
template <typename T>
concept MonotonicClock = requires(T clock) {
    { clock.now() } -> std::same_as<Nanos>;
};
// clang-format on

/// Runs a Core at its own pace: one step() per millisecond slot, in batches, never in reaction to an event.
///
/// Owner: the worker thread; nothing here may be called from another.
template <typename Core, PacketIo Io, MonotonicClock Clock>
class Worker {
public:
    Worker(Core& core, Io& io, Clock& clock) noexcept : core_{core}, io_{io}, clock_{clock} {}

    /// One slot: commands, packets in, this slot's bridges and legs, packets out, sleep.
    void step()
    {
        core_.begin_slot(clock_.now());  // all below is told the time
        core_.on_commands();
        core_.on_detached(io_.detached());
        core_.on_packets(io_.receive());
        core_.run_slot();
        apply(io_, core_.socket_changes());
        io_.send(core_.tx());
        core_.end_slot(clock_.now());  // read again only to measure ourselves
        io_.wait_until(core_.next_slot_at());
    }

private:
    Core& core_;
    Io& io_;
    Clock& clock_;
};

}  // namespace rb
