// rtcp_writer.cpp — the half of rtcp.h that writes.
#include "dataplane/base/assert.h"
#include "dataplane/base/byte_writer.h"
#include "dataplane/wire/rtcp.h"

#include <algorithm>

namespace rb::wire {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kSsrcBytes = 4;
constexpr std::size_t kSenderInfoBytes = 20;
constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kSdes = 202;
constexpr std::uint8_t kBye = 203;
constexpr std::uint8_t kCnameItem = 1;
constexpr std::int32_t kCumulativeLostMax = 0x7fffff;
constexpr std::int32_t kCumulativeLostMin = -0x800000;

/// Header of one packet inside the compound.
struct Header {
    std::uint8_t type = 0;
    std::size_t count = 0;
    std::size_t bytes = 0;  // of the whole packet, a multiple of 4
};

void write_header(ByteWriter& writer, const Header& header) noexcept
{
    constexpr std::uint8_t version = 0x80;
    writer.u8(static_cast<std::uint8_t>(version | header.count));
    writer.u8(header.type);
    writer.u16(static_cast<std::uint16_t>(header.bytes / 4 - 1));
}

void write_block(ByteWriter& writer, const ReportBlock& block) noexcept
{
    // RFC 3550 §6.4.1: 24 bits, kept at its bounds rather than wrapped.
    const auto lost = std::clamp(block.cumulative_lost, kCumulativeLostMin, kCumulativeLostMax);
    writer.u32(block.ssrc);
    writer.u8(block.fraction_lost);
    writer.u24(static_cast<std::uint32_t>(lost) & 0xffffffU);
    writer.u32(block.highest_sequence);
    writer.u32(block.jitter);
    writer.u32(block.last_sr);
    writer.u32(block.delay_since_last_sr);
}

std::size_t report_bytes(const RtcpReport& report) noexcept
{
    return kHeaderBytes + kSsrcBytes + (report.sender ? kSenderInfoBytes : 0) +
           report.reports.size() * kReportBlockBytes;
}

std::size_t sdes_bytes(const RtcpReport& report) noexcept
{
    constexpr std::size_t item_header_bytes = 2;
    constexpr std::size_t end_bytes = 1;  // at least one null octet, then up to the next word
    return kHeaderBytes + kSsrcBytes + (item_header_bytes + report.cname.size() + end_bytes + 3) / 4 * 4;
}

std::size_t bye_bytes(const RtcpReport& report) noexcept
{
    return report.bye ? kHeaderBytes + kSsrcBytes : 0;
}

void write_report(ByteWriter& writer, const RtcpReport& report) noexcept
{
    write_header(writer, {.type = report.sender ? kSenderReport : kReceiverReport,
                          .count = report.reports.size(),
                          .bytes = report_bytes(report)});
    writer.u32(report.ssrc);
    if (report.sender) {
        writer.u64(report.sender->ntp);
        writer.u32(report.sender->rtp_timestamp);
        writer.u32(report.sender->packets);
        writer.u32(report.sender->octets);
    }
    for (const ReportBlock& block : report.reports) {
        write_block(writer, block);
    }
}

void write_sdes(ByteWriter& writer, const RtcpReport& report) noexcept
{
    const std::size_t end = writer.written() + sdes_bytes(report);
    write_header(writer, {.type = kSdes, .count = 1, .bytes = sdes_bytes(report)});
    writer.u32(report.ssrc);
    writer.u8(kCnameItem);
    writer.u8(static_cast<std::uint8_t>(report.cname.size()));
    writer.copy({reinterpret_cast<const std::uint8_t*>(report.cname.data()), report.cname.size()});
    while (writer.written() < end) {
        writer.u8(0);
    }
}

}  // namespace

std::size_t rtcp_bytes(const RtcpReport& report) noexcept
{
    return report_bytes(report) + sdes_bytes(report) + bye_bytes(report);
}

std::size_t write_rtcp(std::span<std::uint8_t> out, const RtcpReport& report) noexcept
{
    RB_ASSERT(report.reports.size() <= kReportBlocksMax);
    RB_ASSERT(!report.cname.empty() && report.cname.size() <= kCnameBytesMax);
    RB_ASSERT(out.size() >= rtcp_bytes(report));
    ByteWriter writer{out};
    write_report(writer, report);
    write_sdes(writer, report);
    if (report.bye) {
        write_header(writer, {.type = kBye, .count = 1, .bytes = bye_bytes(report)});
        writer.u32(report.ssrc);
    }
    RB_ASSERT(writer.written() == rtcp_bytes(report));
    return writer.written();
}

}  // namespace rb::wire
