// srtp_packets.h — keys and packets for tests of SRTP.
#pragma once

#include "dataplane/base/rng.h"
#include "dataplane/media/srtp_session.h"
#include "dataplane/wire/rtp.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rb::test {

inline constexpr std::uint32_t kSsrc = 0xcafebabe;

/// A key that its number tells from others.
inline SrtpKey srtp_key(SrtpSuite suite, std::uint64_t number)
{
    SrtpKey key{.suite = suite};
    Rng rng{number};
    for (std::uint8_t& byte : key.used()) {
        byte = static_cast<std::uint8_t>(rng.next());
    }
    return key;
}

/// 160 bytes of payload under this sequence number.
inline std::vector<std::uint8_t> rtp_packet(std::uint16_t sequence, std::uint32_t ssrc = kSsrc)
{
    std::vector<std::uint8_t> packet(wire::kRtpHeaderBytes + 160, 0xab);
    wire::write_rtp_header(packet, {.sequence = sequence, .timestamp = 160U * sequence, .ssrc = ssrc});
    return packet;
}

/// The packet as it travels; empty when the session refuses to send it.
inline std::vector<std::uint8_t> protect(media::SrtpSession& session, std::vector<std::uint8_t> packet)
{
    const std::size_t size = packet.size();
    packet.resize(size + media::SrtpSession::kTrailerMax);
    packet.resize(session.protect_rtp(packet, size).value_or(0));
    return packet;
}

}  // namespace rb::test
