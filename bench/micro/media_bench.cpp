// media_bench — nanoseconds for each packet and its 20 ms frame in a leg's receiving side.
#include "codecs/encoder.h"
#include "codecs/time_scale.h"
#include "dataplane/base/rng.h"
#include "dataplane/media/audio_in.h"

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <vector>

namespace rb::media {
namespace {

constexpr std::size_t kPackets = 50;

/// A second of a voice-like tone at the given amplitude, in PCMU.
std::vector<std::array<std::uint8_t, 160>> second_of_tone(double amplitude)
{
    codecs::Encoder encoder{codecs::CodecId::Pcmu};
    std::vector<std::array<std::uint8_t, 160>> packets(kPackets);
    double phase = 0;
    for (auto& packet : packets) {
        std::array<codecs::Sample, 160> samples{};
        for (auto& sample : samples) {
            sample = static_cast<codecs::Sample>(std::lrint(amplitude * std::sin(phase)));
            phase += 0.17;
        }
        static_cast<void>(encoder.encode(samples, packet));
    }
    return packets;
}

/// A packet in, a frame out, each 20 ms; every packet comes up to `jitter` late.
void packet_and_frame(benchmark::State& state, double amplitude, std::uint32_t gate, Nanos jitter)
{
    const auto packets = second_of_tone(amplitude);
    AudioIn in{codecs::CodecId::Pcmu};
    Rng rng{1};
    Nanos now = 1s;
    std::uint32_t sequence = 0;
    std::array<codecs::Sample, 160> frame{};
    for (auto _ : state) {
        const Nanos late =
            jitter > 0ns ? Nanos{static_cast<std::int64_t>(rng.next() % static_cast<std::uint64_t>(jitter.count()))}
                         : 0ns;
        auto put = in.put({.sequence = sequence, .timestamp = sequence * 160, .payload = packets[sequence % kPackets]},
                          now + late);
        ++sequence;
        now += kFrame;
        auto heard = in.read(frame, gate, now);
        benchmark::DoNotOptimize(put);
        benchmark::DoNotOptimize(heard);
        benchmark::ClobberMemory();
    }
    state.counters["changes"] = static_cast<double>(in.shortened() + in.lengthened());
}

BENCHMARK_CAPTURE(packet_and_frame, listener, 30, 160, 0ns);
BENCHMARK_CAPTURE(packet_and_frame, talker, 8000, 0, 0ns);
BENCHMARK_CAPTURE(packet_and_frame, listener_15ms_jitter, 30, 160, 15ms);
BENCHMARK_CAPTURE(packet_and_frame, talker_15ms_jitter, 8000, 0, 15ms);

void change_length(benchmark::State& state)
{
    const auto rate = static_cast<std::uint32_t>(state.range(0));
    const std::size_t size = 2 * codecs::frame_samples(rate);
    std::vector<codecs::Sample> samples(size);
    for (std::size_t i = 0; i < size; ++i) {
        samples[i] = static_cast<codecs::Sample>(8000 * std::sin(0.15 * static_cast<double>(i)));
    }
    auto changed = samples;
    for (auto _ : state) {
        changed = samples;
        auto left = codecs::shorten(changed, rate, 0.9F);
        benchmark::DoNotOptimize(left);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(change_length)->Arg(8'000)->Arg(48'000);

}  // namespace
}  // namespace rb::media
