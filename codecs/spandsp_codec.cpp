#include "codecs/spandsp_codec.h"

#include "dataplane/base/assert.h"

#include <spandsp.h>

#include <cmath>  // spandsp.h below is C and forgets some of what it uses
#include <cstdio>
#include <ctime>

namespace rb::codecs {
namespace {

constexpr std::size_t kGsmFrameBytes = 33;
constexpr std::size_t kGsmFrameSamples = 160;
constexpr std::size_t kDvi4HeaderBytes = 4;
constexpr std::uint8_t kDvi4IndexMax = 88;  // RFC 3551 §4.5.1: of the table of step sizes
constexpr int kWholePacket = 0;             // a header for each call

/// Of a code of G.726: a millisecond is eight samples, in as many bytes as each has bits.
std::size_t g726_bits(CodecId codec) noexcept
{
    return codec_info(codec).unit_bytes;
}

g726_state_s* begin_g726(g726_state_s* state, CodecId codec) noexcept
{
    const bool aal2 = codec == CodecId::G726Aal2 || codec == CodecId::G726Aal2_16 || codec == CodecId::G726Aal2_24;
    return g726_init(state, static_cast<int>(g726_bits(codec) * codec_info(codec).sample_rate), G726_ENCODING_LINEAR,
                     aal2 ? G726_PACKING_LEFT : G726_PACKING_RIGHT);
}

}  // namespace

std::size_t spandsp_samples(CodecId codec, std::span<const std::uint8_t> payload) noexcept
{
    if (codec == CodecId::Gsm) {
        return payload.size() % kGsmFrameBytes == 0 ? payload.size() / kGsmFrameBytes * kGsmFrameSamples : 0;
    }
    if (codec == CodecId::Adpcm) {
        const bool whole = payload.size() > kDvi4HeaderBytes && payload[2] <= kDvi4IndexMax;
        return whole ? (payload.size() - kDvi4HeaderBytes) * 2 : 0;
    }
    const std::size_t bits = payload.size() * 8;
    return bits % g726_bits(codec) == 0 ? bits / g726_bits(codec) : 0;
}

void SpandspCodec::Free::operator()(gsm0610_state_s* state) const noexcept
{
    gsm0610_free(state);
}

void SpandspCodec::Free::operator()(g726_state_s* state) const noexcept
{
    g726_free(state);
}

void SpandspCodec::Free::operator()(ima_adpcm_state_s* state) const noexcept
{
    ima_adpcm_free(state);
}

SpandspCodec::SpandspCodec(CodecId codec) : codec_{codec}
{
    if (codec == CodecId::Gsm) {
        state_ = Gsm{gsm0610_init(nullptr, GSM0610_PACKING_VOIP)};
    } else if (codec == CodecId::Adpcm) {
        state_ = Dvi4{ima_adpcm_init(nullptr, IMA_ADPCM_DVI4, kWholePacket)};
    } else {
        state_ = G726{begin_g726(nullptr, codec)};
    }
    RB_ASSERT(std::visit([](const auto& state) { return state != nullptr; }, state_));
}

void SpandspCodec::decode(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept
{
    RB_ASSERT(samples.size() == spandsp_samples(codec_, payload));
    const int bytes = static_cast<int>(payload.size());
    int written = 0;
    if (auto* const gsm = std::get_if<Gsm>(&state_)) {
        written = gsm0610_decode(gsm->get(), samples.data(), payload.data(), bytes);
    } else if (auto* const g726 = std::get_if<G726>(&state_)) {
        written = g726_decode(g726->get(), samples.data(), payload.data(), bytes);
    } else if (auto* const dvi4 = std::get_if<Dvi4>(&state_)) {
        written = ima_adpcm_decode(dvi4->get(), samples.data(), payload.data(), bytes);
    }
    RB_ASSERT(static_cast<std::size_t>(written) == samples.size());
}

void SpandspCodec::encode(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept
{
    const int count = static_cast<int>(samples.size());
    int written = 0;
    if (auto* const gsm = std::get_if<Gsm>(&state_)) {
        written = gsm0610_encode(gsm->get(), payload.data(), samples.data(), count);
    } else if (auto* const g726 = std::get_if<G726>(&state_)) {
        written = g726_encode(g726->get(), payload.data(), samples.data(), count);
    } else if (auto* const dvi4 = std::get_if<Dvi4>(&state_)) {
        written = ima_adpcm_encode(dvi4->get(), payload.data(), samples.data(), count);
    }
    RB_ASSERT(static_cast<std::size_t>(written) == payload.size());
}

void SpandspCodec::reset() noexcept
{
    if (auto* const gsm = std::get_if<Gsm>(&state_)) {
        static_cast<void>(gsm0610_init(gsm->get(), GSM0610_PACKING_VOIP));
    } else if (auto* const g726 = std::get_if<G726>(&state_)) {
        static_cast<void>(begin_g726(g726->get(), codec_));
    } else if (auto* const dvi4 = std::get_if<Dvi4>(&state_)) {
        static_cast<void>(ima_adpcm_init(dvi4->get(), IMA_ADPCM_DVI4, kWholePacket));
    }
}

}  // namespace rb::codecs
