// resampler_bench — nanoseconds for each 20 ms frame resampled: ours, soxr and speexdsp. Counters: worst THD+N in dB of
// sines up to 85 % of the band, so that costs are compared at known quality, and the shortest and longest output.
#include "codecs/resampler.h"

#include <benchmark/benchmark.h>
#include <speex/speex_resampler.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <soxr.h>
#include <vector>

namespace rb::codecs {
namespace {

struct Pair {
    std::uint32_t from;
    std::uint32_t to;
};

class Ours {
public:
    explicit Ours(Pair rates) : resampler_{rates.from, rates.to} {}
    std::size_t process(std::span<const Sample> in, std::span<Sample> out)
    {
        resampler_.process(in, out);
        return out.size();
    }

private:
    Resampler resampler_;
};

template <unsigned long kQuality>
class Soxr {
public:
    explicit Soxr(Pair rates)
    {
        const auto io = soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I);
        const auto quality = soxr_quality_spec(kQuality, 0);
        state_ = soxr_create(rates.from, rates.to, 1, nullptr, &io, &quality, nullptr);
    }
    Soxr(const Soxr&) = delete;
    Soxr& operator=(const Soxr&) = delete;
    ~Soxr() { soxr_delete(state_); }
    std::size_t process(std::span<const Sample> in, std::span<Sample> out)
    {
        std::size_t consumed = 0;
        std::size_t written = 0;
        soxr_process(state_, in.data(), in.size(), &consumed, out.data(), out.size(), &written);
        return written;
    }

private:
    soxr_t state_;
};

template <int kQuality>
class Speex {
public:
    explicit Speex(Pair rates)
    {
        int error = 0;
        state_ = speex_resampler_init(1, rates.from, rates.to, kQuality, &error);
    }
    Speex(const Speex&) = delete;
    Speex& operator=(const Speex&) = delete;
    ~Speex() { speex_resampler_destroy(state_); }
    std::size_t process(std::span<const Sample> in, std::span<Sample> out)
    {
        auto consumed = static_cast<spx_uint32_t>(in.size());
        auto written = static_cast<spx_uint32_t>(out.size());
        speex_resampler_process_int(state_, 0, in.data(), &consumed, out.data(), &written);
        return written;
    }

private:
    SpeexResamplerState* state_;
};

/// THD+N of a sine through the resampler: the rest after a least-squares fit over the last whole 200 ms.
template <typename Kind>
double distortion_db(Pair rates, double frequency_hz)
{
    constexpr std::size_t kFrames = 30;
    Kind resampler{rates};
    std::vector<Sample> out;
    std::vector<Sample> frame(frame_samples(rates.to) * 2);
    for (std::size_t at = 0; at < kFrames * frame_samples(rates.from); at += frame_samples(rates.from)) {
        std::vector<Sample> in(frame_samples(rates.from));
        for (std::size_t i = 0; i < in.size(); ++i) {
            const double angle = 2 * std::numbers::pi * frequency_hz * static_cast<double>(at + i) / rates.from;
            in[i] = static_cast<Sample>(std::lrint(10'000 * std::sin(angle)));
        }
        const std::size_t written = resampler.process(in, std::span{frame}.first(frame_samples(rates.to)));
        out.insert(out.end(), frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(written));
    }
    const std::span tail = std::span{out}.last(frame_samples(rates.to) * 10);
    double c = 0;
    double s = 0;
    double all = 0;
    for (std::size_t i = 0; i < tail.size(); ++i) {
        const double angle = 2 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rates.to;
        c += tail[i] * std::cos(angle);
        s += tail[i] * std::sin(angle);
        all += static_cast<double>(tail[i]) * tail[i];
    }
    const double tone = 2 * (c * c + s * s) / static_cast<double>(tail.size());
    return 10 * std::log10(std::max(all - tone, 1e-9) / tone);
}

template <typename Kind>
void resample_frame(benchmark::State& state)
{
    const Pair rates{static_cast<std::uint32_t>(state.range(0)) * 1000,
                     static_cast<std::uint32_t>(state.range(1)) * 1000};
    Kind resampler{rates};
    const std::vector<Sample> in(frame_samples(rates.from), 1000);
    std::vector<Sample> out(frame_samples(rates.to));
    std::size_t shortest = out.size();
    std::size_t longest = 0;
    for (auto _ : state) {
        const std::size_t written = resampler.process(in, out);
        shortest = std::min(shortest, written);
        longest = std::max(longest, written);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
    double worst_db = -200;
    for (const double part : {0.0375, 0.125, 0.25, 0.375, 0.425}) {
        worst_db = std::max(worst_db, distortion_db<Kind>(rates, part * std::min(rates.from, rates.to)));
    }
    state.counters["thd_noise_db"] = worst_db;
    state.counters["shortest"] = static_cast<double>(shortest);
    state.counters["longest"] = static_cast<double>(longest);
}

void pairs(benchmark::internal::Benchmark* bench)
{
    bench->Args({8, 16})->Args({16, 8})->Args({8, 48})->Args({48, 8})->Args({16, 48})->Args({48, 16});
}
BENCHMARK_TEMPLATE(resample_frame, Ours)->Apply(pairs);
BENCHMARK_TEMPLATE(resample_frame, Soxr<SOXR_LQ>)->Apply(pairs);
BENCHMARK_TEMPLATE(resample_frame, Soxr<SOXR_MQ>)->Apply(pairs);
BENCHMARK_TEMPLATE(resample_frame, Soxr<SOXR_HQ>)->Apply(pairs);
BENCHMARK_TEMPLATE(resample_frame, Speex<3>)->Apply(pairs);
BENCHMARK_TEMPLATE(resample_frame, Speex<5>)->Apply(pairs);

}  // namespace
}  // namespace rb::codecs
