// dtmf_detector.h — keys as pairs of tones within the audio (ITU-T Q.23, Q.24), for peers that send no
// telephone-events. spandsp does the work: 2 µs for a frame of 20 ms (bench/micro).
#pragma once

#include "codecs/pcm.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct dtmf_rx_state_s;

namespace rb::codecs {

/// Detector of one stream. The constructor allocates; nothing else does.
class DtmfDetector {
public:
    /// What it listens at, in Hz.
    static constexpr std::uint32_t kRate = 8'000;

    /// A key went down, or came up after it sounded for so long (± 13 ms).
    struct Change {
        char digit = '0';
        bool released = false;
        std::uint32_t held_ms = 0;
    };

    /// It decides twice at the most within a frame, and a key may end where another begins.
    static constexpr std::size_t kChangesMax = 4;

    DtmfDetector();
    DtmfDetector(const DtmfDetector&) = delete;  // spandsp calls back here
    DtmfDetector& operator=(const DtmfDetector&) = delete;

    /// frame    20 ms at kRate (asserted)
    /// returns  what changed in it, in order; valid until the next call
    [[nodiscard]] std::span<const Change> process(std::span<const Sample> frame) noexcept;

    /// A key sounds, or something that may prove to be one: 13 to 26 ms before it is reported.
    [[nodiscard]] bool sounding() const noexcept;

private:
    static void on_change(void* self, int digit, int level, int samples) noexcept;

    struct Free {
        void operator()(dtmf_rx_state_s* state) const noexcept;
    };
    std::unique_ptr<dtmf_rx_state_s, Free> state_;
    char digit_ = 0;  // now sounding
    std::array<Change, kChangesMax> changes_{};
    std::size_t count_ = 0;
};

}  // namespace rb::codecs
