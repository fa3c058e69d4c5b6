// encoder.h — samples to payload for one sent stream, whichever the codec.
#pragma once

#include "codecs/codec_info.h"
#include "codecs/g722.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace rb::codecs {

/// Built by control (the constructor allocates), used by the worker that holds it (nothing else allocates).
class Encoder {
public:
    explicit Encoder(CodecId codec);

    [[nodiscard]] const CodecInfo& info() const noexcept { return *info_; }

    /// Encodes samples.
    ///
    /// samples  at info().sample_rate, a whole number of milliseconds (asserted)
    /// out      at least info().payload_bytes(ms) bytes (asserted)
    /// returns  the bytes written
    [[nodiscard]] std::size_t encode(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept;

    /// Forgets the stream so far.
    void reset() noexcept;

private:
    const CodecInfo* info_;
    std::variant<std::monostate, G722Encoder> state_;  // of the codecs that have any
};

}  // namespace rb::codecs
