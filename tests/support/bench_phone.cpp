#include "support/bench_phone.h"

#include "codecs/goertzel.h"
#include "codecs/level.h"
#include "dataplane/wire/dtmf.h"
#include "dataplane/wire/rtp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace rb::test {
namespace {

constexpr std::uint8_t kKeyPayloadType = 101;
constexpr unsigned kKeySteps = 5;    // of 20 ms: held
constexpr unsigned kPauseSteps = 3;  // between keys
constexpr std::uint8_t kDynamic = 96;

}  // namespace

BenchPhone::BenchPhone(sip::SessionId session, Address own, PhoneOptions options)
    : session_{session},
      own_{own},
      options_{std::move(options)},
      hz_{options_.hz},
      encoder_{options_.codec},
      decoder_{options_.codec}
{
}

sip::NegotiatedMedia BenchPhone::media() const
{
    const auto& info = codecs::codec_info(options_.codec);
    sip::NegotiatedMedia media;
    media.remote_rtp = own_;
    media.remote_rtcp = own_.with_port(static_cast<std::uint16_t>(own_.port() + 1));
    media.formats = {{.encoding = std::string{info.encoding_name},
                      .clock_rate = info.clock_rate,
                      .channels = info.channels,
                      .payload_type = info.static_payload_type.value_or(kDynamic)}};
    media.telephone_event =
        sip::MediaFormat{.encoding = "telephone-event", .clock_rate = 8000, .payload_type = kKeyPayloadType};
    return media;
}

void BenchPhone::use(codecs::CodecId codec)
{
    options_.codec = codec;
    encoder_ = codecs::Encoder{codec};
    decoder_ = codecs::Decoder{codec};
    forget();
}

std::vector<std::uint8_t> BenchPhone::packet(std::uint8_t payload_type, std::uint32_t timestamp,
                                             std::span<const std::uint8_t> payload)
{
    std::vector<std::uint8_t> bytes(wire::kRtpHeaderBytes + payload.size());
    wire::write_rtp_header(bytes, {.payload_type = payload_type,
                                   .sequence = sequence_++,
                                   .timestamp = timestamp,
                                   .ssrc = static_cast<std::uint32_t>(session_)});
    std::copy(payload.begin(), payload.end(), bytes.begin() + wire::kRtpHeaderBytes);
    return bytes;
}

std::vector<std::vector<std::uint8_t>> BenchPhone::send(Nanos now)
{
    now_ = now;
    if (due_ == 0ns) {
        due_ = now;
    }
    if (now < due_ || mute_) {
        due_ = mute_ ? now : due_;
        return {};
    }
    due_ += kFrame;
    ++frames_;
    if (!keys_.empty() && key_step_ < kKeySteps) {
        return send_key();
    }
    if (!keys_.empty() && ++key_step_ == kKeySteps + kPauseSteps) {
        keys_.erase(0, 1);
        key_step_ = 0;
    }
    const auto& info = encoder_.info();
    std::vector<codecs::Sample> samples(info.samples(codecs::kFrame_ms));
    for (std::size_t i = 0; i < samples.size() && hz_ > 0; ++i) {
        const double at = static_cast<double>(frames_ * samples.size() + i) / info.sample_rate;
        samples[i] = static_cast<codecs::Sample>(std::lround(kAmplitude * std::sin(2 * std::numbers::pi * hz_ * at)));
    }
    std::array<std::uint8_t, codecs::kPayloadBytesMax> payload{};
    const std::size_t size = encoder_.encode(samples, payload);
    return {packet(info.static_payload_type.value_or(kDynamic), frames_ * info.clock_ticks(codecs::kFrame_ms),
                   std::span{payload}.first(size))};
}

std::vector<std::vector<std::uint8_t>> BenchPhone::send_key()
{
    ++key_step_;
    const bool end = key_step_ == kKeySteps;
    const auto payload = wire::write_dtmf({.digit = keys_.front(),
                                           .end = end,
                                           .volume_dbm0 = 10,
                                           .duration_samples = static_cast<std::uint16_t>(key_step_ * 160)});
    const std::uint32_t began = (frames_ - key_step_ + 1) * 160;
    std::vector<std::vector<std::uint8_t>> packets;
    for (int copy = 0; copy < (end ? 3 : 1); ++copy) {
        packets.push_back(packet(kKeyPayloadType, began, payload));
    }
    return packets;
}

void BenchPhone::receive(std::span<const std::uint8_t> bytes, Nanos now)
{
    const auto view = wire::parse_rtp(bytes);
    if (!view) {
        return;
    }
    if (view->header.payload_type == kKeyPayloadType) {
        const auto key = wire::parse_dtmf(view->payload);
        if (key && key_timestamp_ != view->header.timestamp) {
            key_timestamp_ = view->header.timestamp;
            keys_received_ += key->digit;
        }
        return;
    }
    std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
    if (const auto count = decoder_.decode(view->payload, samples)) {
        longest_gap_ = last_at_ == 0ns ? 0ns : std::max(longest_gap_, now - last_at_);
        last_at_ = now;
        heard_.push_back({now, {samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(*count)}});
    }
}

std::vector<codecs::Sample> BenchPhone::last_samples(Nanos last) const
{
    std::vector<codecs::Sample> samples;
    for (const Heard& frame : heard_) {
        if (frame.at > now_ - last) {
            samples.insert(samples.end(), frame.samples.begin(), frame.samples.end());
        }
    }
    return samples;
}

double BenchPhone::heard(double hz, Nanos last) const
{
    return codecs::tone_amplitude(last_samples(last), hz, encoder_.info().sample_rate);
}

double BenchPhone::loudness(Nanos last) const
{
    const auto samples = last_samples(last);
    return samples.empty() ? 0 : codecs::mean_magnitude(samples);
}

Nanos BenchPhone::longest_silence(Nanos last) const
{
    constexpr int kSilent = 200;
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const codecs::Sample sample : last_samples(last)) {
        run = std::abs(int{sample}) < kSilent ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::chrono::duration_cast<Nanos>(
        std::chrono::duration<double>{static_cast<double>(longest) / encoder_.info().sample_rate});
}

double BenchPhone::sharpest_bend(Nanos last) const
{
    const auto samples = last_samples(last);
    int sharpest = 0;
    for (std::size_t i = 2; i < samples.size(); ++i) {
        sharpest = std::max(sharpest, std::abs(samples[i] - 2 * samples[i - 1] + samples[i - 2]));
    }
    return sharpest;
}

double BenchPhone::bend_of_tone(double hz) const
{
    return kAmplitude * (2 - 2 * std::cos(2 * std::numbers::pi * hz / encoder_.info().sample_rate));
}

void BenchPhone::forget()
{
    heard_.clear();
    keys_received_.clear();
    last_at_ = 0ns;
    longest_gap_ = 0ns;
}

}  // namespace rb::test
