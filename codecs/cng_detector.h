// cng_detector.h — the tone of a calling fax machine: 1100 Hz for half a second, then three of silence (ITU-T T.30
// §4.1, "CNG"). spandsp does the work.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <memory>
#include <span>

struct modem_connect_tones_rx_state_s;

namespace rb::codecs {

/// Detector of one stream. The constructor allocates; nothing else does.
class CngDetector {
public:
    /// What it listens at, in Hz.
    static constexpr std::uint32_t kRate = 8'000;

    CngDetector();

    /// frame    20 ms at kRate (asserted)
    /// returns  whether the tone has now lasted for 0.4 s; once for each burst
    [[nodiscard]] bool process(std::span<const Sample> frame) noexcept;

private:
    struct Free {
        void operator()(modem_connect_tones_rx_state_s* state) const noexcept;
    };
    std::unique_ptr<modem_connect_tones_rx_state_s, Free> state_;
};

}  // namespace rb::codecs
