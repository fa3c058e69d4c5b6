// plc.h — packet loss concealment for codecs that have none of their own, in the manner of G.711 Appendix I: repeat the
// last pitch period, fade to silence by 60 ms, and cross-fade into the audio that comes back.
//
// Unlike the appendix it adds no delay: the seam at the start of a loss is smoothed on the concealment's side only.
#pragma once

#include "codecs/pcm.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb::codecs {

/// Concealment of one stream. The constructor allocates 0.8 kB at 8 kHz, 4.8 at 48 kHz; nothing else does.
class Plc {
public:
    /// sample_rate   one of kSampleRates (asserted)
    explicit Plc(std::uint32_t sample_rate);

    /// Takes note of audio that arrived. The first after a loss has its beginning cross-faded, in place.
    void receive(std::span<Sample> samples) noexcept;
    /// Fills in for audio that did not arrive; silence once the loss has lasted 60 ms or when nothing came before it.
    void conceal(std::span<Sample> samples) noexcept;
    /// Forgets the stream so far.
    void reset() noexcept;

private:
    void remember(std::span<const Sample> samples) noexcept;
    void begin_loss() noexcept;
    [[nodiscard]] std::size_t find_pitch() const noexcept;
    [[nodiscard]] float next_repeated() noexcept;

    std::size_t per_ms_;
    std::size_t history_length_;
    std::vector<Sample> history_;  // the newest audio played, oldest first
    std::vector<Sample> period_;   // what is repeated during a loss
    std::size_t pitch_ = 0;        // samples in period_
    std::size_t position_ = 0;     // of the next sample in period_
    std::size_t lost_ = 0;         // samples concealed in this loss
};

}  // namespace rb::codecs
