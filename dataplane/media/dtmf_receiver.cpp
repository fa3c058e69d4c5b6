#include "dataplane/media/dtmf_receiver.h"

#include <algorithm>

namespace rb::media {
namespace {

Nanos duration_of(std::uint32_t ticks, std::uint32_t clock_rate) noexcept
{
    return Nanos{std::chrono::seconds{1}} * ticks / clock_rate;
}

}  // namespace

DtmfReceiver::Changes DtmfReceiver::receive(const Packet& packet, Nanos now) noexcept
{
    Changes changes{.press = packet.timestamp};
    const bool older = ordered_ && static_cast<std::int32_t>(packet.sequence - newest_) < 0;
    const bool another = !any_ || packet.timestamp != timestamp_;
    if (another && older) {
        return changes;  // a straggler of a press before
    }
    if (!older) {
        newest_ = packet.sequence;
        ordered_ = true;
    }
    if (another && goes_on_with(packet)) {
        earlier_ += duration_of(packet.timestamp - timestamp_, packet.clock_rate);
        ticks_ = 0;
    } else if (another) {
        if (pressed_) {
            changes.ended = release();
        }
        any_ = true;
        pressed_ = true;
        digit_ = packet.event.digit;
        clock_rate_ = packet.clock_rate;
        press_ = packet.timestamp;
        ticks_ = 0;
        earlier_ = 0ns;
        duration_ = 0ns;
        first_at_ = now;
        changes.pressed = KeyChange{.digit = digit_};
    }
    timestamp_ = packet.timestamp;
    changes.press = press_;
    if (!pressed_) {
        return changes;  // one of the repeated ends
    }
    last_at_ = now;
    ticks_ = std::max(ticks_, packet.event.duration_samples);
    duration_ = std::max(duration_, earlier_ + duration_of(ticks_, packet.clock_rate));
    if (packet.event.end) {
        changes.released = release();
    }
    return changes;
}

/// Whether it begins another segment of the press that is on. The packet that told its predecessor's whole length may
/// be lost.
bool DtmfReceiver::goes_on_with(const Packet& packet) const noexcept
{
    const std::uint32_t after = packet.timestamp - timestamp_;
    return pressed_ && packet.event.digit == digit_ && after > 0 &&
           (after == ticks_ || after == wire::kDtmfSegmentTicks);
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
