// packetizer.h — gathers encoded frames of 20 ms into packets of another length, 10 to 60 ms (a=ptime).
#pragma once

#include "codecs/codec_info.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::media {

/// For codecs whose payload can be cut and joined at any millisecond (all of a fixed size per millisecond).
/// Owner: whoever holds the leg.
class Packetizer {
public:
    /// ptime_ms   10 to 60 (asserted); shortened where a packet would not fit into a datagram
    Packetizer(codecs::CodecId codec, std::uint32_t ptime_ms) noexcept;

    /// Adds a frame's payload; then next() yields packets until it returns an empty span.
    void add(std::span<const std::uint8_t> frame) noexcept;
    /// A whole packet's payload, valid until the next call of either function; empty when there is none yet.
    [[nodiscard]] std::span<const std::uint8_t> next() noexcept;

    /// Whether frames can be sent as they are.
    [[nodiscard]] bool transparent() const noexcept { return ptime_ms_ == codecs::kFrame_ms; }
    [[nodiscard]] std::uint32_t ptime_ms() const noexcept { return ptime_ms_; }

private:
    static constexpr std::size_t kPayloadMax = 1440;

    std::uint32_t ptime_ms_;
    std::size_t packet_bytes_;
    std::size_t size_ = 0;
    std::size_t given_ = 0;  // at the front, handed out already
    std::array<std::uint8_t, kPayloadMax + codecs::kFrame_ms * 96> bytes_{};
};

}  // namespace rb::media
