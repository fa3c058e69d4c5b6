// inband_dtmf.h — the keys of a leg whose peer knows no telephone-events: heard in what it says, sounded in what it
// hears.
#pragma once

#include "codecs/dtmf_detector.h"
#include "codecs/narrow_band.h"
#include "codecs/tone.h"
#include "dataplane/media/dtmf_receiver.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace rb::media {

/// Owner: whoever holds the leg. The constructor allocates; nothing else does.
class InbandDtmf {
public:
    /// Listens to a frame of 20 ms, and silences it while a key sounds: the others get the key by their own means. Its
    /// first 13 to 26 ms are over before it can be known.
    ///
    /// frame    at any of kSampleRates (asserted); empty = nothing was said
    /// returns  the keys found in it, in order; valid until the next call
    std::span<const KeyChange> hear(std::span<codecs::Sample> frame) noexcept;
    /// What the last hear() returned.
    [[nodiscard]] std::span<const KeyChange> heard() const noexcept { return std::span{changes_}.first(count_); }

    /// Fills a frame of 20 ms at any of kSampleRates with the tones of a key; `begins` = of a new press.
    void sound(char digit, bool begins, std::span<codecs::Sample> frame) noexcept;

private:
    codecs::NarrowBand narrow_;
    codecs::DtmfDetector detector_;
    std::array<KeyChange, codecs::DtmfDetector::kChangesMax> changes_{};
    std::size_t count_ = 0;
    std::optional<codecs::ToneGenerator> tone_;
};

}  // namespace rb::media
