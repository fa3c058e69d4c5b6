// dtmf_receiver.h — from telephone-event packets to key presses: each reported once, whatever is lost or repeated.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/wire/dtmf.h"

#include <cstdint>
#include <optional>

namespace rb::media {

/// A key went down or came up.
struct KeyChange {
    char digit = '0';
    bool released = false;
    Nanos duration = 0ns;  ///< held for, with `released`
};

/// RFC 4733 §2.5: packets of one press share a timestamp; one too long for their field goes on in segments (§2.5.1.3).
/// A press whose end is lost ends when nothing came for a while, or when the next begins.
/// Owner: whoever holds the leg.
class DtmfReceiver {
public:
    /// Silence that ends a press: senders repeat every 20 to 50 ms.
    static constexpr Nanos kEndAfter = 120ms;
    /// A press lasted so much longer than its packets were seen at the most: its first ones may have been lost, but who
    /// claims eight seconds with one packet would silence those it is passed on to.
    static constexpr Nanos kUnseenMax = 500ms;

    /// What a packet shows, in the order in which it happened.
    struct Changes {
        std::optional<KeyChange> ended;  ///< the press before, whose end was lost
        std::optional<KeyChange> pressed;
        std::optional<KeyChange> released;
        std::uint32_t press = 0;  ///< the timestamp with which the press of this packet began
    };

    struct Packet {
        wire::DtmfPayload event;
        std::uint32_t sequence = 0;   ///< extended by the count of wraps
        std::uint32_t timestamp = 0;  ///< of the RTP header, the beginning of the press
        std::uint32_t clock_rate = 8000;
    };

    /// One telephone-event packet. One of a press before the newest changes nothing, however late it comes.
    [[nodiscard]] Changes receive(const Packet& packet, Nanos now) noexcept;

    /// The stream began anew, and its sequence numbers with it.
    void restart() noexcept { ordered_ = false; }

    /// Ends a press whose end was lost.
    [[nodiscard]] std::optional<KeyChange> expire(Nanos now) noexcept;

    [[nodiscard]] bool pressed() const noexcept { return pressed_; }
    /// Of the newest press.
    [[nodiscard]] std::uint32_t clock_rate() const noexcept { return clock_rate_; }

private:
    [[nodiscard]] bool goes_on_with(const Packet& packet) const noexcept;
    [[nodiscard]] KeyChange release() noexcept;

    bool pressed_ = false;
    bool any_ = false;      // timestamp_ holds a press, over or not
    bool ordered_ = false;  // newest_ holds a number of the present stream
    std::uint32_t newest_ = 0;
    char digit_ = '0';
    std::uint32_t clock_rate_ = 8000;
    std::uint32_t press_ = 0;      // the timestamp of its first segment,
    std::uint32_t timestamp_ = 0;  // of the present one,
    std::uint16_t ticks_ = 0;      // and how long that has lasted
    Nanos earlier_ = 0ns;          // how long those before it have
    Nanos duration_ = 0ns;
    Nanos first_at_ = 0ns;  // when the press was first seen, and last
    Nanos last_at_ = 0ns;
};

}  // namespace rb::media
