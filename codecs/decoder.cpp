#include "codecs/decoder.h"

#include "codecs/g711.h"
#include "codecs/l16.h"

#include <algorithm>

namespace rb::codecs {
namespace {

std::variant<std::monostate, G722Decoder, OpusDecoding, SpandspCodec> decoder_state(CodecId codec)
{
    switch (codec) {
        case CodecId::G722:
            return G722Decoder{};
        case CodecId::Opus:
            return OpusDecoding{codec_info(codec).sample_rate};
        case CodecId::Gsm:
        case CodecId::G726:
        case CodecId::G726Aal2:
        case CodecId::G726_16:
        case CodecId::G726_24:
        case CodecId::G726Aal2_16:
        case CodecId::G726Aal2_24:
        case CodecId::Adpcm:
            return SpandspCodec{codec};
        case CodecId::Pcmu:
        case CodecId::Pcma:
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
        case CodecId::G729:
        case CodecId::Count_:
            break;
    }
    return std::monostate{};
}

/// RFC 3551 §4.5.6: frames of 10 ms in ten bytes each, and behind them perhaps one of comfort noise (annex B) in two.
std::size_t g729_samples(std::size_t bytes) noexcept
{
    constexpr std::size_t frame_bytes = 10;
    constexpr std::size_t noise_bytes = 2;
    constexpr std::size_t frame_samples = 80;
    const std::size_t rest = bytes % frame_bytes;
    if (rest != 0 && rest != noise_bytes) {
        return 0;
    }
    return (bytes / frame_bytes + rest / noise_bytes) * frame_samples;
}

}  // namespace

Decoder::Decoder(CodecId codec)
    : info_{&codec_info(codec)}, rate_{codec_info(codec).sample_rate}, state_{decoder_state(codec)}
{
    if (codec != CodecId::Opus) {
        plc_.emplace(rate_);
    }
}

void Decoder::set_rate(std::uint32_t rate) noexcept
{
    auto* const opus = std::get_if<OpusDecoding>(&state_);
    if (opus != nullptr && rate != rate_) {
        rate_ = rate;
        opus->begin(rate);
    }
}

std::size_t Decoder::samples_in(std::span<const std::uint8_t> payload) const noexcept
{
    return samples_in_payload(info_->id, payload) * rate_ / info_->sample_rate;
}

tl::expected<std::size_t, Drop> Decoder::decode(std::span<const std::uint8_t> payload, std::span<Sample> out) noexcept
{
    if (payload.empty()) {
        return tl::unexpected(Drop::TooShort);
    }
    const std::size_t count = samples_in(payload);
    if (count == 0 || count > out.size()) {
        return tl::unexpected(Drop::BadLength);
    }
    const auto samples = out.first(count);
    switch (info_->id) {
        case CodecId::Pcmu:
            decode_ulaw(payload, samples);
            break;
        case CodecId::Pcma:
            decode_alaw(payload, samples);
            break;
        case CodecId::G722:
            std::get_if<G722Decoder>(&state_)->decode(payload, samples);
            break;
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
            decode_l16(payload, samples);
            break;
        case CodecId::Opus:
            std::get_if<OpusDecoding>(&state_)->decode(payload, samples);
            break;
        case CodecId::Gsm:
        case CodecId::G726:
        case CodecId::G726Aal2:
        case CodecId::G726_16:
        case CodecId::G726_24:
        case CodecId::G726Aal2_16:
        case CodecId::G726Aal2_24:
        case CodecId::Adpcm:
            std::get_if<SpandspCodec>(&state_)->decode(payload, samples);
            break;
        case CodecId::G729:  // is only passed on
            std::ranges::fill(samples, Sample{0});
            break;
        case CodecId::Count_:
            break;
    }
    if (plc_) {
        plc_->receive(samples);
    }
    return count;
}

void Decoder::conceal(std::span<Sample> out) noexcept
{
    recover({}, out);
}

void Decoder::recover(std::span<const std::uint8_t> next_payload, std::span<Sample> out) noexcept
{
    if (auto* const opus = std::get_if<OpusDecoding>(&state_)) {
        opus->recover(next_payload, out);
    } else {
        plc_->conceal(out);
    }
}

void Decoder::reset() noexcept
{
    if (plc_) {
        plc_->reset();
    }
    if (auto* const g722 = std::get_if<G722Decoder>(&state_)) {
        g722->reset();
    } else if (auto* const opus = std::get_if<OpusDecoding>(&state_)) {
        opus->begin(rate_);
    } else if (auto* const spandsp = std::get_if<SpandspCodec>(&state_)) {
        spandsp->reset();
    }
}

std::size_t samples_in_payload(CodecId codec, std::span<const std::uint8_t> payload) noexcept
{
    const std::size_t bytes = payload.size();
    switch (codec) {
        case CodecId::Pcmu:
        case CodecId::Pcma:
            return bytes;
        case CodecId::G722:
            return bytes * 2;
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
            return bytes % 2 == 0 ? bytes / 2 : 0;
        case CodecId::Opus:
            return opus_samples(payload);
        case CodecId::Gsm:
        case CodecId::G726:
        case CodecId::G726Aal2:
        case CodecId::G726_16:
        case CodecId::G726_24:
        case CodecId::G726Aal2_16:
        case CodecId::G726Aal2_24:
        case CodecId::Adpcm:
            return spandsp_samples(codec, payload);
        case CodecId::G729:
            return g729_samples(bytes);
        case CodecId::Count_:
            break;
    }
    return 0;
}

}  // namespace rb::codecs
