#include "sim/client.h"

#include "codecs/goertzel.h"
#include "dataplane/wire/dtmf.h"
#include "dataplane/wire/rtp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

namespace rb::sim {
namespace {

// No two of them have the sum of two others: what a companded codec makes of two tones falls on no third.
constexpr std::array kPrimes{29U, 31U, 37U, 41U, 59U, 73U, 97U, 113U};
constexpr std::uint32_t kWindow_ms = 100;
constexpr Nanos kKeyHeld = 100ms;

/// A second of tone. A little noise, for the error of a companded codec on a bare periodic signal is periodic, too, and
/// gathers in few frequencies, the listener's own perhaps among them.
std::vector<codecs::Sample> tone_of(double hz, std::uint32_t rate)
{
    constexpr std::uint64_t kNoise = 81;
    Rng rng{static_cast<std::uint64_t>(hz)};
    std::vector<codecs::Sample> samples(rate);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate;
        const auto noise = static_cast<double>(rng.below(kNoise)) - kNoise / 2;
        samples[i] = static_cast<codecs::Sample>(std::lround(SimClient::kAmplitude * std::sin(phase) + noise));
    }
    return samples;
}

}  // namespace

double SimClient::tone_hz(unsigned number)
{
    return 10.0 * kPrimes[number % kPrimes.size()];
}

SimClient::SimClient(const ClientOptions& options, std::uint64_t seed, Nanos start)
    : options_{options},
      rng_{seed},
      start_{start},
      tone_{tone_of(tone_hz(options.number), codecs::codec_info(options.codec).sample_rate)},
      encoder_{options.codec},
      decoder_{options.codec},
      ssrc_{rng_.u32()},
      sequence_{rng_.chance(0.3) ? static_cast<std::uint16_t>(65'500) : rng_.u16()},
      timestamp_offset_{rng_.chance(0.3) ? 0xffffff00U : rng_.u32()},
      audio_due_{start + std::chrono::milliseconds{rng_.below(20)}}
{
}

std::uint32_t SimClient::timestamp_now(Nanos now) const
{
    const auto ticks = codecs::codec_info(options_.codec).clock_ticks(static_cast<std::uint32_t>(to_ms(now - start_)));
    return timestamp_offset_ + ticks;
}

void SimClient::run(Nanos now, SimNetwork& network)
{
    while (key_held_ && now >= key_due_) {
        send_key(network, key_due_);
    }
    while (now >= audio_due_) {
        send_audio(network, audio_due_);
        audio_due_ += std::chrono::milliseconds{options_.ptime_ms};
    }
}

void SimClient::send_audio(SimNetwork& network, Nanos now)
{
    std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
    const std::size_t count = encoder_.info().samples(options_.ptime_ms);
    for (std::size_t i = 0; i < count; ++i) {
        samples[i] = tone_[tone_at_];
        tone_at_ = (tone_at_ + 1) % tone_.size();
    }
    std::array<std::uint8_t, codecs::kPayloadBytesMax> payload{};
    const std::size_t size = encoder_.encode(std::span{samples}.first(count), payload);
    if (!quiet_ && !key_held_) {
        send(options_.payload_type, false, timestamp_now(now), std::span{payload}.first(size), network, now);
    }
}

void SimClient::press_next(Nanos now)
{
    constexpr std::string_view kKeys = "0123456789*#ABCD";
    if (key_held_ || !options_.keys || quiet_) {
        return;
    }
    pressed_ += kKeys[pressed_.size() % kKeys.size()];
    key_held_ = true;
    key_since_ = now;
    key_due_ = now;
    key_timestamp_ = timestamp_now(now);
}

void SimClient::send_key(SimNetwork& network, Nanos now)
{
    const bool end = now - key_since_ >= kKeyHeld;
    const auto held = static_cast<std::uint16_t>(8 * to_ms(now - key_since_));
    const auto payload =
        wire::write_dtmf({.digit = pressed_.back(), .end = end, .volume_dbm0 = 10, .duration_samples = held});
    for (int copy = 0; copy < (end ? 3 : 1); ++copy) {
        send(kKeyPayloadType, now == key_since_, key_timestamp_, payload, network, now);
    }
    key_held_ = !end;
    key_due_ += 20ms;
}

void SimClient::send(std::uint8_t payload_type, bool marker, std::uint32_t timestamp,
                     std::span<const std::uint8_t> payload, SimNetwork& network, Nanos now)
{
    std::vector<std::uint8_t> bytes(wire::kRtpHeaderBytes + payload.size());
    wire::write_rtp_header(bytes, {.payload_type = payload_type,
                                   .marker = marker,
                                   .sequence = sequence_++,
                                   .timestamp = timestamp,
                                   .ssrc = ssrc_});
    std::copy(payload.begin(), payload.end(), bytes.begin() + wire::kRtpHeaderBytes);
    network.send({.source = options_.own, .destination = options_.server, .bytes = std::move(bytes)}, now);
}

void SimClient::change_ssrc()
{
    ssrc_ = rng_.u32();
    sequence_ = rng_.u16();
    timestamp_offset_ = rng_.u32();
}

void SimClient::receive(std::span<const std::uint8_t> bytes)
{
    const auto view = wire::parse_rtp(bytes);
    if (!view || view->header.payload_type != options_.payload_type) {
        return;
    }
    std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
    if (const auto count = decoder_.decode(view->payload, samples)) {
        heard_.insert(heard_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(*count));
    }
}

std::size_t SimClient::window_samples() const
{
    return encoder_.info().samples(kWindow_ms);
}

std::size_t SimClient::windows_heard() const
{
    return heard_.size() / window_samples();
}

double SimClient::trace_of(unsigned number) const
{
    const auto samples = std::span{heard_}.first(windows_heard() * window_samples());
    return codecs::tone_level_dbov(samples, tone_hz(number), encoder_.info().sample_rate);
}

double SimClient::level_of(unsigned number) const
{
    std::vector<double> levels;
    for (std::size_t window = 0; window < windows_heard(); ++window) {
        const auto samples = std::span{heard_}.subspan(window * window_samples(), window_samples());
        levels.push_back(codecs::tone_level_dbov(samples, tone_hz(number), encoder_.info().sample_rate));
    }
    if (levels.empty()) {
        return -127;
    }
    std::nth_element(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2), levels.end());
    return levels[levels.size() / 2];
}

}  // namespace rb::sim
