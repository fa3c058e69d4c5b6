// stamp.h — a payload that tells who sent it, which one it is, when it left and whether a byte of it has changed.
//
// The stamp is written a nibble to a byte (0x80 | nibble): G.711 expands and compresses each of those to itself in both
// laws, so a server that decodes and encodes again still returns it. The rest is noise that the checksum covers.
#pragma once

#include "dataplane/base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rb::load {

struct Stamp {
    std::uint32_t leg = 0;     ///< of the sender, within this run
    std::uint32_t number = 0;  ///< of the packet, from 0
    Nanos sent{};

    friend bool operator==(const Stamp&, const Stamp&) = default;
};

inline constexpr std::size_t kStampBytes = 48;  ///< 24 bytes, a nibble to a byte: fits the 80 of a 10 ms packet

/// What a payload turned out to be.
enum class StampVerdict : std::uint8_t {
    Intact,
    Changed,   ///< ours, yet some byte is not as it was sent
    Stranger,  ///< carries no stamp: silence, a prompt, concealment
};

struct StampReading {
    StampVerdict verdict = StampVerdict::Stranger;
    Stamp stamp;  ///< when Intact
};

/// Fills a payload with noise that survives G.711 (no byte is 0x7f, µ-law's second zero).
///
/// any_byte   allow 0x7f too: for streams that must pass byte by byte
void fill_noise(std::span<std::uint8_t> payload, std::uint64_t seed, bool any_byte) noexcept;

/// Writes the stamp over the first kStampBytes of a payload (asserted to be as long), checksum included.
void write_stamp(std::span<std::uint8_t> payload, const Stamp& stamp) noexcept;

/// Total: any bytes are accepted.
[[nodiscard]] StampReading read_stamp(std::span<const std::uint8_t> payload) noexcept;

}  // namespace rb::load
