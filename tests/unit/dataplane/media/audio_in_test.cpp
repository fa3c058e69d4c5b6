// Goal: a leg's frames are 20 ms whatever the length of its packets, nothing of what came is lost or repeated, and what
// did not come is concealed for as long as it would have lasted. A pause sounds as the far end says. Delay goes up and
// down without a click.
// Method: L16, whose samples can be told apart, counted through; then packets of any length as a property; sines over
// bad paths, whose second differences would betray any step.
#include "dataplane/media/audio_in.h"

#include "codecs/level.h"
#include "codecs/opus_codec.h"
#include "support/audio_metrics.h"
#include "support/received_stream.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

namespace rb::media {
namespace {

using codecs::Sample;

constexpr std::size_t kFrameSamples = 160;

/// Sends samples 1, 2, 3 … in packets and reads them back.
class Counting {
public:
    explicit Counting(const JitterOptions& options = {}) : in{codecs::CodecId::L16_8, options} {}

    tl::expected<void, Drop> put(std::size_t samples)
    {
        const std::uint32_t timestamp = sent_;
        std::vector<std::uint8_t> payload;
        for (std::size_t i = 0; i < samples; ++i, ++sent_) {
            payload.push_back(static_cast<std::uint8_t>(sent_ >> 8U));
            payload.push_back(static_cast<std::uint8_t>(sent_));
        }
        return in.put({.sequence = sequence_++, .timestamp = timestamp, .payload = payload}, now);
    }
    /// One that is as long, and is not to be heard of again.
    void lose(std::size_t samples)
    {
        ++sequence_;
        sent_ = static_cast<std::uint16_t>(sent_ + samples);
    }

    AudioIn::Frame read()
    {
        now += kFrame;
        const auto result = in.read(frame, 0, now);
        if (result.heard == AudioIn::Heard::Audio) {
            heard.insert(heard.end(), frame.begin(), frame.end());
        }
        return result;
    }

    AudioIn in;
    Nanos now = 1s;
    std::array<Sample, kFrameSamples> frame{};
    std::vector<Sample> heard;

private:
    std::uint32_t sequence_ = 1000;
    std::uint16_t sent_ = 1;
};

std::vector<Sample> counted(std::size_t count)
{
    std::vector<Sample> samples(count);
    std::iota(samples.begin(), samples.end(), Sample{1});
    return samples;
}

TEST(AudioIn, APacketOf60MsIsThreeFrames)
{
    Counting stream;
    ASSERT_TRUE(stream.put(3 * kFrameSamples));
    ASSERT_TRUE(stream.put(3 * kFrameSamples));
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.heard, counted(6 * kFrameSamples));
}

TEST(AudioIn, PacketsOf10MsMakeFramesOf20)
{
    Counting stream;
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(stream.put(kFrameSamples / 2));
    }
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.heard, counted(4 * kFrameSamples));
}

TEST(AudioIn, ALostPacketIsConcealedForAsLongAsItsNeighbours)
{
    Counting stream;
    ASSERT_TRUE(stream.put(2 * kFrameSamples));
    stream.lose(2 * kFrameSamples);
    ASSERT_TRUE(stream.put(2 * kFrameSamples));
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.in.concealed(), 1U);
    // What came after the loss keeps its place: its last sample is the last one heard.
    EXPECT_EQ(stream.heard.back(), static_cast<Sample>(6 * kFrameSamples));
    EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio);  // late, so far as anybody knows
}

TEST(AudioIn, SilenceFollowsAfterThreeEmptyTurns)
{
    Counting stream;
    ASSERT_TRUE(stream.put(kFrameSamples));
    EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stream.read().heard, AudioIn::Heard::Audio) << i;
    }
    EXPECT_EQ(stream.read().heard, AudioIn::Heard::Nothing);
    EXPECT_EQ(stream.in.concealed(), 3U);
}

TEST(AudioIn, APacketOutsideItsBoundsIsRefused)
{
    AudioIn in{codecs::CodecId::Pcmu};
    const std::vector<std::uint8_t> bytes(481);
    const auto put = [&](std::size_t size) {
        return in.put({.sequence = 1, .payload = std::span{bytes}.first(size)}, 1s);
    };
    EXPECT_EQ(put(7).error(), Drop::BadLength) << "shorter than 1 ms";
    EXPECT_EQ(put(481).error(), Drop::BadLength) << "one sample beyond 60 ms";
    EXPECT_TRUE(put(480));
}

/// A stream of Opus at 16 kHz, encoded in frames of 20 ms and packets of any.
std::vector<std::vector<std::uint8_t>> opus_packets(std::size_t count)
{
    codecs::OpusEncoding encoder{16'000, {.bitrate = 32'000, .fec = true}};
    encoder.expect_loss(20);
    const auto speech = support::make_speech(16'000, count * 320);
    std::vector<std::vector<std::uint8_t>> packets(count, std::vector<std::uint8_t>(codecs::kOpusFrameBytesMax));
    for (std::size_t i = 0; i < count; ++i) {
        packets[i].resize(encoder.encode(std::span{speech}.subspan(i * 320, 320), packets[i]));
    }
    return packets;
}

TEST(AudioIn, FramesOfOpusAreWholeWhateverItsPacketsLast)
{
    // RFC 6716 §3.1: CELT at 2.5, 5, 10 and 20 ms, SILK at 40 and 60, and six frames of 20 ms in one packet.
    const std::vector<std::vector<std::uint8_t>> kinds{
        {0xe0, 1}, {0xe8, 1}, {0xf0, 1}, {0xf8, 1}, {0x10, 1}, {0x18, 1}, {0xfb, 6, 1, 2, 3, 4, 5, 6}};
    constexpr std::array<std::size_t, 7> tenths_of_ms{25, 50, 100, 200, 400, 600, 1200};
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        AudioIn in{codecs::CodecId::Opus};
        in.set_rate(16'000);
        std::array<Sample, 320> frame{};
        std::uint32_t sequence = 1;
        std::size_t sent = 0;
        Nanos now = 1s;
        for (int i = 0; i < 30; ++i, now += kFrame) {
            for (; sent < 400 + 200U * static_cast<std::size_t>(i); sent += tenths_of_ms[kind]) {
                const auto timestamp = static_cast<std::uint32_t>(sent * 48 / 10);
                const Nanos came = 980ms + 100us * sent;
                ASSERT_TRUE(in.put({.sequence = sequence++, .timestamp = timestamp, .payload = kinds[kind]}, came))
                    << kind;
            }
            EXPECT_EQ(in.read(frame, 0, now).heard, AudioIn::Heard::Audio) << kind << ' ' << i;
        }
        EXPECT_EQ(in.concealed(), 0U) << kind;
    }
}

TEST(AudioIn, ABrokenPacketOfOpusIsRefused)
{
    AudioIn in{codecs::CodecId::Opus};
    const std::vector<std::uint8_t> broken{0xf9, 1, 2, 3};
    EXPECT_EQ(in.put({.sequence = 1, .payload = broken}, 1s).error(), Drop::BadLength);
}

TEST(AudioIn, WhatWasLostIsRecoveredFromTheNextPacketOfOpus)
{
    const auto packets = opus_packets(100);
    const auto hear = [&](bool next_is_there) {
        AudioIn in{codecs::CodecId::Opus};
        in.set_rate(16'000);
        std::vector<Sample> heard;
        std::array<Sample, 320> frame{};
        Nanos now = 1s;
        for (std::uint32_t i = 0; i < packets.size(); ++i, now += kFrame) {
            const bool lost = i % 10 == 5 || (!next_is_there && i % 10 == 6);
            if (!lost) {
                EXPECT_TRUE(in.put({.sequence = i, .timestamp = i * 960, .payload = packets[i]}, now));
            }
            if (in.read(frame, 0, now).heard == AudioIn::Heard::Audio) {
                heard.insert(heard.end(), frame.begin(), frame.end());
            }
        }
        return std::pair{heard, in.concealed()};
    };
    const auto [recovered, lost_once] = hear(true);
    const auto [concealed, lost_twice] = hear(false);
    EXPECT_EQ(lost_once, 10U);
    EXPECT_GE(lost_twice, 20U);
    const auto speech = support::make_speech(16'000, packets.size() * 320);
    EXPECT_GT(support::compare(speech, recovered, 16'000).segmental_snr_db,
              support::compare(speech, concealed, 16'000).segmental_snr_db + 0.5);
}

TEST(AudioIn, AnotherRateMakesFramesOfAnotherLength)
{
    const auto packets = opus_packets(20);
    AudioIn in{codecs::CodecId::Opus};
    std::vector<Sample> frame;
    Nanos now = 1s;
    for (std::uint32_t i = 0; i < packets.size(); ++i, now += kFrame) {
        in.set_rate(i < 5 ? 48'000 : i < 10 ? 8'000 : 16'000);
        frame.resize(in.frame_samples());
        EXPECT_EQ(frame.size(), i < 5 ? 960U : i < 10 ? 160U : 320U);
        ASSERT_TRUE(in.put({.sequence = i, .timestamp = i * 960, .payload = packets[i]}, now));
        static_cast<void>(in.read(frame, 0, now));
    }
    AudioIn fixed{codecs::CodecId::G722};
    fixed.set_rate(48'000);
    EXPECT_EQ(fixed.frame_samples(), 320U);
}

RC_GTEST_PROP(AudioIn, NothingIsLostOrRepeatedWhateverThePacketLengths, ())
{
    const auto lengths = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(80, 481));
    // More delay than packets of 60 ms cause by their length alone, and room for whatever is longer than a cell.
    Counting stream{{.mode = JitterMode::Fixed, .max_size = 500ms}};
    stream.in.set_jitter({.mode = JitterMode::Fixed, .max_size = 100ms});
    std::size_t sent = 0;
    for (const std::size_t length : lengths) {
        RC_ASSERT(stream.put(length).has_value());
        sent += length;
        while (to_ms(stream.now - 1s) + 20 <= static_cast<std::int64_t>(sent / 8)) {
            stream.read();
        }
    }
    for (int i = 0; i < 10; ++i) {
        stream.read();
    }
    RC_ASSERT(stream.heard.size() + kFrameSamples > sent);
    stream.heard.resize(std::min(stream.heard.size(), sent));
    RC_ASSERT(stream.in.jitter_buffer().counters().overflow == 0U);
    RC_ASSERT(std::equal(stream.heard.begin(), stream.heard.end(), counted(sent).begin()));
}

/// A tone of 440 Hz, sent for as long as it is asked for.
class ToneSpeaker {
public:
    bool operator()(std::span<Sample> samples)
    {
        for (Sample& sample : samples) {
            sample = static_cast<Sample>(std::lrint(8000 * std::sin(phase_)));
            phase_ = std::fmod(phase_ + 2 * std::numbers::pi * 440 / 8000, 2 * std::numbers::pi);
        }
        return true;
    }

private:
    double phase_ = 0;
};

/// Measures a tone that is heard: its steps, and frames that were not there.
class ToneListener {
public:
    void operator()(const AudioIn::Frame& frame, std::span<const Sample> samples)
    {
        if (frame.heard != AudioIn::Heard::Audio) {
            ++silent;
            return;
        }
        for (const int sample : samples) {
            roughest = std::max(roughest, std::abs(sample - 2 * before_[0] + before_[1]));
            before_ = {sample, before_[0]};
        }
    }

    int roughest = 0;
    int silent = 0;

private:
    std::array<int, 2> before_{};
};

/// Second difference of the tone itself: 8000 · (2π · 440/8000)². A click of a tenth of its amplitude adds 800.
constexpr int kSmooth = 955 + 250;

TEST(AudioIn, FollowsADriftingClockForHoursWithoutAClick)
{
    for (const double ppm : {-300.0, 300.0}) {
        support::ReceivedStream stream{codecs::CodecId::L16_8};
        ToneSpeaker speak;
        ToneListener listen;
        stream.run(1s, std::ref(speak), std::ref(listen));
        listen.silent = 0;  // until its first packet was due
        listen.roughest = 0;
        stream.path.drift_ppm = ppm;
        Nanos longest = 0ns;
        stream.run(std::chrono::hours{3}, std::ref(speak), [&](const auto& frame, auto samples) {
            listen(frame, samples);
            longest = std::max(longest, stream.in.jitter_buffer().delay());
        });
        const auto& counters = stream.in.jitter_buffer().counters();
        EXPECT_EQ(counters.overflow + counters.late + counters.lost + counters.underruns, 0U) << ppm;
        EXPECT_EQ(stream.in.concealed(), 0U) << ppm;
        EXPECT_EQ(listen.silent, 0) << ppm;
        EXPECT_LE(listen.roughest, kSmooth) << ppm;
        EXPECT_LE(longest, 60ms) << ppm;
        // 3 h at 300 ppm are 3240 ms.
        const std::uint64_t changes = ppm > 0 ? stream.in.shortened() : stream.in.lengthened();
        EXPECT_GE(changes, 3240U / 12) << ppm;
        EXPECT_LE(changes, 3240U / 3) << ppm;
    }
}

TEST(AudioIn, DelayIsBackWithin5SecondsOfABadSpell)
{
    support::ReceivedStream stream{codecs::CodecId::L16_8};
    ToneSpeaker speak;
    ToneListener listen;
    stream.run(5s, std::ref(speak), std::ref(listen));
    const Nanos floor = stream.in.jitter_buffer().delay();
    EXPECT_LE(floor, 40ms);
    stream.path.jitter = 150ms;
    stream.run(10s, std::ref(speak), std::ref(listen));
    EXPECT_GE(stream.in.jitter_buffer().delay(), 120ms);
    stream.path.jitter = 0ms;
    const std::uint64_t concealed = stream.in.concealed();
    listen.roughest = 0;
    listen.silent = 0;
    stream.run(5s, std::ref(speak), std::ref(listen));
    EXPECT_LE(stream.in.jitter_buffer().delay(), 45ms);
    EXPECT_LE(stream.in.concealed(), concealed + 1);
    EXPECT_EQ(listen.silent, 0);
    EXPECT_LE(listen.roughest, kSmooth);
}

TEST(AudioIn, APauseThatNobodyDecodesIsCutAndHeld)
{
    support::ReceivedStream stream{codecs::CodecId::Pcmu};
    const auto hush = [](std::span<Sample> samples) {
        std::ranges::fill(samples, Sample{8});
        return true;
    };
    int quiet = 0;
    const auto listen = [&](const AudioIn::Frame& frame, auto) { quiet += frame.heard == AudioIn::Heard::Quiet; };
    stream.gate = 100;
    stream.run(5s, hush, listen);
    stream.path.jitter = 120ms;
    stream.run(5s, hush, listen);
    EXPECT_GE(stream.in.jitter_buffer().delay(), 80ms);
    stream.path.jitter = 0ms;
    stream.run(5s, hush, listen);
    EXPECT_LE(stream.in.jitter_buffer().delay(), 45ms);
    EXPECT_EQ(stream.in.shortened() + stream.in.lengthened(), 0U);
    EXPECT_GE(quiet, 600);
}

TEST(AudioIn, TheSameSilenceIsNotDecodedAgain)
{
    for (const auto codec : {codecs::CodecId::Opus, codecs::CodecId::G726, codecs::CodecId::Adpcm}) {
        support::ReceivedStream stream{codec};
        const auto hush = [](std::span<Sample> samples) {
            std::ranges::fill(samples, Sample{0});
            return true;
        };
        const auto talk = [phase = 0.0](std::span<Sample> samples) mutable {
            for (Sample& sample : samples) {
                sample = static_cast<Sample>(8000 * std::sin(phase += 0.3));
            }
            return true;
        };
        int quiet = 0;
        int loud = 0;
        const auto listen = [&](const AudioIn::Frame& frame, auto) {
            quiet += frame.heard == AudioIn::Heard::Quiet;
            loud += frame.heard == AudioIn::Heard::Audio && frame.magnitude > 3000;
        };
        stream.gate = 26;
        stream.run(2s, hush, listen);
        EXPECT_GE(quiet, 70) << codecs::codec_info(codec).config_name;
        stream.run(1s, talk, listen);
        EXPECT_GE(loud, 46) << codecs::codec_info(codec).config_name;
        quiet = 0;
        stream.run(2s, hush, listen);
        EXPECT_GE(quiet, 70) << codecs::codec_info(codec).config_name;
        quiet = loud = 0;
        stream.gate = AudioIn::kClosed;
        stream.run(1s, talk, listen);
        EXPECT_EQ(loud, 0) << codecs::codec_info(codec).config_name;
        EXPECT_GE(quiet, 46) << codecs::codec_info(codec).config_name;
    }
}

TEST(AudioIn, ATalkSpurtAfterAPauseIsNeitherConcealedNorDelayed)
{
    support::ReceivedStream stream{codecs::CodecId::L16_8};
    ToneSpeaker tone;
    int packet = 0;
    // Talk of 1 s, pause of 1.5 s in which nothing is sent.
    const auto speak = [&](std::span<Sample> samples) { return ++packet % 125 < 50 && tone(samples); };
    Nanos longest = 0ns;
    int audio = 0;
    stream.run(60s, speak, [&](const AudioIn::Frame& frame, auto) {
        audio += frame.heard == AudioIn::Heard::Audio;
        longest = std::max(longest, stream.in.jitter_buffer().delay());
    });
    EXPECT_LE(longest, 40ms);
    EXPECT_EQ(stream.in.jitter_buffer().counters().lost, 0U);
    EXPECT_EQ(stream.in.jitter_buffer().counters().overflow, 0U);
    EXPECT_EQ(stream.in.shortened() + stream.in.lengthened(), 0U);
    // 24 spurts of 50 frames; each ends in 60 ms that fade out, since nobody has said that it would end.
    EXPECT_NEAR(audio, 24 * 53, 4);
}

TEST(AudioIn, ComfortNoiseIsHeardUntilTheNextTalkSpurt)
{
    support::ReceivedStream stream{codecs::CodecId::Pcmu};
    ToneSpeaker tone;
    std::vector<Sample> heard;
    AudioIn::Frame last;
    const auto listen = [&](const AudioIn::Frame& frame, std::span<const Sample> samples) {
        last = frame;
        heard.assign(samples.begin(), samples.end());
    };
    const auto silent = [](auto) { return false; };
    stream.run(1s, std::ref(tone), listen);
    stream.send_noise(std::array<std::uint8_t, 1>{45});
    stream.run(400ms, silent, listen);
    EXPECT_EQ(last.heard, AudioIn::Heard::Audio);
    EXPECT_NEAR(codecs::level_dbov(heard), -45, 2);
    EXPECT_EQ(stream.in.concealed(), 0U) << "the far end has said that it would be silent";
    stream.gate = 1000;
    stream.run(1s, silent, listen);
    EXPECT_EQ(last.heard, AudioIn::Heard::Quiet);
    stream.gate = 0;
    stream.run(200ms, std::ref(tone), listen);
    EXPECT_NEAR(codecs::level_dbov(heard), -15.3, 1);
    stream.run(1s, silent, listen);
    EXPECT_EQ(last.heard, AudioIn::Heard::Nothing) << "this time it has not";
}

TEST(AudioIn, ALossThatWasWaitedForIsNotConcealedTwice)
{
    Counting stream;
    ASSERT_TRUE(stream.put(kFrameSamples));
    stream.read();
    stream.read();  // dry
    stream.lose(kFrameSamples);
    ASSERT_TRUE(stream.put(kFrameSamples));
    stream.read();
    EXPECT_EQ(stream.in.concealed(), 1U);
    EXPECT_EQ(stream.heard.back(), static_cast<Sample>(3 * kFrameSamples));
}

}  // namespace
}  // namespace rb::media
