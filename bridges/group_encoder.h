// group_encoder.h — encodes the mix once for all listeners of one codec.
#pragma once

#include "codecs/encoder.h"
#include "codecs/resampler.h"

#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace rb::bridges {

/// Built by control (the constructor allocates) and lent to a bridge with AddGroup.
class GroupEncoder {
public:
    GroupEncoder(codecs::CodecId codec, std::uint32_t mix_rate)
        : mix_rate_{mix_rate}, encoder_{codec}, resampler_{mix_rate, encoder_.info().sample_rate}
    {
    }

    [[nodiscard]] codecs::CodecId codec() const noexcept { return encoder_.info().id; }
    [[nodiscard]] std::uint32_t mix_rate() const noexcept { return mix_rate_; }

    /// Goes on where another of the same codec ends: a decoder must not notice.
    void take_history(GroupEncoder& other) noexcept { std::swap(encoder_, other.encoder_); }

    /// mixed    20 ms at the rate of the mix
    /// out      room for the codec's payload of 20 ms
    /// returns  the bytes written
    [[nodiscard]] std::size_t encode(std::span<const codecs::Sample> mixed, std::span<std::uint8_t> out) noexcept
    {
        const std::span adapted = std::span{adapted_}.first(encoder_.info().samples(codecs::kFrame_ms));
        resampler_.process(mixed, adapted);
        return encoder_.encode(adapted, out);
    }

private:
    std::uint32_t mix_rate_;
    codecs::Encoder encoder_;
    codecs::Resampler resampler_;
    std::array<codecs::Sample, codecs::kFrameSamplesMax> adapted_;
};

}  // namespace rb::bridges
