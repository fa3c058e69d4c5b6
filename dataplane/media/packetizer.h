// packetizer.h — gathers encoded frames of 20 ms into packets of another length, 10 to 60 ms (a=ptime).
#pragma once

#include "codecs/codec_info.h"
#include "codecs/opus_codec.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rb::media {

/// Payloads of a fixed size per millisecond are cut and joined at any millisecond. Packets of Opus are joined whole, as
/// their format provides for (RFC 6716 §3.2), so they last a multiple of 20 ms; or they are parted, where they were
/// encoded in frames of 10 ms for that.
/// Owner: whoever holds the leg. The constructor allocates for Opus; nothing else does.
class Packetizer {
public:
    /// ptime_ms   10 to 60 (asserted); shortened where a packet would not fit into a datagram, and to whole frames
    /// where
    ///            these cannot be cut; one frame where, as with DVI4, they cannot be joined either
    Packetizer(codecs::CodecId codec, std::uint32_t ptime_ms);

    struct Packet {
        std::span<const std::uint8_t> payload;  ///< valid until the next call of either function
        std::uint32_t ms = 0;                   ///< 0 = there is none yet
    };

    /// Adds a frame's payload; then next() yields packets until there is none.
    void add(std::span<const std::uint8_t> frame) noexcept;
    [[nodiscard]] Packet next() noexcept;

    /// Whether frames can be sent as they are.
    [[nodiscard]] bool transparent() const noexcept { return ptime_ms_ == codecs::kFrame_ms; }
    /// Of a whole packet. One of Opus is shorter where the next frame cannot be joined to it,
    /// and lasts 20 ms instead of 10 where it is one frame, as those of prompts are.
    [[nodiscard]] std::uint32_t ptime_ms() const noexcept { return ptime_ms_; }

private:
    static constexpr std::size_t kPayloadMax = 1440;
    static constexpr std::size_t kFramesMax = codecs::kPacket_ms_max / codecs::kFrame_ms;

    [[nodiscard]] std::size_t frames_that_fit() const noexcept;
    [[nodiscard]] Packet next_joined() noexcept;
    [[nodiscard]] Packet next_parted() noexcept;
    void drop_frames(std::size_t count, std::size_t bytes) noexcept;

    std::uint32_t ptime_ms_;
    std::size_t packet_bytes_ = 0;
    std::size_t size_ = 0;
    std::size_t given_ = 0;  // at the front, handed out already
    std::array<std::uint8_t, kPayloadMax + codecs::kFrame_ms * 96> bytes_{};
    // Of Opus alone: the sizes of the frames held, and room for a joined packet.
    std::optional<codecs::OpusJoiner> joiner_;
    std::size_t frames_ = 0;
    std::size_t part_ = 0;  // of the first of them, handed out next
    std::array<std::uint16_t, kFramesMax + 1> sizes_{};
    std::array<std::uint8_t, kPayloadMax> joined_{};
};

}  // namespace rb::media
