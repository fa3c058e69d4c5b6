#include "dataplane/wire/stun.h"

#include "dataplane/base/byte_reader.h"
#include "dataplane/wire/stun_format.h"

#include <algorithm>

namespace rb::wire {
namespace {

using namespace stun;

constexpr std::uint16_t kMustBeUnderstoodBelow = 0x8000;

constexpr std::size_t padded(std::size_t bytes) noexcept
{
    return (bytes + 3) / 4 * 4;
}

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Address> read_address(std::span<const std::uint8_t> value, const StunMessage& message) noexcept
{
    const auto mask = mask_of(message);
    ByteReader reader{value};
    const unsigned family = reader.u16() & 0xffU;
    const unsigned port = reader.u16() ^ kMagicCookie >> 16U;
    const std::size_t size = family == kFamilyV4 ? 4 : 16;
    const auto bytes = reader.rest();
    if ((family != kFamilyV4 && family != kFamilyV6) || bytes.size() != size) {
        return std::nullopt;
    }
    Address address;
    if (family == kFamilyV4) {
        std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.ip.begin());
    }
    for (std::size_t i = 0; i < size; ++i) {
        address.ip[16 - size + i] = bytes[i] ^ mask[i];
    }
    return address.with_port(static_cast<std::uint16_t>(port));
}

/// Keeps a value that has come once already: the first one counts (RFC 8489 §14).
template <typename T>
bool set_once(std::optional<T>& to, std::span<const std::uint8_t> value) noexcept
{
    if (value.size() != sizeof(T)) {
        return false;
    }
    ByteReader reader{value};
    to = to.value_or(static_cast<T>(sizeof(T) == 4 ? reader.u32() : reader.u64()));
    return true;
}

void note_unknown(std::uint16_t type, StunAttributes& unknown) noexcept
{
    if (unknown.count < kStunUnknownMax) {
        unknown.types[unknown.count++] = type;
    }
}

/// False when its size is wrong.
bool read_error_code(std::span<const std::uint8_t> value, StunMessage& message) noexcept
{
    ByteReader reader{value};
    const std::uint32_t code = reader.u32();
    const std::uint32_t hundreds = code >> 8U & 7U;
    const std::uint32_t rest = code & 0xffU;
    message.error = static_cast<std::uint16_t>(hundreds * 100 + rest);
    return reader.ok() && hundreds >= 3 && hundreds <= 6 && rest < 100;
}

bool read_unknown_attributes(std::span<const std::uint8_t> value, StunMessage& message) noexcept
{
    ByteReader reader{value};
    while (!reader.rest().empty() && reader.ok()) {
        note_unknown(reader.u16(), message.unknown);
    }
    return reader.ok();
}

/// False when the attribute is not as it must be.
bool read_attribute(std::uint16_t type, std::span<const std::uint8_t> value, StunMessage& message) noexcept
{
    switch (static_cast<Attribute>(type)) {
        case Attribute::Username:
            if (message.username.empty()) {
                message.username = {reinterpret_cast<const char*>(value.data()), value.size()};
            }
            return value.size() <= kStunUsernameBytesMax;
        case Attribute::Priority:
            return set_once(message.priority, value);
        case Attribute::UseCandidate:
            message.use_candidate = true;
            return value.empty();
        case Attribute::IceControlling:
            return set_once(message.controlling, value);
        case Attribute::IceControlled:
            return set_once(message.controlled, value);
        case Attribute::XorMappedAddress:
            message.mapped = message.mapped ? message.mapped : read_address(value, message);
            return message.mapped.has_value();
        case Attribute::ErrorCode:
            return read_error_code(value, message);
        case Attribute::UnknownAttributes:
            return message.kind != StunClass::Error || read_unknown_attributes(value, message);
        case Attribute::MessageIntegrity:
        case Attribute::Fingerprint:
        case Attribute::MappedAddress:
        case Attribute::Realm:
        case Attribute::Nonce:
            return true;
    }
    if (type < kMustBeUnderstoodBelow) {
        note_unknown(type, message.unknown);
    }
    return true;
}

StunClass class_of(std::uint16_t type) noexcept
{
    const bool indication = (type & kIndicationBit) != 0;
    if ((type & kResponseBit) != 0) {
        return indication ? StunClass::Error : StunClass::Success;
    }
    return indication ? StunClass::Indication : StunClass::Request;
}

tl::expected<StunMessage, Drop> parse(std::span<const std::uint8_t> bytes, bool needs_fingerprint) noexcept
{
    ByteReader reader{bytes};
    const std::uint16_t type = reader.u16();
    const std::size_t length = reader.u16();
    const std::uint32_t cookie = reader.u32();
    const auto transaction = reader.take(12);
    if (!reader.ok()) {
        return tl::unexpected(Drop::TooShort);
    }
    if (length != reader.rest().size() || length % 4 != 0) {
        return tl::unexpected(Drop::BadLength);
    }
    if (cookie != kMagicCookie || (type & ~kClassBits) != kBinding) {
        return tl::unexpected(Drop::StunBad);
    }
    StunMessage message{.kind = class_of(type)};
    std::copy(transaction.begin(), transaction.end(), message.transaction.begin());
    while (!reader.rest().empty()) {
        const std::size_t at = bytes.size() - reader.rest().size();
        const std::uint16_t attribute = reader.u16();
        const std::size_t size = reader.u16();
        const auto value = reader.take(size);
        static_cast<void>(reader.take(padded(size) - size));
        if (!reader.ok()) {
            return tl::unexpected(Drop::BadLength);
        }
        if (static_cast<Attribute>(attribute) == Attribute::Fingerprint) {
            ByteReader fingerprint{value};
            const bool right =
                size == 4 && reader.rest().empty() && fingerprint.u32() == fingerprint_of(bytes.first(at));
            return right ? tl::expected<StunMessage, Drop>{message} : tl::unexpected(Drop::StunBad);
        }
        if (message.integrity_at != 0) {
            continue;  // RFC 8489 §14.5: what follows it is not signed, and ignored
        }
        if (static_cast<Attribute>(attribute) == Attribute::MessageIntegrity) {
            if (size != HmacSha1::kDigestBytes) {
                return tl::unexpected(Drop::StunBad);
            }
            message.integrity_at = at;
        } else if (!read_attribute(attribute, value, message)) {
            return tl::unexpected(Drop::StunBad);
        }
    }
    return needs_fingerprint ? tl::unexpected(Drop::StunBad) : tl::expected<StunMessage, Drop>{message};
}

}  // namespace

tl::expected<StunMessage, Drop> parse_stun(std::span<const std::uint8_t> bytes) noexcept
{
    return parse(bytes, true);
}

tl::expected<StunMessage, Drop> parse_stun_answer(std::span<const std::uint8_t> bytes) noexcept
{
    return parse(bytes, false);
}

bool is_signed_by(HmacSha1& key, const StunMessage& message, std::span<const std::uint8_t> bytes) noexcept
{
    if (message.integrity_at == 0) {
        return false;
    }
    const auto expected = signature(key, bytes, message.integrity_at);
    const auto found = bytes.subspan(message.integrity_at + kAttributeHeaderBytes, expected.size());
    unsigned difference = 0;  // compared to the end, so that the time it takes tells nothing
    for (std::size_t i = 0; i < expected.size(); ++i) {
        difference |= static_cast<unsigned>(expected[i] ^ found[i]);
    }
    return difference == 0;
}

}  // namespace rb::wire
