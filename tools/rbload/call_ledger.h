// call_ledger.h — the fate of every call placed, counted.
#pragma once

#include "tools/rbload/outcome.h"
#include "tools/rbload/sip_client.h"

namespace rb::load {

/// Knows when calls are due, and when all of them are settled.
class CallLedger {
public:
    CallLedger(std::uint32_t calls, double per_second) : calls_{calls}, per_second_{per_second} {}

    /// When the next call is due; kNever when all are placed. The first is due at the first asking.
    [[nodiscard]] Nanos next_due(Nanos now) noexcept;
    void placed(Nanos now) noexcept;
    /// Calls not yet placed are due so much later.
    void put_off(Nanos by) noexcept { first_ += by; }
    /// One event of a call we placed.
    /// meant_to_hold   a BYE from the server comes too early
    void note(const CallEvent& event, bool meant_to_hold, Nanos now);

    [[nodiscard]] bool all_placed() const noexcept { return counts_.placed == calls_; }
    /// Every call placed is answered or has failed.
    [[nodiscard]] bool all_decided() const noexcept { return counts_.placed == decided_; }
    [[nodiscard]] std::uint64_t placed_count() const noexcept { return counts_.placed; }
    [[nodiscard]] std::uint64_t answered() const noexcept { return counts_.answered; }
    /// Calls that are up.
    [[nodiscard]] std::uint64_t up() const noexcept { return counts_.answered - over_; }
    [[nodiscard]] const Histogram& lateness() const noexcept { return lateness_; }

    [[nodiscard]] CallOutcome outcome(const SipClient& client) const;
    /// What of it was wrong.
    void add_faults(std::vector<std::string>& faults) const;

private:
    std::uint32_t calls_;
    double per_second_;
    CallOutcome counts_;
    std::uint64_t decided_ = 0;
    std::uint64_t over_ = 0;
    Nanos first_{};
    Nanos last_placed_{};
    Nanos last_change_{};
    Histogram setup_;
    Histogram lateness_;
};

}  // namespace rb::load
