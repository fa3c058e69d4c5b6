#include "control/node/measure_translation.h"

#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "codecs/resampler.h"
#include "codecs/tone.h"
#include "control/engine/opus_fmtp.h"
#include "dataplane/base/clock.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace rb::node {
namespace {

constexpr double kFramesPerSecond = 1000.0 / codecs::kFrame_ms;
constexpr int kTrials = 9;  // of which the middle one counts: something else may run meanwhile

/// The middle of several times `work` takes, as microseconds for a second of audio.
template <typename Work>
double microseconds_of(Work&& work)
{
    std::array<double, kTrials> took{};
    for (double& one : took) {
        const Nanos began = SteadyClock::now();
        work();
        one = std::chrono::duration<double, std::micro>(SteadyClock::now() - began).count() * kFramesPerSecond;
    }
    std::nth_element(took.begin(), took.begin() + kTrials / 2, took.end());
    return took[kTrials / 2];
}

/// 20 ms of two tones.
std::vector<codecs::Sample> sound_at(std::uint32_t rate)
{
    constexpr std::array kTones{codecs::ToneSegment{.first_hz = 210, .second_hz = 1330}};
    std::vector<codecs::Sample> samples(codecs::frame_samples(rate));
    codecs::ToneGenerator{{.segments = kTones, .loop_from = 1}, rate}.generate(samples);
    return samples;
}

}  // namespace

engine::TranslationCosts measure_translation(const config::Opus& opus)
{
    engine::TranslationCosts costs;
    std::array<std::uint8_t, codecs::kPayloadBytesMax> room{};
    for (const codecs::CodecInfo& info : codecs::kCodecs) {
        if (info.passed_only) {
            continue;  // nothing to measure: there is no path
        }
        for (std::size_t i = 0; i < bridges::kMixRates.size(); ++i) {
            const std::uint32_t mix = bridges::kMixRates.at(i);
            codecs::Encoder encoder{info.id, engine::opus_options(opus, {})};
            codecs::Decoder decoder{info.id};
            encoder.set_rate(mix);
            decoder.set_rate(mix);
            codecs::Resampler to_mix{decoder.rate(), mix};
            codecs::Resampler from_mix{mix, encoder.rate()};
            const auto mixed = sound_at(mix);
            auto heard = mixed;
            auto own = sound_at(encoder.rate());
            std::size_t size = 0;
            costs.encode.at(static_cast<std::size_t>(info.id)).at(i) = microseconds_of([&] {
                from_mix.process(mixed, own);
                size = encoder.encode(own, room);
            });
            costs.decode.at(static_cast<std::size_t>(info.id)).at(i) = microseconds_of([&] {
                static_cast<void>(decoder.decode(std::span{room}.first(size), own));
                to_mix.process(own, heard);
            });
        }
    }
    return costs;
}

}  // namespace rb::node
