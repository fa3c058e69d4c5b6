// Goal: nothing in the codecs layer allocates once it is built.
// Method: malloc and its kin are ours in this program and count; each object is built, then used while they are
// watched. Sanitizers bring their own malloc: under them the test only runs the code.
#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "codecs/resampler.h"
#include "codecs/tone.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <vector>

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__) && !defined(__clang__)
#define RB_COUNTS_ALLOCATIONS
extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);

extern "C" void* malloc(std::size_t size)
{
    ++allocations;
    return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size)
{
    ++allocations;
    return __libc_calloc(count, size);
}
extern "C" void* realloc(void* memory, std::size_t size)
{
    ++allocations;
    return __libc_realloc(memory, size);
}
#endif

namespace rb::codecs {
namespace {

#ifdef RB_COUNTS_ALLOCATIONS
TEST(Allocation, IsCounted)
{
    const std::size_t before = allocations;
    std::free(std::malloc(1));
    EXPECT_EQ(allocations, before + 1);
}
#endif

TEST(Allocation, NoneInCodecs)
{
    for (const CodecInfo& info : kCodecs) {
        Encoder encoder{info.id};
        Decoder decoder{info.id};
        std::vector<Sample> samples(info.samples(kFrame_ms), 1000);
        std::vector<std::uint8_t> room(kPayloadBytesMax);
        const std::size_t before = allocations;
        for (int frame = 0; frame < 3; ++frame) {
            const auto payload = std::span{room}.first(encoder.encode(samples, room));
            EXPECT_TRUE(decoder.decode(payload, samples));
            decoder.conceal(samples);
            decoder.recover(payload, samples);
            encoder.expect_loss(10);
            encoder.limit_complexity(2);
            const std::uint32_t rate = frame == 0 ? 8'000 : info.sample_rate;
            encoder.set_rate(rate);
            decoder.set_rate(rate);
            samples.resize(frame_samples(encoder.rate()));
        }
        encoder.reset();
        decoder.reset();
        EXPECT_EQ(allocations, before) << info.config_name;
    }
}

TEST(Allocation, NoneInShortFramesOfOpus)
{
    Encoder encoder{CodecId::Opus, {.short_frames = true}};
    OpusJoiner joiner;
    const std::vector<Sample> samples(960, 1000);
    std::vector<std::uint8_t> room(kPayloadBytesMax);
    std::vector<std::uint8_t> part(kPayloadBytesMax);
    const std::size_t before = allocations;
    for (int frame = 0; frame < 3; ++frame) {
        const auto payload = std::span{room}.first(encoder.encode(samples, room));
        EXPECT_GT(joiner.part(payload, 1, part), 0U);
    }
    EXPECT_EQ(allocations, before);
}

TEST(Allocation, NoneInResamplers)
{
    for (const std::uint32_t from : kSampleRates) {
        for (const std::uint32_t to : kSampleRates) {
            Resampler resampler{from, to};
            const std::vector<Sample> in(frame_samples(from));
            std::vector<Sample> out(frame_samples(to));
            const std::size_t before = allocations;
            resampler.process(in, out);
            resampler.reset();
            EXPECT_EQ(allocations, before) << from << " to " << to;
        }
    }
}

TEST(Allocation, NoneInTones)
{
    constexpr std::array kDial{ToneSegment{.first_hz = 350, .second_hz = 440}};
    std::array<Sample, 160> samples{};
    const std::size_t before = allocations;
    ToneGenerator tone{{.segments = kDial, .loop_from = 1}, 8'000};
    EXPECT_EQ(tone.generate(samples), samples.size());
    EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace rb::codecs
