// spandsp_codec.h — the older codecs of telephony that have a state, all at 8 kHz: GSM 06.10, G.726 at 16, 24
// and 32 kbit/s in both packings, and DVI4. spandsp does the work; none takes 20 µs for a frame of 20 ms (bench/micro).
#pragma once

#include "codecs/codec_info.h"
#include "codecs/pcm.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <variant>

struct g726_state_s;
struct gsm0610_state_s;
struct ima_adpcm_state_s;

namespace rb::codecs {

/// Samples in a payload of one of these codecs (any other is taken for G.726); 0 when it is broken or has half a code.
/// What is in the codes never matters, but DVI4's header has a field that must be within its table.
[[nodiscard]] std::size_t spandsp_samples(CodecId codec, std::span<const std::uint8_t> payload) noexcept;

/// One direction of one stream:
///   GSM    33 bytes for 20 ms (RFC 3551 §4.5.8)
///   G.726  two to four bits a sample, the first in the low ones of a byte (RFC 3551 §4.5.4), or with AAL2 in the high
///          ones (ITU-T I.366.2)
///   DVI4   four bits a sample behind a header of four bytes a packet (RFC 3551 §4.5.1)
/// The constructor allocates, 0.1 to 0.7 kB; nothing else does.
class SpandspCodec {
public:
    explicit SpandspCodec(CodecId codec);

    /// samples   as many as spandsp_samples() says (asserted)
    void decode(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept;
    /// payload   exactly what the samples take (asserted), of GSM and DVI4 one packet
    void encode(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept;
    /// Forgets the stream so far.
    void reset() noexcept;

private:
    struct Free {
        void operator()(gsm0610_state_s* state) const noexcept;
        void operator()(g726_state_s* state) const noexcept;
        void operator()(ima_adpcm_state_s* state) const noexcept;
    };
    using Gsm = std::unique_ptr<gsm0610_state_s, Free>;
    using G726 = std::unique_ptr<g726_state_s, Free>;
    using Dvi4 = std::unique_ptr<ima_adpcm_state_s, Free>;

    CodecId codec_;
    std::variant<Gsm, G726, Dvi4> state_;
};

}  // namespace rb::codecs
