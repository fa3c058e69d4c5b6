// ntp_time.h — the clocks of RTCP (RFC 3550 §4, §6.4.1): 64-bit NTP timestamps, their middle 32 bits, and round trips.
#pragma once

#include "dataplane/base/time.h"

#include <cstdint>
#include <optional>

namespace rb::wire {

/// Seconds from the NTP epoch (1900) to the Unix epoch (1970).
inline constexpr std::uint64_t kNtpUnixOffsetSeconds = 2'208'988'800;

/// A moment of wall-clock time as an NTP timestamp: seconds since 1900 in the upper 32 bits, a binary fraction below.
///
/// since_unix_epoch   not negative
[[nodiscard]] constexpr std::uint64_t ntp_from_unix(Nanos since_unix_epoch) noexcept
{
    constexpr std::uint64_t per_second = 1'000'000'000;
    const auto nanos = static_cast<std::uint64_t>(since_unix_epoch.count());
    const std::uint64_t seconds = nanos / per_second + kNtpUnixOffsetSeconds;
    const std::uint64_t fraction = ((nanos % per_second) << 32U) / per_second;
    return seconds << 32U | fraction;
}

/// The middle 32 bits, in units of 1/65536 s: what LSR carries.
[[nodiscard]] constexpr std::uint32_t ntp_middle(std::uint64_t ntp) noexcept
{
    return static_cast<std::uint32_t>(ntp >> 16U);
}

/// A span in units of 1/65536 s: what DLSR carries. Negative spans give 0, those above 18.2 h the largest value.
[[nodiscard]] constexpr std::uint32_t ntp_short_from(Nanos span) noexcept
{
    constexpr std::int64_t per_second = 1'000'000'000;
    constexpr std::int64_t seconds_max = 65535;
    if (span.count() < 0) {
        return 0;
    }
    const std::int64_t seconds = span.count() / per_second;
    if (seconds > seconds_max) {
        return UINT32_MAX;
    }
    const std::int64_t fraction = (span.count() % per_second << 16) / per_second;
    return static_cast<std::uint32_t>(seconds << 16 | fraction);
}

/// The inverse of ntp_short_from, within 15.3 µs.
[[nodiscard]] constexpr Nanos span_from_ntp_short(std::uint32_t value) noexcept
{
    return Nanos{static_cast<std::int64_t>((std::uint64_t{value} * 1'000'000'000U) >> 16U)};
}

/// What a report block says about the way there and back (RFC 3550 §6.4.1).
struct RoundTripInputs {
    std::uint32_t arrival = 0;              ///< ntp_middle of the moment the report arrived
    std::uint32_t last_sr = 0;              ///< LSR of the report block
    std::uint32_t delay_since_last_sr = 0;  ///< DLSR of the report block
};

/// The round trip time A − LSR − DLSR; nothing when the peer has seen no report of ours (LSR 0) or when clocks or a
/// liar make it negative.
[[nodiscard]] constexpr std::optional<Nanos> round_trip(const RoundTripInputs& inputs) noexcept
{
    if (inputs.last_sr == 0) {
        return std::nullopt;
    }
    const std::uint32_t elapsed = inputs.arrival - inputs.last_sr - inputs.delay_since_last_sr;
    if (static_cast<std::int32_t>(elapsed) < 0) {
        return std::nullopt;
    }
    return span_from_ntp_short(elapsed);
}

}  // namespace rb::wire
