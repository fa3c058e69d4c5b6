#include "dataplane/wire/rtcp.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/byte_reader.h"

namespace rb::wire {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kSsrcBytes = 4;
constexpr std::size_t kSenderInfoBytes = 20;
constexpr std::uint8_t kPaddingBit = 0x20;
constexpr std::uint8_t kCountMask = 0x1f;

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kSdes = 202;
constexpr std::uint8_t kBye = 203;
constexpr std::uint8_t kCnameItem = 1;

std::string_view text(std::span<const std::uint8_t> bytes) noexcept
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::int32_t sign_extended_24(std::uint32_t value) noexcept
{
    return static_cast<std::int32_t>(value << 8U) >> 8;
}

/// One packet of the compound: header fields and what lies between header and padding.
struct Section {
    std::uint8_t type = 0;
    std::uint8_t count = 0;
    std::span<const std::uint8_t> body;
};

/// The first packet of `bytes`, whose length field parse_rtcp has checked (or is about to check).
std::size_t packet_bytes(std::span<const std::uint8_t> bytes) noexcept
{
    return (std::size_t{bytes[2]} << 8U | bytes[3]) * 4 + kHeaderBytes;
}

/// Cuts the first packet off; `rest` must have passed check_header.
Section take_section(std::span<const std::uint8_t>& rest) noexcept
{
    const auto packet = rest.first(packet_bytes(rest));
    rest = rest.subspan(packet.size());
    const std::size_t padding = (packet[0] & kPaddingBit) != 0 ? packet.back() : 0;
    return {.type = packet[1],
            .count = static_cast<std::uint8_t>(packet[0] & kCountMask),
            .body = packet.subspan(kHeaderBytes, packet.size() - kHeaderBytes - padding)};
}

/// Cuts one SDES chunk off. Chunks begin on 32-bit boundaries and end with one to four null octets (RFC 3550 §6.5);
/// nothing when the chunk breaks that.
std::optional<SourceDescription> take_chunk(std::span<const std::uint8_t>& chunks) noexcept
{
    ByteReader reader{chunks};
    SourceDescription chunk{.ssrc = reader.u32()};
    for (std::uint8_t item = reader.u8(); item != 0; item = reader.u8()) {
        const auto value = reader.take(reader.u8());
        if (item == kCnameItem) {
            chunk.cname = text(value);
        }
    }
    const std::size_t used = chunks.size() - reader.rest().size();
    const std::size_t whole = (used + 3) / 4 * 4;
    if (!reader.ok() || whole > chunks.size()) {
        return std::nullopt;
    }
    chunks = chunks.subspan(whole);
    return chunk;
}

/// The header rules: version, length, padding (allowed in the last packet only).
std::optional<Drop> check_header(std::span<const std::uint8_t> rest) noexcept
{
    if (rest.size() < kHeaderBytes) {
        return Drop::TooShort;
    }
    if (rest[0] >> 6U != 2) {
        return Drop::BadVersion;
    }
    const std::size_t size = packet_bytes(rest);
    if (size > rest.size()) {
        return Drop::BadLength;
    }
    if ((rest[0] & kPaddingBit) == 0) {
        return std::nullopt;
    }
    const std::size_t padding = rest[size - 1];
    const bool last = size == rest.size();
    if (!last || padding == 0 || padding % 4 != 0 || padding > size - kHeaderBytes) {
        return Drop::RtcpBad;
    }
    return std::nullopt;
}

bool has_whole_bye(const Section& section) noexcept
{
    const std::size_t sources = section.count * kSsrcBytes;
    if (section.body.size() <= sources) {
        return section.body.size() == sources;
    }
    return section.body.size() - sources > section.body[sources];  // the reason's length and its text
}

bool has_whole_chunks(const Section& section) noexcept
{
    auto chunks = section.body;
    for (std::size_t i = 0; i < section.count; ++i) {
        if (!take_chunk(chunks)) {
            return false;
        }
    }
    return true;
}

/// Whether the body holds what its count promises.
bool is_whole(const Section& section) noexcept
{
    const std::size_t blocks = section.count * kReportBlockBytes;
    switch (section.type) {
        case kSenderReport:
            return section.body.size() >= kSsrcBytes + kSenderInfoBytes + blocks;
        case kReceiverReport:
            return section.body.size() >= kSsrcBytes + blocks;
        case kBye:
            return has_whole_bye(section);
        case kSdes:
            return has_whole_chunks(section);
        default:  // a type from the network, not one of our enums: anything else is passed over whole
            return true;
    }
}

SenderReport read_sender_report(const Section& section) noexcept
{
    ByteReader reader{section.body};
    return {
        .ssrc = reader.u32(),
        .sender = {.ntp = reader.u64(), .rtp_timestamp = reader.u32(), .packets = reader.u32(), .octets = reader.u32()},
        .reports = ReportBlocks{reader.take(section.count * kReportBlockBytes)}};
}

ReceiverReport read_receiver_report(const Section& section) noexcept
{
    ByteReader reader{section.body};
    return {.ssrc = reader.u32(), .reports = ReportBlocks{reader.take(section.count * kReportBlockBytes)}};
}

Bye read_bye(const Section& section) noexcept
{
    ByteReader reader{section.body};
    Bye bye{.sources = reader.take(section.count * kSsrcBytes)};
    if (!reader.rest().empty()) {
        bye.reason = text(reader.take(reader.u8()));
    }
    return bye;
}

}  // namespace

ReportBlock ReportBlocks::operator[](std::size_t index) const noexcept
{
    RB_ASSERT(index < size());
    ByteReader reader{bytes_.subspan(index * kReportBlockBytes, kReportBlockBytes)};
    return {.ssrc = reader.u32(),
            .fraction_lost = reader.u8(),
            .cumulative_lost = sign_extended_24(reader.u24()),
            .highest_sequence = reader.u32(),
            .jitter = reader.u32(),
            .last_sr = reader.u32(),
            .delay_since_last_sr = reader.u32()};
}

bool Bye::contains(std::uint32_t ssrc) const noexcept
{
    ByteReader reader{sources};
    while (!reader.rest().empty()) {
        if (reader.u32() == ssrc) {
            return true;
        }
    }
    return false;
}

std::optional<RtcpPacket> RtcpReader::next() noexcept
{
    while (chunks_left_ == 0) {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const Section section = take_section(rest_);
        switch (section.type) {
            case kSenderReport:
                return read_sender_report(section);
            case kReceiverReport:
                return read_receiver_report(section);
            case kBye:
                return read_bye(section);
            case kSdes:
                chunks_ = section.body;
                chunks_left_ = section.count;
                break;
            default:  // a type from the network, not one of our enums
                return OtherRtcp{.type = section.type, .format = section.count, .body = section.body};
        }
    }
    --chunks_left_;
    const auto chunk = take_chunk(chunks_);
    RB_ASSERT(chunk.has_value());  // is_whole has read every chunk before
    return *chunk;
}

tl::expected<RtcpReader, Drop> parse_rtcp(std::span<const std::uint8_t> bytes) noexcept
{
    auto rest = bytes;
    do {
        if (const auto refused = check_header(rest)) {
            return tl::unexpected(*refused);
        }
        if (!is_whole(take_section(rest))) {
            return tl::unexpected(Drop::RtcpBad);
        }
    } while (!rest.empty());
    return RtcpReader{bytes};
}

}  // namespace rb::wire
