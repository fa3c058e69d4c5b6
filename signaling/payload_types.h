// payload_types.h — RTP payload type numbers: those RFC 3551 fixed, and the choice of dynamic ones.
#pragma once

#include "signaling/message.h"

#include <optional>
#include <span>
#include <vector>

namespace rb::sip {

/// The format RFC 3551 §6 (tables 4 and 5) gives a number; nothing for dynamic and reserved ones.
[[nodiscard]] std::optional<MediaFormat> static_format(int payload_type);

/// Same encoding (without regard to case), clock rate and channels; numbers and fmtp play no part.
[[nodiscard]] bool same_format(const MediaFormat& a, const MediaFormat& b) noexcept;

[[nodiscard]] bool is_telephone_event(const MediaFormat& format) noexcept;
[[nodiscard]] MediaFormat telephone_event_at(std::uint32_t clock_rate);

/// RFC 3389: stands in for audio of that clock, and is no codec by itself.
[[nodiscard]] bool is_comfort_noise(const MediaFormat& format) noexcept;
[[nodiscard]] MediaFormat comfort_noise_at(std::uint32_t clock_rate);

/// The number a format of ours gets in an offer: the one it already has (`known`, RFC 3264 §8.3.2), the one asked for,
/// the fixed one, 101 for telephone-event at 8000 Hz as the field expects, else the first free from 96.
///
/// format  with payload_type −1 when any number will do
/// known   numbers the session has used before
/// taken   formats already written to this offer
/// returns 0–127, or −1 when all dynamic numbers are taken
[[nodiscard]] int choose_payload_type(const MediaFormat& format, std::span<const MediaFormat> known,
                                      std::span<const MediaFormat> taken);

/// What our offer lists: codecs, comfort noise, telephone-events, each once and with its number; without those for
/// which no number is left.
///
/// known   numbers the session has used before
[[nodiscard]] std::vector<MediaFormat> formats_to_offer(const MediaCapabilities& own,
                                                        std::span<const MediaFormat> known);

/// What the peer may send under numbers of our offer that its answer says otherwise; none that the answer uses itself.
[[nodiscard]] std::vector<PayloadAlias> aliases_of(std::span<const MediaFormat> offered,
                                                   std::span<const MediaFormat> answered);

}  // namespace rb::sip
