// audio_metrics.h — numbers for how alike two signals are, and the signals to try codecs with. Tests only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb::support {

using Signal = std::vector<std::int16_t>;
using SignalView = std::span<const std::int16_t>;

/// What has become of a signal. Everything but the delay is measured after alignment.
struct Comparison {
    std::size_t delay_samples = 0;
    double snr_db = 0;                    ///< of the whole
    double segmental_snr_db = 0;          ///< mean over 20 ms segments with signal, each kept within −10 to 60 dB
    double log_spectral_distance_db = 0;  ///< over Bark bands, mean of the segments with signal
    double level_error_db = 0;            ///< degraded over reference
};

/// How many samples later `degraded` is, by cross-correlation; 0 to delay_max.
[[nodiscard]] std::size_t delay_of(SignalView reference, SignalView degraded, std::size_t delay_max);

/// Compares after shifting `degraded` back by its delay (at most 40 ms).
[[nodiscard]] Comparison compare(SignalView reference, SignalView degraded, std::uint32_t rate);

/// What is left of a sine when the best-fitting sine of its frequency is taken away.
struct ToneQuality {
    double amplitude = 0;     ///< of the sine, in sample units
    double thd_noise_db = 0;  ///< the rest over the sine: −60 means 60 dB below
};
[[nodiscard]] ToneQuality tone_quality(SignalView samples, double frequency_hz, std::uint32_t rate);

/// A sine of full periods of time, not of samples.
struct Sine {
    double frequency_hz = 1000;
    double amplitude = 10'000;
};
[[nodiscard]] Signal make_sine(const Sine& sine, std::uint32_t rate, std::size_t samples);

/// A voice-like signal at −26 dBov: pulses of a wandering pitch through three formants, in syllables with pauses, with
/// some breath. The same at every call.
[[nodiscard]] Signal make_speech(std::uint32_t rate, std::size_t samples);

}  // namespace rb::support
