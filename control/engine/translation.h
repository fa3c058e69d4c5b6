// translation.h — what each codec costs a worker: as a matrix of pairs, and as the share that admission reckons with.
#pragma once

#include "bridges/bridge.h"
#include "codecs/codec_info.h"

#include <array>
#include <string>
#include <vector>

namespace rb::engine {

/// Microseconds for a second of audio, resampling included, by codec and by the rate of the mix (bridges::kMixRates).
struct TranslationCosts {
    using ByRate = std::array<double, bridges::kMixRates.size()>;
    std::array<ByRate, codecs::kCodecCount> decode{};
    std::array<ByRate, codecs::kCodecCount> encode{};

    /// Hearing one and saying another, at the rate at which two such phones are bridged; 0 for a codec and itself,
    /// whose packets are passed on.
    [[nodiscard]] double between(codecs::CodecId heard, codecs::CodecId said) const;

    /// The share of a worker that a leg with this codec takes while it talks and hears others talk.
    [[nodiscard]] double leg_share(codecs::CodecId codec) const;

    /// The matrix, for people: a line for each codec heard, a column for each said; "-" where nothing is translated.
    [[nodiscard]] std::vector<std::string> lines() const;
};

}  // namespace rb::engine
