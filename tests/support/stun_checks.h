// stun_checks.h — the checks a full ICE agent sends, and what none would send, for tests of who answers them.
#pragma once

#include "dataplane/wire/stun.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rb::test {

struct IceCheck {
    std::string username;
    std::string password;
    bool nominates = false;
    bool controlling = true;
    std::uint8_t number = 0;  ///< of the transaction
    std::uint32_t priority = 1U << 24U;
};

inline wire::HmacSha1 stun_key(std::string_view password)
{
    return wire::HmacSha1{{reinterpret_cast<const std::uint8_t*>(password.data()), password.size()}};
}

inline std::vector<std::uint8_t> write_stun(const wire::StunMessage& message, std::string_view password)
{
    std::vector<std::uint8_t> bytes(1024);
    auto key = stun_key(password);
    bytes.resize(wire::write_stun(bytes, message, password.empty() ? nullptr : &key));
    return bytes;
}

inline std::vector<std::uint8_t> write_check(const IceCheck& check)
{
    wire::StunMessage message{.transaction = {check.number},
                              .username = check.username,
                              .priority = check.priority,
                              .use_candidate = check.nominates};
    (check.controlling ? message.controlling : message.controlled) = 7;
    return write_stun(message, check.password);
}

/// A message with one more attribute and no signature, or one under this password. Its FINGERPRINT is reckoned bit by
/// bit, as RFC 8489 §14.7 has it.
inline std::vector<std::uint8_t> with_attribute(std::vector<std::uint8_t> bytes, std::uint16_t type,
                                                const std::vector<std::uint8_t>& value, std::string_view password = {})
{
    const auto append = [&bytes](std::uint16_t of, std::span<const std::uint8_t> content) {
        for (const std::size_t number : {std::size_t{of}, content.size()}) {
            bytes.push_back(static_cast<std::uint8_t>(number >> 8U));
            bytes.push_back(static_cast<std::uint8_t>(number));
        }
        bytes.insert(bytes.end(), content.begin(), content.end());
        bytes.resize((bytes.size() + 3) / 4 * 4);
    };
    const auto end_at = [&bytes](std::size_t end) {
        bytes[2] = static_cast<std::uint8_t>((end - wire::kStunHeaderBytes) >> 8U);
        bytes[3] = static_cast<std::uint8_t>(end - wire::kStunHeaderBytes);
    };
    bytes.resize(bytes.size() - 8);
    append(type, value);
    if (!password.empty()) {
        end_at(bytes.size() + 24);
        auto key = stun_key(password);
        key.add(bytes);
        append(0x0008, key.finish());
    }
    end_at(bytes.size() + 8);
    std::uint32_t crc = ~0U;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xedb88320U : crc >> 1U;
        }
    }
    crc = ~crc ^ 0x5354554eU;
    append(0x8028, std::array{static_cast<std::uint8_t>(crc >> 24U), static_cast<std::uint8_t>(crc >> 16U),
                              static_cast<std::uint8_t>(crc >> 8U), static_cast<std::uint8_t>(crc)});
    return bytes;
}

}  // namespace rb::test
