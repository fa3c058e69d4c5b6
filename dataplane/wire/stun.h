// stun.h — STUN (RFC 8489) as far as ICE (RFC 8445 §7) and asking a server for our address need it: Binding checks and
// their answers as values.
//
// Each message has a FINGERPRINT, as ICE demands, and MESSAGE-INTEGRITY is HMAC-SHA1 under a password of the session;
// what a server answers may lack both.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/drop.h"
#include "dataplane/wire/hmac_sha1.h"

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rb::wire {

inline constexpr std::size_t kStunHeaderBytes = 20;
inline constexpr std::size_t kStunUsernameBytesMax = 508;  ///< RFC 8489 §14.3: fewer than 509
inline constexpr std::size_t kStunUnknownMax = 8;          ///< attributes not understood that are kept

enum class StunClass : std::uint8_t {
    Request,
    Indication,
    Success,
    Error
};

/// The codes of ERROR-CODE that ICE uses (RFC 8489 §14.8, RFC 8445 §7.3.1.1).
enum class StunError : std::uint16_t {
    None = 0,
    BadRequest = 400,
    Unauthenticated = 401,
    UnknownAttribute = 420,
    RoleConflict = 487,
};

/// Types of attributes. Those below 0x8000 must be understood.
struct StunAttributes {
    std::array<std::uint16_t, kStunUnknownMax> types{};
    std::uint8_t count = 0;  ///< at most kStunUnknownMax

    friend bool operator==(const StunAttributes&, const StunAttributes&) = default;
};

/// One Binding message (method 0x001). Attributes it does not have are empty.
struct StunMessage {
    StunClass kind = StunClass::Request;
    std::array<std::uint8_t, 12> transaction{};
    std::string_view username;  ///< points into the datagram
    std::optional<std::uint32_t> priority;
    bool use_candidate = false;
    std::optional<std::uint64_t> controlling;  ///< ICE-CONTROLLING, the tie-breaker
    std::optional<std::uint64_t> controlled;   ///< ICE-CONTROLLED
    std::optional<Address> mapped;             ///< XOR-MAPPED-ADDRESS
    std::uint16_t error = 0;                   ///< of ERROR-CODE, 300 to 699
    /// In a message received: attributes that must be understood and are not. In an error: those it names, too.
    StunAttributes unknown;
    std::size_t integrity_at = 0;  ///< where MESSAGE-INTEGRITY begins; 0 = there is none

    friend bool operator==(const StunMessage&, const StunMessage&) = default;
};

/// Reads a Binding message.
///
/// bytes   one datagram
/// returns the message, or Drop::TooShort (fewer than 20 bytes), Drop::BadLength (the length is not that of the
///         datagram, or an attribute reaches past it), or Drop::StunBad (no magic cookie, another method than Binding,
///         no FINGERPRINT or a wrong one, or an attribute of the wrong size)
///
/// Total: any bytes are accepted. No allocation. Whether it is genuine is_signed_by() tells.
[[nodiscard]] tl::expected<StunMessage, Drop> parse_stun(std::span<const std::uint8_t> bytes) noexcept;

/// Reads what a STUN server answers: as parse_stun, but whether it has a FINGERPRINT is up to the server (RFC 8489 §7),
/// and most that are older than that RFC have none.
[[nodiscard]] tl::expected<StunMessage, Drop> parse_stun_answer(std::span<const std::uint8_t> bytes) noexcept;

/// Whether MESSAGE-INTEGRITY is there and was made with this key.
///
/// bytes   what `message` was read from
[[nodiscard]] bool is_signed_by(HmacSha1& key, const StunMessage& message,
                                std::span<const std::uint8_t> bytes) noexcept;

/// The largest answer to a check: an error that names kStunUnknownMax attributes.
inline constexpr std::size_t kStunAnswerBytesMax = 128;

/// Writes a message, the inverse of parse_stun.
///
/// out      large enough (asserted): kStunAnswerBytesMax for what has no username
/// key      signs it with MESSAGE-INTEGRITY; nullptr = unsigned
/// returns  the bytes written
std::size_t write_stun(std::span<std::uint8_t> out, const StunMessage& message, HmacSha1* key) noexcept;

}  // namespace rb::wire
