#include "dataplane/wire/stun.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/byte_reader.h"
#include "dataplane/base/byte_writer.h"

#include <algorithm>

namespace rb::wire {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::uint16_t kBinding = 0x0001;
constexpr std::uint16_t kClassBits = 0x0110;  // RFC 8489 §5: two bits in the midst of the method
constexpr std::uint16_t kIndicationBit = 0x0010;
constexpr std::uint16_t kResponseBit = 0x0100;
constexpr std::uint16_t kMustBeUnderstoodBelow = 0x8000;
constexpr std::uint32_t kFingerprintMask = 0x5354554e;

constexpr std::size_t kAttributeHeaderBytes = 4;
constexpr std::size_t kFingerprintBytes = kAttributeHeaderBytes + 4;
constexpr std::size_t kIntegrityBytes = kAttributeHeaderBytes + HmacSha1::kDigestBytes;

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

std::uint32_t fingerprint_of(std::span<const std::uint8_t> bytes) noexcept
{
    return crc32(bytes) ^ kFingerprintMask;
}

constexpr std::size_t padded(std::size_t bytes) noexcept
{
    return (bytes + 3) / 4 * 4;
}

/// What MESSAGE-INTEGRITY at `at` signs: all before it, under a length that ends with it (RFC 8489 §14.5).
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

/// What an address is mixed with (RFC 8489 §14.2): the cookie, and for IPv6 the transaction, too.
std::array<std::uint8_t, 16> mask_of(const StunMessage& message) noexcept
{
    std::array<std::uint8_t, 16> mask{0x21, 0x12, 0xa4, 0x42};
    std::copy(message.transaction.begin(), message.transaction.end(), mask.begin() + 4);
    return mask;
}

constexpr std::uint8_t kFamilyV4 = 1;
constexpr std::uint8_t kFamilyV6 = 2;
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

std::uint16_t type_of(StunClass kind) noexcept
{
    switch (kind) {
        case StunClass::Request:
            break;
        case StunClass::Indication:
            return kBinding | kIndicationBit;
        case StunClass::Success:
            return kBinding | kResponseBit;
        case StunClass::Error:
            return kBinding | kResponseBit | kIndicationBit;
    }
    return kBinding;
}

StunClass class_of(std::uint16_t type) noexcept
{
    const bool indication = (type & kIndicationBit) != 0;
    if ((type & kResponseBit) != 0) {
        return indication ? StunClass::Error : StunClass::Success;
    }
    return indication ? StunClass::Indication : StunClass::Request;
}

/// Puts attributes after one another, each with its header and padding.
class AttributeWriter {
public:
    explicit AttributeWriter(ByteWriter& out) noexcept : out_{out} {}

    /// The header; the caller writes `size` bytes of value, and pad() ends it.
    void begin(Attribute attribute, std::size_t size) noexcept
    {
        out_.u16(static_cast<std::uint16_t>(attribute));
        out_.u16(static_cast<std::uint16_t>(size));
    }
    void pad() noexcept
    {
        while (out_.written() % 4 != 0) {
            out_.u8(0);
        }
    }
    void bytes(Attribute attribute, std::span<const std::uint8_t> value) noexcept
    {
        begin(attribute, value.size());
        out_.copy(value);
        pad();
    }

private:
    ByteWriter& out_;
};

void write_address(ByteWriter& out, const StunMessage& message) noexcept
{
    const Address& address = *message.mapped;
    const auto mask = mask_of(message);
    const std::size_t size = address.is_v4() ? 4 : 16;
    AttributeWriter{out}.begin(Attribute::XorMappedAddress, 4 + size);
    out.u16(address.is_v4() ? kFamilyV4 : kFamilyV6);
    out.u16(static_cast<std::uint16_t>(address.port() ^ kMagicCookie >> 16U));
    for (std::size_t i = 0; i < size; ++i) {
        out.u8(address.ip[16 - size + i] ^ mask[i]);
    }
}

std::string_view reason_of(std::uint16_t error) noexcept
{
    switch (static_cast<StunError>(error)) {
        case StunError::None:
            break;
        case StunError::BadRequest:
            return "Bad Request";
        case StunError::Unauthenticated:
            return "Unauthenticated";
        case StunError::UnknownAttribute:
            return "Unknown Attribute";
        case StunError::RoleConflict:
            return "Role Conflict";
    }
    return "";
}

std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void write_error(ByteWriter& out, const StunMessage& message) noexcept
{
    AttributeWriter attributes{out};
    const std::string_view reason = reason_of(message.error);
    attributes.begin(Attribute::ErrorCode, 4 + reason.size());
    out.u32(message.error / 100U << 8U | message.error % 100U);
    out.copy(bytes_of(reason));
    attributes.pad();
    if (message.unknown.count > 0) {
        attributes.begin(Attribute::UnknownAttributes, message.unknown.count * 2U);
        for (std::size_t i = 0; i < message.unknown.count; ++i) {
            out.u16(message.unknown.types[i]);
        }
        attributes.pad();
    }
}

void write_check(ByteWriter& out, const StunMessage& message) noexcept
{
    AttributeWriter attributes{out};
    if (!message.username.empty()) {
        attributes.bytes(Attribute::Username, bytes_of(message.username));
    }
    if (message.priority) {
        attributes.begin(Attribute::Priority, 4);
        out.u32(*message.priority);
    }
    if (message.use_candidate) {
        attributes.begin(Attribute::UseCandidate, 0);
    }
    if (message.controlling) {
        attributes.begin(Attribute::IceControlling, 8);
        out.u64(*message.controlling);
    }
    if (message.controlled) {
        attributes.begin(Attribute::IceControlled, 8);
        out.u64(*message.controlled);
    }
}

/// Sets the header's length, as if the message ended at `end`.
void set_length(std::span<std::uint8_t> message, std::size_t end) noexcept
{
    ByteWriter writer{message.subspan(2, 2)};
    writer.u16(static_cast<std::uint16_t>(end - kStunHeaderBytes));
}

}  // namespace

tl::expected<StunMessage, Drop> parse_stun(std::span<const std::uint8_t> bytes) noexcept
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
    if (cookie != kMagicCookie || (type & ~kClassBits) != kBinding || length < kFingerprintBytes) {
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
    return tl::unexpected(Drop::StunBad);
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

std::size_t write_stun(std::span<std::uint8_t> out, const StunMessage& message, HmacSha1* key) noexcept
{
    RB_ASSERT(message.unknown.count <= kStunUnknownMax);
    ByteWriter writer{out};
    writer.u16(type_of(message.kind));
    writer.u16(0);
    writer.u32(kMagicCookie);
    writer.copy(message.transaction);
    write_check(writer, message);
    if (message.mapped) {
        write_address(writer, message);
    }
    if (message.error != 0) {
        write_error(writer, message);
    }
    AttributeWriter attributes{writer};
    if (key != nullptr) {
        attributes.bytes(Attribute::MessageIntegrity, signature(*key, out, writer.written()));
    }
    set_length(out, writer.written() + kFingerprintBytes);
    attributes.begin(Attribute::Fingerprint, 4);
    writer.u32(fingerprint_of(out.first(writer.written() - kAttributeHeaderBytes)));
    return writer.written();
}

}  // namespace rb::wire
