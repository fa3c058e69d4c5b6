// g722.h — ITU-T G.722 at 64 kbit/s: 16 kHz audio, one byte for two samples. spandsp does the work: 13 µs to
// encode a frame of 20 ms and 8 to decode it (bench/micro).
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <memory>
#include <span>

struct g722_decode_state_s;
struct g722_encode_state_s;

namespace rb::codecs {

/// Decoder of one stream. The constructor allocates; nothing else does.
class G722Decoder {
public:
    G722Decoder();

    /// samples   two for each byte of the payload (asserted); any bytes are valid G.722
    void decode(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept;
    /// Forgets the stream so far.
    void reset() noexcept;

private:
    struct Free {
        void operator()(g722_decode_state_s* state) const noexcept;
    };
    std::unique_ptr<g722_decode_state_s, Free> state_;
};

/// Encoder of one stream. The constructor allocates; nothing else does.
class G722Encoder {
public:
    G722Encoder();

    /// payload   one byte for two samples (asserted)
    void encode(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept;
    /// Forgets the stream so far.
    void reset() noexcept;

private:
    struct Free {
        void operator()(g722_encode_state_s* state) const noexcept;
    };
    std::unique_ptr<g722_encode_state_s, Free> state_;
};

}  // namespace rb::codecs
