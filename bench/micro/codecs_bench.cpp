// codecs_bench — nanoseconds for each 20 ms frame in the codecs layer.
#include "codecs/cleaner.h"
#include "codecs/cng_detector.h"
#include "codecs/decoder.h"
#include "codecs/dtmf_detector.h"
#include "codecs/encoder.h"
#include "codecs/goertzel.h"
#include "codecs/level.h"
#include "codecs/plc.h"
#include "codecs/tone.h"

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

namespace rb::codecs {
namespace {

/// A frame of two sines: as good as speech for code whose time does not depend on the samples.
std::vector<Sample> frame_of_sound(std::uint32_t rate)
{
    constexpr std::array kTone{ToneSegment{.first_hz = 210, .second_hz = 1330}};
    std::vector<Sample> samples(frame_samples(rate));
    ToneGenerator{{.segments = kTone, .loop_from = 1}, rate}.generate(samples);
    return samples;
}

void encode_frame(benchmark::State& state, CodecId codec)
{
    Encoder encoder{codec};
    const auto samples = frame_of_sound(encoder.info().sample_rate);
    std::vector<std::uint8_t> payload(kPayloadBytesMax);
    for (auto _ : state) {
        benchmark::DoNotOptimize(encoder.encode(samples, payload));
        benchmark::ClobberMemory();
    }
}

void decode_frame(benchmark::State& state, CodecId codec)
{
    Encoder encoder{codec};
    Decoder decoder{codec};
    auto samples = frame_of_sound(encoder.info().sample_rate);
    std::vector<std::uint8_t> payload(kPayloadBytesMax);
    payload.resize(encoder.encode(samples, payload));
    for (auto _ : state) {
        auto decoded = decoder.decode(payload, samples);
        benchmark::DoNotOptimize(decoded);
        benchmark::ClobberMemory();
    }
}

const bool kRegistered = [] {
    for (const CodecInfo& info : kCodecs) {
        if (info.passed_only) {
            continue;
        }
        const std::string name{info.config_name};
        benchmark::RegisterBenchmark(("encode_frame/" + name).c_str(), encode_frame, info.id);
        benchmark::RegisterBenchmark(("decode_frame/" + name).c_str(), decode_frame, info.id);
    }
    return true;
}();

/// At the rate of a mix: 8, 16 or 48 kHz.
void encode_opus_with(benchmark::State& state, const OpusOptions& options)
{
    const auto rate = static_cast<std::uint32_t>(state.range(0));
    Encoder encoder{CodecId::Opus, options};
    encoder.set_rate(rate);
    const auto samples = frame_of_sound(rate);
    std::vector<std::uint8_t> payload(kPayloadBytesMax);
    for (auto _ : state) {
        benchmark::DoNotOptimize(encoder.encode(samples, payload));
        benchmark::ClobberMemory();
    }
}

void encode_opus(benchmark::State& state)
{
    encode_opus_with(state, {.bitrate = 24'000, .complexity = static_cast<std::uint8_t>(state.range(1))});
}
BENCHMARK(encode_opus)->ArgsProduct({{8'000, 16'000, 48'000}, {0, 5, 10}});

/// 20 ms as two frames of 10.
void encode_opus_short(benchmark::State& state)
{
    encode_opus_with(state, {.bitrate = 24'000, .short_frames = true});
}
BENCHMARK(encode_opus_short)->Arg(8'000)->Arg(16'000)->Arg(48'000);

void decode_opus(benchmark::State& state)
{
    const auto rate = static_cast<std::uint32_t>(state.range(0));
    Encoder encoder{CodecId::Opus, {.bitrate = 24'000}};
    Decoder decoder{CodecId::Opus};
    decoder.set_rate(rate);
    std::vector<std::uint8_t> payload(kPayloadBytesMax);
    payload.resize(encoder.encode(frame_of_sound(encoder.rate()), payload));
    std::vector<Sample> samples(frame_samples(rate));
    for (auto _ : state) {
        auto decoded = decoder.decode(payload, samples);
        benchmark::DoNotOptimize(decoded);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(decode_opus)->Arg(8'000)->Arg(16'000)->Arg(48'000);

void conceal_frame(benchmark::State& state)
{
    const auto rate = static_cast<std::uint32_t>(state.range(0));
    Plc plc{rate};
    auto samples = frame_of_sound(rate);
    auto out = samples;
    for (auto _ : state) {  // one good, one lost: each loss searches the pitch anew
        plc.receive(samples);
        plc.conceal(out);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(conceal_frame)->Arg(8'000)->Arg(16'000)->Arg(48'000);

void measure_level(benchmark::State& state)
{
    const auto samples = frame_of_sound(static_cast<std::uint32_t>(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(level_dbov(samples));
    }
}
BENCHMARK(measure_level)->Arg(8'000)->Arg(48'000);

void measure_mean_magnitude(benchmark::State& state)
{
    const auto samples = frame_of_sound(static_cast<std::uint32_t>(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(mean_magnitude(samples));
    }
}
BENCHMARK(measure_mean_magnitude)->Arg(8'000)->Arg(48'000);

void guess_payload_magnitude(benchmark::State& state)
{
    std::vector<std::uint8_t> payload(160);
    benchmark::DoNotOptimize(Encoder{CodecId::Pcmu}.encode(frame_of_sound(8'000), payload));
    for (auto _ : state) {
        benchmark::DoNotOptimize(payload.data());
        benchmark::ClobberMemory();
        auto guess = payload_magnitude(CodecId::Pcmu, payload);
        benchmark::DoNotOptimize(guess);
    }
}
BENCHMARK(guess_payload_magnitude);

void generate_tone(benchmark::State& state)
{
    constexpr std::array kDial{ToneSegment{.first_hz = 350, .second_hz = 440}};
    ToneGenerator tone{{.segments = kDial, .loop_from = 1}, 8'000};
    std::vector<Sample> samples(160);
    for (auto _ : state) {
        benchmark::DoNotOptimize(tone.generate(samples));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(generate_tone);

void measure_one_frequency(benchmark::State& state)
{
    const auto samples = frame_of_sound(8'000);
    for (auto _ : state) {
        benchmark::DoNotOptimize(tone_amplitude(samples, 1330, 8'000));
    }
}
BENCHMARK(measure_one_frequency);

void listen_for_dtmf(benchmark::State& state)
{
    const auto samples = frame_of_sound(DtmfDetector::kRate);
    DtmfDetector detector;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector.process(samples).size());
    }
}
BENCHMARK(listen_for_dtmf);

void listen_for_fax(benchmark::State& state)
{
    const auto samples = frame_of_sound(CngDetector::kRate);
    CngDetector detector;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector.process(samples));
    }
}
BENCHMARK(listen_for_fax);

/// Noise reduction alone, automatic gain alone.
void clean(benchmark::State& state, const CleanerOptions& options)
{
    const std::array rate{static_cast<std::uint32_t>(state.range(0))};
    Cleaner cleaner{options, rate};
    const auto samples = frame_of_sound(rate[0]);
    auto frame = samples;
    for (auto _ : state) {
        frame = samples;
        cleaner.process(frame);
        benchmark::ClobberMemory();
    }
}
BENCHMARK_CAPTURE(clean, denoise, CleanerOptions{.denoise = true})->Arg(8'000)->Arg(16'000)->Arg(48'000);
BENCHMARK_CAPTURE(clean, agc, CleanerOptions{.agc_level = 8000})->Arg(8'000)->Arg(16'000)->Arg(48'000);

}  // namespace
}  // namespace rb::codecs
