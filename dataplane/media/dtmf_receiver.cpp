#include "dataplane/media/dtmf_receiver.h"

#include <algorithm>

namespace rb::media {

DtmfReceiver::Changes DtmfReceiver::receive(const Packet& packet, Nanos now) noexcept
{
    Changes changes;
    const bool older = ordered_ && static_cast<std::int32_t>(packet.sequence - newest_) < 0;
    const bool another = !any_ || packet.timestamp != timestamp_;
    if (another && older) {
        return changes;  // a straggler of a press before
    }
    if (!older) {
        newest_ = packet.sequence;
        ordered_ = true;
    }
    if (another) {
        if (pressed_) {
            changes.ended = release();
        }
        any_ = true;
        pressed_ = true;
        digit_ = packet.event.digit;
        timestamp_ = packet.timestamp;
        duration_ = 0ns;
        first_at_ = now;
        changes.pressed = KeyChange{.digit = digit_};
    }
    if (!pressed_) {
        return changes;  // one of the repeated ends
    }
    last_at_ = now;
    duration_ = std::max(duration_, Nanos{std::chrono::seconds{1}} * packet.event.duration_samples / packet.clock_rate);
    if (packet.event.end) {
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
    return {.digit = digit_, .released = true, .duration = std::min(duration_, last_at_ - first_at_ + kUnseenMax)};
}

}  // namespace rb::media
