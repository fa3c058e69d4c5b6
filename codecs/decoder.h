// decoder.h — payload to samples for one received stream, whichever the codec, with concealment of what was lost.
#pragma once

#include "codecs/codec_info.h"
#include "codecs/g722.h"
#include "codecs/plc.h"
#include "dataplane/base/drop.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace rb::codecs {

/// Built by control (the constructor allocates), used by the worker that holds the leg (nothing else allocates).
class Decoder {
public:
    explicit Decoder(CodecId codec);

    [[nodiscard]] const CodecInfo& info() const noexcept { return *info_; }

    /// Decodes one payload.
    ///
    /// payload  whole, of any duration that fits
    /// out      room for the samples; kPacketSamplesMax always suffices for a packet of kPacket_ms_max
    /// returns  the samples written, at info().sample_rate; or Drop::TooShort (empty payload), or Drop::BadLength (part
    ///          of a sample, or more than `out` holds)
    [[nodiscard]] tl::expected<std::size_t, Drop> decode(std::span<const std::uint8_t> payload,
                                                         std::span<Sample> out) noexcept;

    /// Fills `out` in place of audio that did not arrive: repetition fading to silence by 60 ms.
    void conceal(std::span<Sample> out) noexcept;

    /// Forgets the stream so far: its SSRC changed, or it was on hold.
    void reset() noexcept;

private:
    const CodecInfo* info_;
    std::variant<std::monostate, G722Decoder> state_;  // of the codecs that have any
    Plc plc_;
};

/// Samples in a payload of `bytes` bytes, without decoding; 0 when it is not a whole number of samples.
[[nodiscard]] std::size_t samples_in_payload(CodecId codec, std::size_t bytes) noexcept;

}  // namespace rb::codecs
