// dtmf_sender.h — from a string of digits to trains of telephone-event packets (RFC 4733 §2.5.1).
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/wire/dtmf.h"

#include <array>
#include <cstdint>
#include <optional>

namespace rb::media {

/// How long keys are held and how long the pause between them is, each at most 65 s.
struct DtmfTiming {
    Nanos held = 100ms;
    Nanos between = 80ms;
};

/// One packet every 20 ms while a key is held, then the end three times, then the pause. A key held for longer than the
/// field can tell goes on in segments (RFC 4733 §2.5.1.3).
/// Owner: whoever holds the leg.
class DtmfSender {
public:
    static constexpr std::size_t kDigitsMax = 32;
    /// The shortest press receivers must detect (ITU-T Q.24); one passed on may have been reported as shorter.
    static constexpr Nanos kHeldMin = 40ms;

    /// Queues a digit of "0123456789*#ABCD", held for kHeldMin at the least; false when the queue is full or it is
    /// none.
    [[nodiscard]] bool queue(char digit, const DtmfTiming& timing) noexcept;

    /// Whether there is anything to do at the coming frames; audio pauses meanwhile.
    [[nodiscard]] bool busy() const noexcept { return count_ > 0; }

    struct Packet {
        wire::DtmfPayload payload;
        bool first = false;            ///< begins a press: the train's timestamp is taken now
        std::uint32_t segment_at = 0;  ///< where the segment it tells of begins, in ticks from there
        unsigned copies = 1;           ///< the end is sent three times
    };

    /// What to send for the frame of 20 ms now due; nothing during pauses.
    [[nodiscard]] std::optional<Packet> next(std::uint32_t clock_rate) noexcept;

private:
    struct Press {  // small, for every leg carries a queue of them
        char digit = '0';
        std::uint16_t held_ms = 0;
        std::uint16_t between_ms = 0;
    };

    std::array<Press, kDigitsMax> presses_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    Nanos elapsed_ = 0ns;  // of the press being sent, its pause included
};

}  // namespace rb::media
