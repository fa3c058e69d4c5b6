#include "dataplane/wire/stun_format.h"

#include <algorithm>

namespace rb::wire::stun {
namespace {

constexpr std::uint32_t kFingerprintMask = 0x5354554e;

constexpr std::array<std::uint32_t, 256> make_crc_table() noexcept
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xedb88320U : crc >> 1U;
        }
        table[i] = crc;
    }
    return table;
}

/// CRC-32 of ITU V.42 (RFC 8489 §14.7).
std::uint32_t crc32(std::span<const std::uint8_t> bytes) noexcept
{
    static constexpr auto kTable = make_crc_table();
    std::uint32_t crc = ~0U;
    for (const std::uint8_t byte : bytes) {
        crc = crc >> 8U ^ kTable[(crc ^ byte) & 0xffU];
    }
    return ~crc;
}

}  // namespace

std::uint32_t fingerprint_of(std::span<const std::uint8_t> message) noexcept
{
    return crc32(message) ^ kFingerprintMask;
}

HmacSha1::Digest signature(HmacSha1& key, std::span<const std::uint8_t> message, std::size_t at) noexcept
{
    const std::size_t length = at + kIntegrityBytes - kStunHeaderBytes;
    const std::array<std::uint8_t, 2> length_bytes{static_cast<std::uint8_t>(length >> 8U),
                                                   static_cast<std::uint8_t>(length)};
    key.begin();
    key.add(message.first(2));
    key.add(length_bytes);
    key.add(message.subspan(4, at - 4));
    return key.finish();
}

std::array<std::uint8_t, 16> mask_of(const StunMessage& message) noexcept
{
    std::array<std::uint8_t, 16> mask{0x21, 0x12, 0xa4, 0x42};
    std::copy(message.transaction.begin(), message.transaction.end(), mask.begin() + 4);
    return mask;
}

}  // namespace rb::wire::stun
