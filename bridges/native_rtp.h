// native_rtp.h — native_rtp: a packet of one party goes to the other as it is, in the same slot, without a jitter
// buffer.
#pragma once

#include "bridges/bridge.h"
#include "dataplane/base/drop.h"
#include "dataplane/base/packet.h"
#include "dataplane/media/transmit.h"

#include <tl/expected.hpp>

#include <cstdint>

namespace rb::bridges {

/// Which of the agreed formats a packet is in.
enum class PassingFormat : std::uint8_t {
    Audio,
    TelephoneEvent
};

/// The other party of a native bridge, or nullptr while it is not native.
[[nodiscard]] media::Leg* native_peer(const media::Leg& leg) noexcept;

/// The payload type under which a packet of this format goes on to a leg.
[[nodiscard]] inline std::uint8_t payload_type_on(const media::Leg& to, PassingFormat format) noexcept
{
    // choose_bridge let the two in only when both have telephone-events or neither.
    return format == PassingFormat::Audio ? to.plan->payload_type : to.plan->dtmf->payload_type;
}

}  // namespace rb::bridges
