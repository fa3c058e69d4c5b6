// transmit.h — how audio and keys leave a leg: header, payload, and the place in the batch that is sent at the slot's
// end.
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/media/leg.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <span>

namespace rb::media {

/// Sends one packet made here. A full batch loses it as a network would: the sequence number is spent. Returns why it
/// must not be sent: see Protection::send_rtp().
[[nodiscard]] tl::expected<void, Drop> transmit(Leg& leg, const wire::RtpHeader& header,
                                                std::span<const std::uint8_t> payload, Nanos at, TxBatch& tx) noexcept;

/// Sends a datagram that is no RTP by the RTP socket, as it is, to leg.destination(), which there is. A full batch
/// loses it as a network would.
///
/// bytes   at most kDatagramBytesMax of them
void send_datagram(Leg& leg, std::span<const std::uint8_t> bytes, Nanos at, TxBatch& tx) noexcept;

/// Sends 20 ms of encoded audio, in packets of the length the peer asked for. Nothing is sent on hold.
///
/// payload   in the leg's codec; a length other than 20 ms is a programmer's error
void send_frame(Leg& leg, std::span<const std::uint8_t> payload, Nanos at, TxBatch& tx) noexcept;

/// Tells a peer that has agreed to comfort noise how the pause sounds that begins or goes on (RFC 3389); others
/// nothing.
///
/// level   in −dBov, 0 to 127
void send_noise(Leg& leg, std::uint8_t level, Nanos at, TxBatch& tx) noexcept;

/// Sends what the leg's DtmfSender has for this frame; audio pauses meanwhile. False when it has nothing to do.
bool send_dtmf(Leg& leg, Nanos at, TxBatch& tx) noexcept;

/// A received packet about to be passed on.
struct PassingPacket {
    const wire::RtpView& view;
    std::uint32_t sequence = 0;     ///< extended, in its own stream
    std::uint8_t payload_type = 0;  ///< of its format on the leg it goes to
};

/// Passes a packet on under the receiving leg's own header (a native bridge, or echo when both are one).
/// Returns Drop::Late for a packet from before the leg took this stream over, or transmit()'s reason. On hold, and
/// while a prompt or keys are sent, it is not, which is no drop.
[[nodiscard]] tl::expected<void, Drop> forward(const Leg& from, Leg& to, const PassingPacket& packet, Nanos now,
                                               TxBatch& tx) noexcept;

}  // namespace rb::media
