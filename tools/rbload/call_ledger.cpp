#include "tools/rbload/call_ledger.h"

namespace rb::load {
namespace {

double seconds_of(Nanos span)
{
    return std::chrono::duration<double>{span}.count();
}

}  // namespace

Nanos CallLedger::next_due(Nanos now) noexcept
{
    if (all_placed()) {
        return kNever;
    }
    if (first_ == Nanos{}) {
        first_ = now;
    }
    const double after = static_cast<double>(counts_.placed) / per_second_;
    return first_ + std::chrono::duration_cast<Nanos>(std::chrono::duration<double>{after});
}

void CallLedger::placed(Nanos now) noexcept
{
    lateness_.add(now - next_due(now));
    ++counts_.placed;
    last_placed_ = now;
}

void CallLedger::note(const CallEvent& event, bool meant_to_hold, Nanos now)
{
    last_change_ = now;
    switch (event.change) {
        case CallChange::Answered:
            ++decided_;
            ++counts_.answered;
            setup_.add(event.waited);
            return;
        case CallChange::Refused:
            ++decided_;
            ++counts_.refused[event.status];
            return;
        case CallChange::TimedOut:
            // After the answer it is our BYE that nobody took.
            ++counts_.timed_out;
            ++(event.status == 0 ? decided_ : over_);
            return;
        case CallChange::EndedByPeer:
            counts_.ended_by_server += meant_to_hold ? 1U : 0U;
            ++over_;
            return;
        case CallChange::Ended:
            ++over_;
            return;
        case CallChange::None:
        case CallChange::Incoming:
        case CallChange::Ringing:
        case CallChange::MediaChanged:
        case CallChange::Forgotten:
            return;
    }
}

CallOutcome CallLedger::outcome(const SipClient& client) const
{
    CallOutcome outcome = counts_;
    outcome.retransmissions = client.retransmissions();
    outcome.malformed = client.malformed();
    outcome.setup = setup_.percentiles();
    outcome.seconds = seconds_of(last_change_ - first_);
    if (const double placing = seconds_of(last_placed_ - first_); placing > 0) {
        outcome.placed_per_second = static_cast<double>(counts_.placed - 1) / placing;
    }
    return outcome;
}

void CallLedger::add_faults(std::vector<std::string>& faults) const
{
    const auto say = [&faults](std::uint64_t count, const std::string& what) {
        if (count > 0) {
            faults.push_back(std::to_string(count) + " " + what);
        }
    };
    for (const auto& [code, count] : counts_.refused) {
        say(count, "calls refused with " + std::to_string(code));
    }
    say(counts_.timed_out, "calls or hang-ups not answered within 32 s");
    say(counts_.ended_by_server, "calls ended by the server while they were to be held");
    say(counts_.placed - decided_, "calls still undecided at the end");
}

}  // namespace rb::load
