#include "dataplane/media/dtmf_receiver.h"

#include "dataplane/wire/seq.h"

#include <algorithm>

namespace rb::media {

DtmfReceiver::Changes DtmfReceiver::receive(const wire::DtmfPayload& event, std::uint32_t timestamp,
                                            std::uint32_t clock_rate, Nanos now) noexcept
{
    Changes changes;
    if (any_ && timestamp != timestamp_ && !wire::timestamp_newer(timestamp, timestamp_) && pressed_) {
        return changes;  // a straggler of the press before
    }
    if (!any_ || timestamp != timestamp_) {
        if (pressed_) {
            changes.released = release();
        }
        any_ = true;
        pressed_ = true;
        digit_ = event.digit;
        timestamp_ = timestamp;
        duration_ = 0ns;
        changes.pressed = KeyChange{.digit = digit_};
    }
    if (!pressed_) {
        return changes;  // one of the repeated ends
    }
    last_at_ = now;
    duration_ = std::max(duration_, Nanos{std::chrono::seconds{1}} * event.duration_samples / clock_rate);
    if (event.end) {
        changes.released = release();
    }
    return changes;
}

std::optional<KeyChange> DtmfReceiver::expire(Nanos now) noexcept
{
    if (!pressed_ || now - last_at_ < kEndAfter) {
        return std::nullopt;
    }
    return release();
}

KeyChange DtmfReceiver::release() noexcept
{
    pressed_ = false;
    return {.digit = digit_, .released = true, .duration = duration_};
}

}  // namespace rb::media
