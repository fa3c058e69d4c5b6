// group_encoder.h — encodes the mix once for all listeners who are sent the same.
#pragma once

#include "codecs/encoder.h"
#include "codecs/resampler.h"
#include "dataplane/base/assert.h"
#include "dataplane/base/time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace rb::bridges {

/// Ways of encoding Opus that a bridge tells apart. Who wants yet another is served alone: of kind kOpusKinds.
inline constexpr std::uint8_t kOpusKinds = 4;

/// Groups of listeners in a bridge: one of each codec, of Opus one of each kind.
inline constexpr std::size_t kGroupsMax = codecs::kCodecCount + kOpusKinds - 1;

/// Where a group stands among those of its bridge; kGroupsMax = it is none. Codecs other than Opus are of one kind,
/// whatever is said.
[[nodiscard]] constexpr std::size_t group_number(codecs::CodecId codec, std::uint8_t kind) noexcept
{
    return kind == 0 || codec != codecs::CodecId::Opus ? static_cast<std::size_t>(codec)
                                                       : codecs::kCodecCount + kind - 1U;
}

/// Built by control (the constructor allocates) and lent to a bridge with AddGroup.
class GroupEncoder {
public:
    GroupEncoder(codecs::CodecId codec, std::uint32_t mix_rate, std::uint8_t kind = 0,
                 const codecs::OpusOptions& opus = {})
        : kind_{kind}, mix_rate_{mix_rate}, encoder_{codec, opus}, resampler_{mix_rate, rate_for(codec, mix_rate)}
    {
        RB_ASSERT(number() < kGroupsMax);
        encoder_.set_rate(mix_rate);
    }

    [[nodiscard]] std::size_t number() const noexcept { return group_number(encoder_.info().id, kind_); }
    [[nodiscard]] std::uint32_t mix_rate() const noexcept { return mix_rate_; }

    /// Goes on where another of the same group ends: a decoder must not notice.
    void take_history(GroupEncoder& other) noexcept
    {
        if (!encoder_.info().any_rate) {  // its state is bound to the rate it began with
            std::swap(encoder_, other.encoder_);
        }
    }

    /// What listeners hear next does not come from here.
    void pause() noexcept { paused_ = true; }

    /// Redundancy for more is paid for by the sound of all, and helps one listener little.
    static constexpr std::uint8_t kLossMax = 20;

    /// One of the listeners loses so much: the worst of the last ten seconds decides how much redundancy all are sent,
    /// up to that for kLossMax.
    void expect_loss(std::uint8_t percent, Nanos now) noexcept
    {
        constexpr Nanos span = 5s;
        if (now - losses_since_ >= span) {
            worst_before_ = std::exchange(worst_, 0);
            losses_since_ = now;
        }
        worst_ = std::max(worst_, std::min(percent, kLossMax));
        encoder_.expect_loss(std::max(worst_, worst_before_));
    }

    /// mixed    20 ms at the rate of the mix
    /// out      room for the codec's payload of 20 ms
    /// complexity_max   that may be spent, where the codec has a choice
    /// returns  the bytes written
    [[nodiscard]] std::size_t encode(std::span<const codecs::Sample> mixed, std::span<std::uint8_t> out,
                                     std::uint8_t complexity_max) noexcept
    {
        encoder_.limit_complexity(complexity_max);
        if (std::exchange(paused_, false)) {
            encoder_.reset();
        }
        const std::span adapted = std::span{adapted_}.first(codecs::frame_samples(encoder_.rate()));
        resampler_.process(mixed, adapted);
        return encoder_.encode(adapted, out);
    }

private:
    [[nodiscard]] static std::uint32_t rate_for(codecs::CodecId codec, std::uint32_t mix_rate) noexcept
    {
        const auto& info = codecs::codec_info(codec);
        return info.any_rate ? mix_rate : info.sample_rate;
    }

    std::uint8_t kind_;
    bool paused_ = false;
    std::uint8_t worst_ = 0;         // loss reported in this span of five seconds …
    std::uint8_t worst_before_ = 0;  // … and in the one before
    Nanos losses_since_ = 0ns;
    std::uint32_t mix_rate_;
    codecs::Encoder encoder_;
    codecs::Resampler resampler_;
    std::array<codecs::Sample, codecs::kFrameSamplesMax> adapted_;
};

}  // namespace rb::bridges
