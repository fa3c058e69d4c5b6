// cleaner.h — noise reduction and automatic gain for one stream of speech; speexdsp does the work.
#pragma once

#include "codecs/pcm.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct SpeexPreprocessState_;

namespace rb::codecs {

struct CleanerOptions {
    bool denoise = false;    ///< takes steady noise down by 15 dB
    unsigned agc_level = 0;  ///< loudness that speech is brought to, 1 to 32768; 0 = it stays as it is

    friend bool operator==(const CleanerOptions&, const CleanerOptions&) = default;
    [[nodiscard]] bool any() const noexcept { return denoise || agc_level > 0; }
};

/// 13 µs for a frame at 8 kHz, 26 at 16 kHz, 80 at 48 kHz, whether it does one of them or both (bench/micro). The
/// constructor allocates; nothing else does.
class Cleaner {
public:
    /// rates   at which frames may come, each with a state of its own
    Cleaner(const CleanerOptions& options, std::span<const std::uint32_t> rates);

    /// Cleans 20 ms at one of the rates; a frame of any other stays as it is.
    void process(std::span<Sample> frame) noexcept;

private:
    struct State {
        std::size_t frame_samples;
        std::unique_ptr<SpeexPreprocessState_, void (*)(SpeexPreprocessState_*)> speex;
    };
    std::vector<State> states_;
};

}  // namespace rb::codecs
