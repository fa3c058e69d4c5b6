// reliable.h — the provisional responses to one INVITE that the caller acknowledges, one after the other (RFC 3262 §3).
// Private to signaling.
#pragma once

#include "dataplane/base/time.h"
#include "signaling/reply_parts.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace rb::sip {

/// Owner: its session, which sends what this says and asks it when to send again.
class ReliableResponses {
public:
    static constexpr std::size_t kWaitingMax = 8;  ///< beyond, a newer response replaces the last that waits

    struct Pace {
        Nanos t1;       ///< until the first repetition; doubles each time
        Nanos give_up;  ///< 64·T1 by the RFC
    };

    /// first   RSeq of the first response, 1 to 2^31 - 1
    ReliableResponses(std::uint32_t first, const Pace& pace) : pace_{pace}, rseq_{first - 1}, interval_{pace.t1} {}

    /// Takes a response. Returns whether it is to be sent now; else it waits for the one before it.
    bool push(Reply reply);
    /// The response under way, with Require and RSeq.
    [[nodiscard]] const Reply& current() const { return *current_; }
    [[nodiscard]] bool under_way() const noexcept { return current_.has_value(); }
    /// The response under way or one that waits carries SDP: a 2xx must not overtake it.
    [[nodiscard]] bool holds_sdp() const;

    /// How long to wait for PRACK now that the response has been sent; nothing when it has been sent long enough.
    [[nodiscard]] std::optional<Nanos> next_wait();

    /// Takes a PRACK's RAck. False when no response of that number is under way.
    [[nodiscard]] bool acknowledge(std::uint32_t rseq);
    /// Makes the response that waited longest the one under way. False when none waits.
    [[nodiscard]] bool advance();

private:
    void begin(Reply reply);

    Pace pace_;
    std::uint32_t rseq_;
    Nanos interval_;
    Nanos waited_ = 0ns;
    std::optional<Reply> current_;
    std::deque<Reply> waiting_;
};

}  // namespace rb::sip
