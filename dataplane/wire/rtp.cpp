#include "dataplane/wire/rtp.h"

namespace rb::wire {
namespace {

constexpr std::uint8_t kPaddingBit = 0x20;
constexpr std::uint8_t kExtensionBit = 0x10;
constexpr std::uint8_t kCsrcCountMask = 0x0f;
constexpr std::uint8_t kMarkerBit = 0x80;
constexpr std::uint8_t kPayloadTypeMask = 0x7f;
constexpr std::size_t kWordBytes = 4;

std::uint32_t u16_at(std::span<const std::uint8_t> bytes, std::size_t offset) noexcept
{
    return std::uint32_t{bytes[offset]} << 8U | bytes[offset + 1];
}

std::uint32_t u32_at(std::span<const std::uint8_t> bytes, std::size_t offset) noexcept
{
    return u16_at(bytes, offset) << 16U | u16_at(bytes, offset + 2);
}

}  // namespace

tl::expected<RtpView, Drop> parse_rtp(std::span<const std::uint8_t> bytes) noexcept
{
    if (bytes.size() < kRtpHeaderBytes) {
        return tl::unexpected(Drop::TooShort);
    }
    if (bytes[0] >> 6U != kRtpVersion) {
        return tl::unexpected(Drop::BadVersion);
    }
    RtpView view{
        .header = {.payload_type = static_cast<std::uint8_t>(bytes[1] & kPayloadTypeMask),
                   .marker = (bytes[1] & kMarkerBit) != 0,
                   .sequence = static_cast<std::uint16_t>(u16_at(bytes, 2)),
                   .timestamp = u32_at(bytes, 4),
                   .ssrc = u32_at(bytes, 8)},
        .csrc_count = static_cast<std::uint8_t>(bytes[0] & kCsrcCountMask),
    };
    const std::size_t head = kRtpHeaderBytes + view.csrc_count * kWordBytes;
    if (head > bytes.size()) {
        return tl::unexpected(Drop::BadLength);
    }
    std::size_t extension = 0;
    if ((bytes[0] & kExtensionBit) != 0) {
        if (head + kWordBytes > bytes.size()) {
            return tl::unexpected(Drop::BadLength);
        }
        view.extension_profile = static_cast<std::uint16_t>(u16_at(bytes, head));
        extension = kWordBytes + u16_at(bytes, head + 2) * kWordBytes;
    }
    const std::size_t padding = (bytes[0] & kPaddingBit) != 0 ? bytes.back() : 0;
    if (head + extension + padding > bytes.size() || ((bytes[0] & kPaddingBit) != 0 && padding == 0)) {
        return tl::unexpected(Drop::BadLength);
    }
    view.head = bytes.first(head);
    view.extension = bytes.subspan(head, extension);
    view.payload = bytes.subspan(head + extension, bytes.size() - head - extension - padding);
    view.padding = bytes.last(padding);
    return view;
}

}  // namespace rb::wire
