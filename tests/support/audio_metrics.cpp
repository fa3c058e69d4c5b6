#include "support/audio_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

namespace rb::support {
namespace {

constexpr double kTiny = 1e-9;
constexpr double kPi = std::numbers::pi;

// Upper edges of the critical bands, Zwicker 1961; 21 bands reach to 7.7 kHz.
constexpr std::array<double, 22> kBarkEdgesHz{0,    100,  200,  300,  400,  510,  630,  770,  920,  1080, 1270,
                                              1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700};

double energy(SignalView samples)
{
    double sum = 0;
    for (const double sample : samples) {
        sum += sample * sample;
    }
    return sum;
}

double error_energy(SignalView a, SignalView b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = double{static_cast<double>(b[i])} - a[i];
        sum += difference * difference;
    }
    return sum;
}

double decibels(double ratio)
{
    return 10.0 * std::log10(std::max(ratio, kTiny));
}

/// Power spectrum of a Hann-windowed segment, bin by bin up to half the rate. A segment is short: the plain sum will
/// do.
std::vector<double> spectrum(SignalView segment)
{
    const std::size_t n = segment.size();
    std::vector<double> windowed(n);
    for (std::size_t i = 0; i < n; ++i) {
        windowed[i] = segment[i] * (0.5 - 0.5 * std::cos(2 * kPi * static_cast<double>(i) / static_cast<double>(n)));
    }
    std::vector<double> power(n / 2);
    for (std::size_t bin = 0; bin < power.size(); ++bin) {
        const auto turn = std::polar(1.0, -2 * kPi * static_cast<double>(bin) / static_cast<double>(n));
        std::complex<double> sum = 0;
        std::complex<double> phasor = 1;
        for (const double value : windowed) {
            sum += value * phasor;
            phasor *= turn;
        }
        power[bin] = std::norm(sum);
    }
    return power;
}

std::vector<double> bark_bands_db(SignalView segment, std::uint32_t rate)
{
    const auto power = spectrum(segment);
    const double bin_hz = static_cast<double>(rate) / static_cast<double>(segment.size());
    const double floor = static_cast<double>(segment.size());  // about one unit of noise in every bin
    std::vector<double> bands;
    for (std::size_t band = 0; band + 1 < kBarkEdgesHz.size() && kBarkEdgesHz[band + 1] <= rate / 2.0; ++band) {
        double sum = floor;
        for (std::size_t bin = 0; bin < power.size(); ++bin) {
            const double frequency = static_cast<double>(bin) * bin_hz;
            sum += frequency >= kBarkEdgesHz[band] && frequency < kBarkEdgesHz[band + 1] ? power[bin] : 0.0;
        }
        bands.push_back(decibels(sum));
    }
    return bands;
}

double band_distance(SignalView a, SignalView b, std::uint32_t rate)
{
    const auto bands_a = bark_bands_db(a, rate);
    const auto bands_b = bark_bands_db(b, rate);
    double sum = 0;
    for (std::size_t i = 0; i < bands_a.size(); ++i) {
        sum += (bands_a[i] - bands_b[i]) * (bands_a[i] - bands_b[i]);
    }
    return std::sqrt(sum / static_cast<double>(bands_a.size()));
}

/// A two-pole resonator: one formant.
struct Formant {
    double frequency_hz;
    double bandwidth_hz;
    double previous = 0;
    double before = 0;

    double step(double input, double rate)
    {
        const double radius = std::exp(-kPi * bandwidth_hz / rate);
        const double output = (1 - radius) * input + 2 * radius * std::cos(2 * kPi * frequency_hz / rate) * previous -
                              radius * radius * before;
        before = previous;
        previous = output;
        return output;
    }
};

}  // namespace

std::size_t delay_of(SignalView reference, SignalView degraded, std::size_t delay_max)
{
    const std::size_t length = std::min(reference.size(), degraded.size());
    std::size_t best = 0;
    double best_product = -1;
    for (std::size_t delay = 0; delay <= delay_max && delay < length; ++delay) {
        double product = 0;
        for (std::size_t i = 0; i + delay < length; ++i) {
            product += static_cast<double>(reference[i]) * degraded[i + delay];
        }
        if (product > best_product) {
            best_product = product;
            best = delay;
        }
    }
    return best;
}

Comparison compare(SignalView reference, SignalView degraded, std::uint32_t rate)
{
    constexpr double kSegmentWorst_db = -10;
    constexpr double kSegmentBest_db = 60;
    constexpr double kSilent = 100;  // mean square below which a segment counts as a pause
    const std::size_t segment = rate / 50;
    Comparison result{.delay_samples = delay_of(reference, degraded, 2 * segment)};
    const std::size_t length = std::min(reference.size(), degraded.size() - result.delay_samples);
    const auto before = reference.first(length);
    const auto after = degraded.subspan(result.delay_samples, length);
    result.snr_db = decibels(energy(before) / std::max(error_energy(before, after), kTiny));
    result.level_error_db = decibels(energy(after) / std::max(energy(before), kTiny));
    std::size_t counted = 0;
    for (std::size_t at = 0; at + segment <= length; at += segment) {
        const auto a = before.subspan(at, segment);
        const auto b = after.subspan(at, segment);
        if (energy(a) < kSilent * static_cast<double>(segment)) {
            continue;
        }
        ++counted;
        const double snr = decibels(energy(a) / std::max(error_energy(a, b), kTiny));
        result.segmental_snr_db += std::clamp(snr, kSegmentWorst_db, kSegmentBest_db);
        result.log_spectral_distance_db += band_distance(a, b, rate);
    }
    result.segmental_snr_db /= static_cast<double>(std::max<std::size_t>(counted, 1));
    result.log_spectral_distance_db /= static_cast<double>(std::max<std::size_t>(counted, 1));
    return result;
}

ToneQuality tone_quality(SignalView samples, double frequency_hz, std::uint32_t rate)
{
    // Least squares for a·cos + b·sin: two normal equations.
    double cc = 0;
    double ss = 0;
    double cs = 0;
    double xc = 0;
    double xs = 0;
    const auto angle = [&](std::size_t i) { return 2 * kPi * frequency_hz * static_cast<double>(i) / rate; };
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double c = std::cos(angle(i));
        const double s = std::sin(angle(i));
        cc += c * c;
        ss += s * s;
        cs += c * s;
        xc += samples[i] * c;
        xs += samples[i] * s;
    }
    const double determinant = cc * ss - cs * cs;
    const double a = (xc * ss - xs * cs) / determinant;
    const double b = (xs * cc - xc * cs) / determinant;
    double rest = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double difference = samples[i] - a * std::cos(angle(i)) - b * std::sin(angle(i));
        rest += difference * difference;
    }
    const double amplitude = std::hypot(a, b);
    const double tone = amplitude * amplitude / 2 * static_cast<double>(samples.size());
    return {.amplitude = amplitude, .thd_noise_db = decibels(rest / std::max(tone, kTiny))};
}

Signal make_sine(const Sine& sine, std::uint32_t rate, std::size_t samples)
{
    Signal signal(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        const double angle = 2 * kPi * sine.frequency_hz * static_cast<double>(i) / rate;
        signal[i] = static_cast<std::int16_t>(std::lrint(sine.amplitude * std::sin(angle)));
    }
    return signal;
}

Signal make_speech(std::uint32_t rate, std::size_t samples)
{
    constexpr double kLevel_dbov = -26;  // the usual level of speech material (ITU-T P.56, P.830)
    std::array<Formant, 3> formants{{{620, 80}, {1450, 120}, {2600, 160}}};
    std::minstd_rand breath{1};  // its sequence is fixed by the standard
    std::vector<double> voice(samples);
    double phase = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        const double time = static_cast<double>(i) / rate;
        phase += (120 + 25 * std::sin(2 * kPi * 0.7 * time)) / rate;
        const bool pulse = phase >= 1;
        phase -= pulse ? 1 : 0;
        const double noise = static_cast<double>(breath()) / static_cast<double>(std::minstd_rand::max()) - 0.5;
        const double syllable = std::max(0.0, std::sin(2 * kPi * 2 * time) + 0.5);
        formants[0].frequency_hz = 620 + 150 * std::sin(2 * kPi * 1.3 * time);
        formants[1].frequency_hz = 1450 + 300 * std::sin(2 * kPi * 0.9 * time);
        double sample = 0;
        for (Formant& formant : formants) {
            sample += formant.step((pulse ? 60.0 : 0.0) + noise, rate);
        }
        voice[i] = sample * syllable;
    }
    double sum = 0;
    for (const double sample : voice) {
        sum += sample * sample;
    }
    const double gain = 32768 * std::pow(10.0, kLevel_dbov / 20) / std::sqrt(sum / static_cast<double>(samples));
    Signal signal(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        signal[i] = static_cast<std::int16_t>(std::lrint(std::clamp(voice[i] * gain, -32768.0, 32767.0)));
    }
    return signal;
}

}  // namespace rb::support
