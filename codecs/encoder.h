// encoder.h — samples to payload for one sent stream, whichever the codec.
#pragma once

#include "codecs/codec_info.h"
#include "codecs/g722.h"
#include "codecs/opus_codec.h"
#include "codecs/spandsp_codec.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace rb::codecs {

/// Built by control (the constructor allocates), used by the worker that holds it (nothing else allocates).
class Encoder {
public:
    /// opus   how Opus is to be encoded; other codecs leave nothing to choose
    explicit Encoder(CodecId codec, const OpusOptions& opus = {});

    [[nodiscard]] const CodecInfo& info() const noexcept { return *info_; }
    /// Of the samples taken: info().sample_rate, or what set_rate() made it.
    [[nodiscard]] std::uint32_t rate() const noexcept { return rate_; }
    /// Encodes from this rate from now on, 8000, 16000 or 48000 Hz, beginning anew; does nothing but for a codec of any
    /// rate.
    void set_rate(std::uint32_t rate) noexcept;

    /// Encodes samples.
    ///
    /// samples  at rate(), a multiple of info().unit_ms (asserted); of a codec whose size varies 10, 20, 40 or 60 ms,
    /// of
    ///          DVI4 20
    /// out      at least info().payload_bytes(ms) bytes (asserted); for a codec whose size varies what 20 ms of samples
    ///          at 48 kHz take
    /// returns  the bytes written; none of a codec that is only passed on
    [[nodiscard]] std::size_t encode(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept;

    /// Forgets the stream so far.
    void reset() noexcept;

    /// What the peer loses of this stream, in percent, for codecs that can send with redundancy.
    void expect_loss(std::uint8_t percent) noexcept;
    /// Spends no more than this complexity, 0 to 10, for codecs that have one.
    void limit_complexity(std::uint8_t most) noexcept;

private:
    const CodecInfo* info_;
    std::uint32_t rate_;
    std::variant<std::monostate, G722Encoder, OpusEncoding, SpandspCodec> state_;  // of the codecs that have any
};

}  // namespace rb::codecs
