// stun_writer.cpp — the writing half of stun.h.
#include "dataplane/base/assert.h"
#include "dataplane/base/byte_writer.h"
#include "dataplane/wire/stun_format.h"

namespace rb::wire {
namespace {

using namespace stun;

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
