// Goal: nothing in the codecs layer allocates once it is built.
// Method: each object is built, then used under the guard, which counts.
#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "codecs/resampler.h"
#include "codecs/tone.h"
#include "guard/guard.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace rb::codecs {
namespace {

TEST(GuardedCodecs, EveryCodec)
{
    for (const CodecInfo& info : kCodecs) {
        Encoder encoder{info.id};
        Decoder decoder{info.id};
        std::vector<Sample> samples(info.samples(kFrame_ms), 1000);
        std::vector<std::uint8_t> room(kPayloadBytesMax);
        const guard::Guarded guarded{guard::Mode::Count};
        const std::uint64_t before = guard::counted();
        for (int frame = 0; frame < 3; ++frame) {
            const std::size_t made = encoder.encode(samples, room);
            const auto payload = std::span{room}.first(info.passed_only ? info.payload_bytes(kFrame_ms) : made);
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
        EXPECT_EQ(guard::counted(), before) << info.config_name;
    }
}

TEST(GuardedCodecs, ShortFramesOfOpus)
{
    Encoder encoder{CodecId::Opus, {.short_frames = true}};
    OpusJoiner joiner;
    const std::vector<Sample> samples(960, 1000);
    std::vector<std::uint8_t> room(kPayloadBytesMax);
    std::vector<std::uint8_t> part(kPayloadBytesMax);
    const guard::Guarded guarded{guard::Mode::Count};
    const std::uint64_t before = guard::counted();
    for (int frame = 0; frame < 3; ++frame) {
        const auto payload = std::span{room}.first(encoder.encode(samples, room));
        EXPECT_GT(joiner.part(payload, 1, part), 0U);
    }
    EXPECT_EQ(guard::counted(), before);
}

TEST(GuardedCodecs, Resamplers)
{
    for (const std::uint32_t from : kSampleRates) {
        for (const std::uint32_t to : kSampleRates) {
            Resampler resampler{from, to};
            const std::vector<Sample> in(frame_samples(from));
            std::vector<Sample> out(frame_samples(to));
            const guard::Guarded guarded{guard::Mode::Count};
            const std::uint64_t before = guard::counted();
            resampler.process(in, out);
            resampler.reset();
            EXPECT_EQ(guard::counted(), before) << from << " to " << to;
        }
    }
}

TEST(GuardedCodecs, Tones)
{
    constexpr std::array kDial{ToneSegment{.first_hz = 350, .second_hz = 440}};
    std::array<Sample, 160> samples{};
    const guard::Guarded guarded{guard::Mode::Count};
    const std::uint64_t before = guard::counted();
    ToneGenerator tone{{.segments = kDial, .loop_from = 1}, 8'000};
    EXPECT_EQ(tone.generate(samples), samples.size());
    EXPECT_EQ(guard::counted(), before);
}

}  // namespace
}  // namespace rb::codecs
