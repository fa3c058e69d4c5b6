// decoder.h — payload to samples for one received stream, whichever the codec, with concealment of what was lost.
#pragma once

#include "codecs/codec_info.h"
#include "codecs/g722.h"
#include "codecs/opus_codec.h"
#include "codecs/plc.h"
#include "codecs/spandsp_codec.h"
#include "dataplane/base/drop.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace rb::codecs {

/// Built by control (the constructor allocates), used by the worker that holds the leg (nothing else allocates).
class Decoder {
public:
    explicit Decoder(CodecId codec);

    [[nodiscard]] const CodecInfo& info() const noexcept { return *info_; }
    /// Of the samples given: info().sample_rate, or what set_rate() made it.
    [[nodiscard]] std::uint32_t rate() const noexcept { return rate_; }
    /// Decodes to this rate from now on, 8000, 16000 or 48000 Hz; does nothing but for a codec of any rate. What was
    /// heard before is forgotten.
    void set_rate(std::uint32_t rate) noexcept;

    /// Samples in a payload, without decoding; 0 when it is broken or not a whole number of samples.
    [[nodiscard]] std::size_t samples_in(std::span<const std::uint8_t> payload) const noexcept;

    /// Decodes one payload; to silence that of a codec that is only passed on.
    ///
    /// payload  whole, of any duration that fits
    /// out      room for the samples; kPacketSamplesMax always suffices for a packet of info().packet_ms_max
    /// returns  the samples written, at rate(); or Drop::TooShort (empty payload), or Drop::BadLength (samples_in()
    /// does
    ///          not know it, or it has more than `out` holds)
    [[nodiscard]] tl::expected<std::size_t, Drop> decode(std::span<const std::uint8_t> payload,
                                                         std::span<Sample> out) noexcept;

    /// Fills `out` in place of audio that did not arrive: repetition fading to silence by 60 ms, or the codec's own
    /// way.
    void conceal(std::span<Sample> out) noexcept;
    /// The same where the packet after the lost one is there already: it may carry the lost audio once more.
    void recover(std::span<const std::uint8_t> next_payload, std::span<Sample> out) noexcept;

    /// Forgets the stream so far: its SSRC changed, or it was on hold.
    void reset() noexcept;

private:
    const CodecInfo* info_;
    std::uint32_t rate_;
    std::variant<std::monostate, G722Decoder, OpusDecoding, SpandspCodec> state_;  // of the codecs that have any
    std::optional<Plc> plc_;  // of the codecs that have no concealment
};

/// Samples in a payload at the codec's sample_rate, without decoding; 0 when it is broken or not a whole number of
/// samples.
[[nodiscard]] std::size_t samples_in_payload(CodecId codec, std::span<const std::uint8_t> payload) noexcept;

}  // namespace rb::codecs
