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

/// RFC 4733 §2.5: packets of one press share a timestamp. A press whose end is lost ends when nothing came for a while,
/// or when the next begins.
/// Owner: whoever holds the leg.
class DtmfReceiver {
public:
    /// Silence that ends a press: senders repeat every 20 to 50 ms.
    static constexpr Nanos kEndAfter = 120ms;

    struct Changes {
        std::optional<KeyChange> released;  ///< of the press before, which the packet shows to be over
        std::optional<KeyChange> pressed;
    };

    /// One telephone-event packet.
    ///
    /// timestamp    of the RTP header, the beginning of the press
    /// clock_rate   of the telephone-event format, in Hz
    [[nodiscard]] Changes receive(const wire::DtmfPayload& event, std::uint32_t timestamp, std::uint32_t clock_rate,
                                  Nanos now) noexcept;

    /// Ends a press whose end was lost.
    [[nodiscard]] std::optional<KeyChange> expire(Nanos now) noexcept;

    [[nodiscard]] bool pressed() const noexcept { return pressed_; }

private:
    [[nodiscard]] KeyChange release() noexcept;

    bool pressed_ = false;
    bool any_ = false;  // timestamp_ holds a press, over or not
    char digit_ = '0';
    std::uint32_t timestamp_ = 0;
    Nanos duration_ = 0ns;
    Nanos last_at_ = 0ns;
};

}  // namespace rb::media
