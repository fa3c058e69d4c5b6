// rtcp_xr.h — the VoIP metrics block of RTCP extended reports (RFC 3611 §4.7): how one side hears the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rb::wire {

/// Packet type of extended reports (RFC 3611 §2).
inline constexpr std::uint8_t kExtendedReport = 207;

/// Figures in the units of the wire; 127 where a level, a rating or an opinion is not known.
struct VoipMetrics {
    static constexpr std::uint8_t kUnknown = 127;

    std::uint32_t ssrc = 0;          ///< of the stream this block is about
    std::uint8_t loss_rate = 0;      ///< since the stream began, in 1/256
    std::uint8_t discard_rate = 0;   ///< received and too late to be played, in 1/256
    std::uint8_t burst_density = 0;  ///< lost or discarded within bursts, in 1/256
    std::uint8_t gap_density = 0;    ///< … within gaps
    std::uint16_t burst_ms = 0;      ///< mean duration
    std::uint16_t gap_ms = 0;
    std::uint16_t round_trip_ms = 0;      ///< 0 = not known
    std::uint16_t end_system_ms = 0;      ///< delay within the reporter
    std::uint8_t signal_dbm0 = kUnknown;  ///< two's complement
    std::uint8_t noise_dbm0 = kUnknown;   ///< two's complement
    std::uint8_t echo_return_db = kUnknown;
    std::uint8_t gap_min = 16;
    std::uint8_t rating = kUnknown;           ///< R factor, 0 to 100
    std::uint8_t external_rating = kUnknown;  ///< of a network beyond
    std::uint8_t mos_listening = kUnknown;    ///< in tenths, 10 to 50
    std::uint8_t mos_conversation = kUnknown;
    std::uint8_t receiver_config = 0;  ///< concealment and kind of jitter buffer (§4.7.6)
    std::uint16_t buffer_ms = 0;       ///< the delay of the jitter buffer now …
    std::uint16_t buffer_ms_max = 0;   ///< … that it may come to at present …
    std::uint16_t buffer_ms_cap = 0;   ///< … and ever

    friend bool operator==(const VoipMetrics&, const VoipMetrics&) = default;
};

/// Of a whole XR packet with one such block.
inline constexpr std::size_t kVoipMetricsPacketBytes = 44;

/// Writes an XR packet of its own, header included.
///
/// out       at least kVoipMetricsPacketBytes (asserted)
/// reporter  our SSRC
void write_voip_metrics(std::span<std::uint8_t> out, std::uint32_t reporter, const VoipMetrics& metrics) noexcept;

/// The first VoIP metrics block about a stream in an XR packet.
///
/// body      of the packet, after its 4-byte header
/// ssrc      of the stream
/// returns   nothing where there is none, or where the blocks before it do not fit the body
///
/// Total: any bytes are accepted. No allocation.
[[nodiscard]] std::optional<VoipMetrics> find_voip_metrics(std::span<const std::uint8_t> body,
                                                           std::uint32_t ssrc) noexcept;

}  // namespace rb::wire
