#include "codecs/encoder.h"

#include "codecs/g711.h"
#include "codecs/l16.h"
#include "dataplane/base/assert.h"

namespace rb::codecs {
namespace {

std::variant<std::monostate, G722Encoder, OpusEncoding, SpandspCodec> encoder_state(CodecId codec,
                                                                                    const OpusOptions& opus)
{
    switch (codec) {
        case CodecId::G722:
            return G722Encoder{};
        case CodecId::Opus:
            return OpusEncoding{codec_info(codec).sample_rate, opus};
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

}  // namespace

Encoder::Encoder(CodecId codec, const OpusOptions& opus)
    : info_{&codec_info(codec)}, rate_{codec_info(codec).sample_rate}, state_{encoder_state(codec, opus)}
{
}

void Encoder::set_rate(std::uint32_t rate) noexcept
{
    auto* const opus = std::get_if<OpusEncoding>(&state_);
    if (opus != nullptr && rate != rate_) {
        rate_ = rate;
        opus->begin(rate);
    }
}

std::size_t Encoder::encode(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept
{
    if (auto* const opus = std::get_if<OpusEncoding>(&state_)) {
        return opus->encode(samples, out);
    }
    if (info_->passed_only) {
        return 0;
    }
    const std::size_t per_ms = samples_per_ms(rate_);
    RB_ASSERT(samples.size() % (per_ms * info_->unit_ms) == 0);
    const std::size_t bytes = info_->payload_bytes(static_cast<std::uint32_t>(samples.size() / per_ms));
    RB_ASSERT(out.size() >= bytes);
    const auto payload = out.first(bytes);
    switch (info_->id) {
        case CodecId::Pcmu:
            encode_ulaw(samples, payload);
            break;
        case CodecId::Pcma:
            encode_alaw(samples, payload);
            break;
        case CodecId::G722:
            std::get_if<G722Encoder>(&state_)->encode(samples, payload);
            break;
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
            encode_l16(samples, payload);
            break;
        case CodecId::Gsm:
        case CodecId::G726:
        case CodecId::G726Aal2:
        case CodecId::G726_16:
        case CodecId::G726_24:
        case CodecId::G726Aal2_16:
        case CodecId::G726Aal2_24:
        case CodecId::Adpcm:
            std::get_if<SpandspCodec>(&state_)->encode(samples, payload);
            break;
        case CodecId::Opus:  // has returned, as has this
        case CodecId::G729:
        case CodecId::Count_:
            break;
    }
    return bytes;
}

void Encoder::reset() noexcept
{
    if (auto* const g722 = std::get_if<G722Encoder>(&state_)) {
        g722->reset();
    } else if (auto* const opus = std::get_if<OpusEncoding>(&state_)) {
        opus->begin(rate_);
    } else if (auto* const spandsp = std::get_if<SpandspCodec>(&state_)) {
        spandsp->reset();
    }
}

void Encoder::expect_loss(std::uint8_t percent) noexcept
{
    if (auto* const opus = std::get_if<OpusEncoding>(&state_)) {
        opus->expect_loss(percent);
    }
}

void Encoder::limit_complexity(std::uint8_t most) noexcept
{
    if (auto* const opus = std::get_if<OpusEncoding>(&state_)) {
        opus->limit_complexity(most);
    }
}

}  // namespace rb::codecs
