// key_ways.h — one press reported once, though the peer may send it in two ways at the same time.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/media/dtmf_receiver.h"

#include <cstdint>

namespace rb::media {

/// How a key of the peer came here.
enum class KeyWay : std::uint8_t {
    Event,  ///< telephone-event (RFC 4733)
    Tone,   ///< within the audio
    Info,   ///< SIP INFO
};

/// Gateways may send telephone-events and INFO for one press, the INFO at its beginning or at its end. The way that
/// comes first counts.
/// Owner: whoever holds the leg.
class KeyWays {
public:
    /// The same key by another way within this time after a press is that press.
    static constexpr Nanos kSamePress = 500ms;

    /// Whether a change counts.
    [[nodiscard]] bool accept(const KeyChange& change, KeyWay way, Nanos now) noexcept
    {
        const bool other_way = way != way_ && change.digit == digit_;
        const bool same_press = down_ || doubled_ || now - changed_at_ < kSamePress;
        if (other_way && same_press) {
            doubled_ = !change.released;
            return false;
        }
        digit_ = change.digit;
        way_ = way;
        changed_at_ = now;
        down_ = !change.released;
        doubled_ = false;
        return true;
    }

private:
    char digit_ = 0;
    KeyWay way_ = KeyWay::Event;
    Nanos changed_at_ = 0ns;
    bool down_ = false;     // by way_
    bool doubled_ = false;  // still down by the other way, too
};

}  // namespace rb::media
