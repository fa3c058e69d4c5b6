// udptl.h — what is read of a UDPTL datagram (ITU-T T.38 §9.1) that is passed on: its number.
#pragma once

#include "dataplane/base/drop.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::wire {

/// Number, length of the primary packet, and the kind of error recovery with its count.
inline constexpr std::size_t kUdptlBytesMin = 5;

/// The sequence number, or Drop::TooShort. Total: any bytes are accepted, none are kept.
[[nodiscard]] inline tl::expected<std::uint16_t, Drop> udptl_sequence(std::span<const std::uint8_t> bytes) noexcept
{
    if (bytes.size() < kUdptlBytesMin) {
        return tl::unexpected(Drop::TooShort);
    }
    return static_cast<std::uint16_t>(bytes[0] << 8U | bytes[1]);
}

}  // namespace rb::wire
