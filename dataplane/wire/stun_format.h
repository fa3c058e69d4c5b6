// stun_format.h — the numbers of STUN and what its reader and its writer reckon alike (RFC 8489).
#pragma once

#include "dataplane/wire/hmac_sha1.h"
#include "dataplane/wire/stun.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::wire::stun {

inline constexpr std::uint32_t kMagicCookie = 0x2112a442;
inline constexpr std::uint16_t kBinding = 0x0001;
inline constexpr std::uint16_t kClassBits = 0x0110;  // §5: two bits in the midst of the method
inline constexpr std::uint16_t kIndicationBit = 0x0010;
inline constexpr std::uint16_t kResponseBit = 0x0100;

inline constexpr std::size_t kAttributeHeaderBytes = 4;
inline constexpr std::size_t kFingerprintBytes = kAttributeHeaderBytes + 4;
inline constexpr std::size_t kIntegrityBytes = kAttributeHeaderBytes + HmacSha1::kDigestBytes;

enum class Attribute : std::uint16_t {
    MappedAddress = 0x0001,
    Username = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    UnknownAttributes = 0x000a,
    Realm = 0x0014,
    Nonce = 0x0015,
    XorMappedAddress = 0x0020,
    Priority = 0x0024,
    UseCandidate = 0x0025,
    Fingerprint = 0x8028,
    IceControlled = 0x8029,
    IceControlling = 0x802a,
};

inline constexpr std::uint8_t kFamilyV4 = 1;
inline constexpr std::uint8_t kFamilyV6 = 2;

/// FINGERPRINT of a message, which is all before that attribute, under a length that includes it (§14.7).
[[nodiscard]] std::uint32_t fingerprint_of(std::span<const std::uint8_t> message) noexcept;

/// What MESSAGE-INTEGRITY at `at` signs: all before it, under a length that ends with it (§14.5).
[[nodiscard]] HmacSha1::Digest signature(HmacSha1& key, std::span<const std::uint8_t> message, std::size_t at) noexcept;

/// What an address is mixed with (§14.2): the cookie, and for IPv6 the transaction, too.
[[nodiscard]] std::array<std::uint8_t, 16> mask_of(const StunMessage& message) noexcept;

}  // namespace rb::wire::stun
