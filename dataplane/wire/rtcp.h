// rtcp.h — RTCP as values (RFC 3550 §6): one reader for compound and reduced-size packets, one writer for what we send.
//
//     RtcpReader reader = *parse_rtcp(datagram);
//     while (const auto packet = reader.next()) { std::visit(overloaded, *packet); }
#pragma once

#include "dataplane/base/drop.h"

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace rb::wire {

inline constexpr std::size_t kReportBlockBytes = 24;
inline constexpr std::size_t kReportBlocksMax = 31;  ///< a 5-bit count
inline constexpr std::size_t kCnameBytesMax = 255;   ///< an 8-bit length

/// How one of the reporter's senders is received (RFC 3550 §6.4.1).
struct ReportBlock {
    std::uint32_t ssrc = 0;                 ///< of the stream this block is about
    std::uint8_t fraction_lost = 0;         ///< since the last report, in 1/256
    std::int32_t cumulative_lost = 0;       ///< since the beginning; 24 bits, negative after duplicates
    std::uint32_t highest_sequence = 0;     ///< extended by the count of wraps
    std::uint32_t jitter = 0;               ///< in RTP clock ticks
    std::uint32_t last_sr = 0;              ///< middle 32 bits of the last sender report's NTP time; 0 = none yet
    std::uint32_t delay_since_last_sr = 0;  ///< in 1/65536 s
};

/// The blocks of a report, decoded one at a time from the datagram.
class ReportBlocks {
public:
    ReportBlocks() = default;
    /// bytes   whole blocks, kReportBlockBytes each
    explicit ReportBlocks(std::span<const std::uint8_t> bytes) noexcept : bytes_{bytes} {}

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() / kReportBlockBytes; }
    /// index   below size() (asserted)
    [[nodiscard]] ReportBlock operator[](std::size_t index) const noexcept;

private:
    std::span<const std::uint8_t> bytes_;
};

/// The sender's half of a sender report.
struct SenderInfo {
    std::uint64_t ntp = 0;            ///< wall clock at sending, as ntp_from_unix gives it
    std::uint32_t rtp_timestamp = 0;  ///< the same moment on the stream's clock
    std::uint32_t packets = 0;        ///< sent since the stream began
    std::uint32_t octets = 0;         ///< of payload, headers not counted
};

struct SenderReport {
    std::uint32_t ssrc = 0;
    SenderInfo sender;
    ReportBlocks reports;
};

struct ReceiverReport {
    std::uint32_t ssrc = 0;
    ReportBlocks reports;
};

/// One SDES chunk. Items other than CNAME are passed over.
struct SourceDescription {
    std::uint32_t ssrc = 0;
    std::string_view cname;  ///< points into the datagram; empty when the chunk has none
};

struct Bye {
    std::span<const std::uint8_t> sources;  ///< 4 bytes each
    std::string_view reason;                ///< points into the datagram; often empty

    [[nodiscard]] bool contains(std::uint32_t ssrc) const noexcept;
};

// Feedback (RFC 4585 §6.1), all of which we pass over: there is no picture to send anew, and audio that was lost is too
// old to be sent again.
inline constexpr std::uint8_t kTransportFeedback = 205;  ///< NACK, transport-wide congestion control
inline constexpr std::uint8_t kPayloadFeedback = 206;    ///< PLI, FIR, REMB

/// A packet we receive and pass over: APP, feedback (NACK, PLI, REMB, transport-cc), XR, or a type yet unknown.
struct OtherRtcp {
    std::uint8_t type = 0;
    std::uint8_t format = 0;  ///< the five bits that are a count elsewhere: FMT of feedback (RFC 4585), subtype of APP
    std::span<const std::uint8_t> body;  ///< after the 4-byte header, without padding
};

using RtcpPacket = std::variant<SenderReport, ReceiverReport, SourceDescription, Bye, OtherRtcp>;

/// Walks a datagram that parse_rtcp has accepted, so nothing can fail any more.
class RtcpReader {
public:
    /// The next value, in the order sent; a packet of several SDES chunks gives one value for each. Nothing at the end.
    [[nodiscard]] std::optional<RtcpPacket> next() noexcept;

private:
    friend tl::expected<RtcpReader, Drop> parse_rtcp(std::span<const std::uint8_t> bytes) noexcept;
    explicit RtcpReader(std::span<const std::uint8_t> bytes) noexcept : rest_{bytes} {}

    std::span<const std::uint8_t> rest_;    // packets not yet begun
    std::span<const std::uint8_t> chunks_;  // of the SDES packet being read
    unsigned chunks_left_ = 0;
};

/// Checks an RTCP datagram from end to end (RFC 3550 §A.2) and gives its reader.
///
/// bytes   one datagram, decrypted; compound, or a single packet of any type (reduced size, RFC 5506)
/// returns the reader, or Drop::TooShort (below 4 bytes), Drop::BadVersion (of any packet inside), Drop::BadLength (a
///         packet reaches past the end), or Drop::RtcpBad (padding before the last packet, or a body too small for its
///         own counts)
///
/// Total: any bytes are accepted. No allocation.
[[nodiscard]] tl::expected<RtcpReader, Drop> parse_rtcp(std::span<const std::uint8_t> bytes) noexcept;

/// What we send: a sender report (or a receiver report, when `sender` is empty), SDES with the CNAME, perhaps BYE.
struct RtcpReport {
    std::uint32_t ssrc = 0;                ///< ours
    std::optional<SenderInfo> sender;      ///< present when we have sent since the last report (RFC 3550 §6.4)
    std::span<const ReportBlock> reports;  ///< at most kReportBlocksMax
    std::string_view cname;                ///< at most kCnameBytesMax bytes; not empty (RFC 3550 §6.5.1)
    bool bye = false;
};

/// The size write_rtcp will need.
[[nodiscard]] std::size_t rtcp_bytes(const RtcpReport& report) noexcept;

/// Writes a compound packet.
///
/// out      at least rtcp_bytes(report) bytes (asserted, as are the limits of RtcpReport)
/// returns  the bytes written
std::size_t write_rtcp(std::span<std::uint8_t> out, const RtcpReport& report) noexcept;

}  // namespace rb::wire
