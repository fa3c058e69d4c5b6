// pacer.h — the generator's metronome, and its conscience: how much of its own core it took.
#pragma once

#include "dataplane/base/error.h"
#include "dataplane/base/time.h"

namespace rb::load {

/// Pins the calling thread to a core (none with a negative number) and goes before ordinary programs where it may.
[[nodiscard]] Result<void> pin_to(int cpu);

/// From the first call on SIGINT and SIGTERM end the run early but orderly.
void catch_interrupts();
[[nodiscard]] bool interrupted() noexcept;

/// One tick a millisecond. Its phase is that of the first tick, so that runs differ in how they meet the server's own.
class Pacer {
public:
    /// Sleeps to the next tick; after a stall the lost ticks are skipped.
    /// returns   the time now
    Nanos tick() noexcept;

private:
    Nanos next_{};
};

/// CPU time of this process between two moments.
class OwnCpu {
public:
    void begin() noexcept;
    void end() noexcept;
    /// Of one core, between begin() and end().
    [[nodiscard]] double percent() const noexcept;

private:
    Nanos began_{};
    Nanos began_cpu_{};
    Nanos ended_{};
    Nanos ended_cpu_{};
};

}  // namespace rb::load
