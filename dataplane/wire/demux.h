// demux.h — tells apart the protocols that share one media port, by the first two bytes (RFC 7983 §7, RFC 5761 §4).
#pragma once

#include <cstdint>
#include <span>

namespace rb::wire {

enum class Protocol : std::uint8_t {
    Unknown,      ///< empty, or a first byte nobody has claimed
    Stun,         ///< 0–3
    Zrtp,         ///< 16–19
    Dtls,         ///< 20–63
    TurnChannel,  ///< 64–79
    Rtp,          ///< 128–191
    Rtcp,         ///< 128–191 and a second byte of 192–223
};

/// Which parser a datagram is for. Looks at two bytes at most; that parser still has to accept the rest.
[[nodiscard]] Protocol classify(std::span<const std::uint8_t> datagram) noexcept;

}  // namespace rb::wire
