#include "sim/client.h"

#include "codecs/goertzel.h"
#include "dataplane/wire/demux.h"
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
constexpr Nanos kBetweenKeys = 60ms;
constexpr std::uint32_t kNoiseEvery_ms = 200;

/// A second of tone, a sample of silence. A little noise, for the error of a companded codec on a bare periodic signal
/// is periodic, too, and gathers in few frequencies, the listener's own perhaps among them.
std::vector<codecs::Sample> tone_of(const ClientOptions& options)
{
    constexpr std::uint64_t kNoise = 81;
    Rng rng{static_cast<std::uint64_t>(options.hz)};
    const std::uint32_t rate = codecs::codec_info(options.codec).sample_rate;
    std::vector<codecs::Sample> samples(options.hz > 0 ? rate : 1);
    for (std::size_t i = 0; options.hz > 0 && i < samples.size(); ++i) {
        const double phase = 2 * std::numbers::pi * options.hz * static_cast<double>(i) / rate;
        const double noise = options.pure ? 0 : static_cast<double>(rng.below(kNoise)) - kNoise / 2;
        samples[i] = static_cast<codecs::Sample>(std::lround(options.amplitude * std::sin(phase) + noise));
    }
    return samples;
}

/// Opus has no frames of 30 ms (RFC 6716 §2.1.4).
std::uint32_t packet_ms(const ClientOptions& options)
{
    return options.codec == codecs::CodecId::Opus && options.ptime_ms == 30 ? 20 : options.ptime_ms;
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
      now_{start},
      tone_{tone_of(options)},
      encoder_{options.codec},
      decoder_{options.codec},
      ssrc_{rng_.u32()},
      sequence_{rng_.chance(0.3) ? static_cast<std::uint16_t>(65'500) : rng_.u16()},
      timestamp_offset_{rng_.chance(0.3) ? 0xffffff00U : rng_.u32()},
      audio_due_{start + std::chrono::milliseconds{rng_.below(20)}}
{
}

void SimClient::begin(Nanos now)
{
    audio_due_ = now + (audio_due_ - start_);
    start_ = now_ = now;
}

void SimClient::say(double hz)
{
    options_.hz = hz;
    tone_ = tone_of(options_);
    tone_at_ %= tone_.size();
}

void SimClient::use(codecs::CodecId codec, std::uint8_t payload_type)
{
    const std::uint32_t reached = timestamp_now(own_time(now_));
    options_.codec = codec;
    options_.payload_type = payload_type;
    timestamp_offset_ += reached - timestamp_now(own_time(now_));  // another clock goes on from where the old one was
    tone_ = tone_of(options_);
    tone_at_ = 0;
    encoder_ = codecs::Encoder{codec};
    decoder_ = codecs::Decoder{codec};
    forget_what_was_heard();
}

void SimClient::pause_speech(bool dtx)
{
    options_.dtx = dtx;
    resumes_ = resumes_ || (pausing_ && !dtx);
    pausing_ = pausing_ && dtx;
}

void SimClient::describe_noise(std::optional<std::uint8_t> level)
{
    resumes_ = resumes_ || (noise_level_ && !level);
    noise_level_ = level;
    noise_frames_ = 0;
}

/// What the phone's own clock shows.
Nanos SimClient::own_time(Nanos now) const
{
    const double lead = static_cast<double>((now - start_).count()) * options_.drift_ppm * 1e-6;
    return now + Nanos{std::llround(lead)};
}

std::uint32_t SimClient::timestamp_now(Nanos now) const
{
    const auto ticks = codecs::codec_info(options_.codec).clock_ticks(static_cast<std::uint32_t>(to_ms(now - start_)));
    return timestamp_offset_ + ticks;
}

void SimClient::hear_with(const SrtpKey& key)
{
    media::Protection next{{.receive = std::move(*media::SrtpSession::receiving(key)), .send = nullptr}};
    next.take_over(protection_, now_);
    protection_ = std::move(next);
}

void SimClient::speak_with(const SrtpKey& key, Nanos from)
{
    if (!send_key_) {
        sequence_ &= 0x7fffU;  // a receiver must not miss the wrap
    }
    send_key_ = key;
    send_key_from_ = from;
}

/// A session for the present key and SSRC.
void SimClient::use_send_key()
{
    media::Protection next{{.receive = nullptr, .send = std::move(*media::SrtpSession::sending(*send_key_, ssrc_))}};
    next.take_over(protection_, now_);
    protection_ = std::move(next);
    send_key_from_ = kNever;
}

void SimClient::run(Nanos now, SimNetwork& network)
{
    now_ = now;
    if (now >= send_key_from_) {
        use_send_key();
    }
    const Nanos own = own_time(now);
    if (!key_held_ && !keys_waiting_.empty() && own >= key_due_) {
        pressed_ += keys_waiting_.front();
        keys_waiting_.erase(0, 1);
        key_held_ = true;
        key_since_ = key_due_ = own;
        key_timestamp_ = timestamp_now(own);
    }
    while (key_held_ && own >= key_due_) {
        send_key(network, key_due_);
    }
    while (own >= audio_due_) {
        send_audio(network, audio_due_);
        audio_due_ += std::chrono::milliseconds{packet_ms(options_)};
    }
}

/// Whether nobody speaks into a phone with DTX: half a second or so of speech, then as long a pause.
bool SimClient::speech_pauses(Nanos now)
{
    if (options_.dtx && now >= pause_changes_) {
        pausing_ = !pausing_;
        resumes_ = resumes_ || !pausing_;
        pause_changes_ = now + std::chrono::milliseconds{100 + rng_.below(900)};
    }
    return pausing_;
}

void SimClient::send_audio(SimNetwork& network, Nanos now)
{
    std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
    const std::size_t count = encoder_.info().samples(packet_ms(options_));
    for (std::size_t i = 0; i < count; ++i) {
        samples[i] = tone_[tone_at_];
        tone_at_ = (tone_at_ + 1) % tone_.size();
    }
    std::array<std::uint8_t, codecs::kPayloadBytesMax> payload{};
    std::size_t size = encoder_.encode(std::span{samples}.first(count), payload);
    if (encoder_.info().passed_only) {
        size = encoder_.info().payload_bytes(packet_ms(options_));
        std::ranges::generate(std::span{payload}.first(size),
                              [this] { return static_cast<std::uint8_t>(rng_.next()); });
    }
    if (noise_level_) {
        if (noise_frames_++ * packet_ms(options_) % kNoiseEvery_ms == 0) {
            send(kNoisePayloadType, false, timestamp_now(now), std::array{*noise_level_}, network);
        }
        return;
    }
    const bool spoke = !pausing_;
    const bool pauses = speech_pauses(now);
    if (pauses && spoke && !quiet_ && !key_held_ && rng_.chance(0.5)) {
        send(kNoisePayloadType, false, timestamp_now(now), std::array{kNoiseLevel}, network);
    }
    if (!pauses && !quiet_ && !key_held_) {
        if (encoder_.info().passed_only) {
            passed_sent_.emplace_back(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
        }
        send(options_.payload_type, std::exchange(resumes_, false), timestamp_now(now), std::span{payload}.first(size),
             network);
    }
}

void SimClient::press(const std::string& keys, Nanos held)
{
    key_length_ = held;
    keys_waiting_ += options_.keys ? keys : "";
}

void SimClient::press_next()
{
    constexpr std::string_view kKeys = "0123456789*#ABCD";
    if (!pressing() && !quiet_) {
        press(std::string{kKeys[pressed_.size() % kKeys.size()]});
    }
}

void SimClient::send_key(SimNetwork& network, Nanos now)
{
    const bool end = now - key_since_ >= key_length_;
    const auto held = static_cast<std::uint16_t>(8 * to_ms(now - key_since_));
    const auto payload =
        wire::write_dtmf({.digit = pressed_.back(), .end = end, .volume_dbm0 = 10, .duration_samples = held});
    for (int copy = 0; copy < (end ? 3 : 1); ++copy) {
        send(kKeyPayloadType, now == key_since_, key_timestamp_, payload, network);
    }
    key_held_ = !end;
    key_due_ += end ? kBetweenKeys : 20ms;
}

void SimClient::send(std::uint8_t payload_type, bool marker, std::uint32_t timestamp,
                     std::span<const std::uint8_t> payload, SimNetwork& network)
{
    std::vector<std::uint8_t> bytes(wire::kRtpHeaderBytes + payload.size());
    wire::write_rtp_header(bytes, {.payload_type = payload_type,
                                   .marker = marker,
                                   .sequence = sequence_++,
                                   .timestamp = timestamp,
                                   .ssrc = ssrc_});
    std::copy(payload.begin(), payload.end(), bytes.begin() + wire::kRtpHeaderBytes);
    const std::size_t clear = bytes.size();
    bytes.resize(clear + protection_.trailer_max());
    const auto size = protection_.send_rtp(bytes, clear);
    if (!size) {
        return;  // it has no key yet
    }
    bytes.resize(*size);
    network.send({.source = options_.own, .destination = options_.server, .bytes = std::move(bytes)}, now_);
}

void SimClient::change_ssrc()
{
    ssrc_ = rng_.u32();
    sequence_ = rng_.u16();
    timestamp_offset_ = rng_.u32();
    if (send_key_) {
        sequence_ &= 0x7fffU;
        send_key_from_ = now_;
    }
}

/// With SRTP not so far that the rollover counter is lost (RFC 3711 §3.3.1).
void SimClient::jump_sequence(std::uint16_t by)
{
    sequence_ = static_cast<std::uint16_t>(sequence_ + (send_key_ ? by % 0x4000U : by));
}

void SimClient::receive(std::span<const std::uint8_t> bytes, Nanos now)
{
    std::vector<std::uint8_t> packet{bytes.begin(), bytes.end()};
    const auto clear = protection_.secure() && wire::classify(bytes) != wire::Protocol::Rtp
                           ? std::span<std::uint8_t>{}
                           : protection_.receive_rtp(packet, now).value_or(std::span<std::uint8_t>{});
    const auto view = wire::parse_rtp(clear);
    if (view && view->header.payload_type == kKeyPayloadType && options_.keys) {
        return receive_key(view->payload, view->header.timestamp);
    }
    if (!view || view->header.payload_type != options_.payload_type) {
        return;
    }
    std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
    if (decoder_.info().passed_only) {
        passed_heard_.emplace_back(view->payload.begin(), view->payload.end());
    }
    if (const auto count = decoder_.decode(view->payload, samples)) {
        longest_gap_ = arrivals_.empty() ? 0ns : std::max(longest_gap_, now - arrivals_.back().first);
        arrivals_.emplace_back(now, heard_.size());
        heard_.insert(heard_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(*count));
    }
}

void SimClient::receive_key(std::span<const std::uint8_t> payload, std::uint32_t timestamp)
{
    const auto key = wire::parse_dtmf(payload);
    if (key && key_received_at_ != timestamp) {
        key_received_at_ = timestamp;
        keys_received_ += key->digit;
    }
}

void SimClient::forget_what_was_heard()
{
    heard_.clear();
    arrivals_.clear();
    longest_gap_ = 0ns;
    keys_received_.clear();
}

std::span<const codecs::Sample> SimClient::heard_since(Nanos time) const
{
    const auto first = std::lower_bound(arrivals_.begin(), arrivals_.end(), std::pair{time, std::size_t{0}});
    return first == arrivals_.end() ? std::span<const codecs::Sample>{} : std::span{heard_}.subspan(first->second);
}

std::size_t SimClient::window_samples() const
{
    return encoder_.info().samples(kWindow_ms);
}

std::size_t SimClient::windows_heard() const
{
    return heard_.size() / window_samples();
}

double SimClient::trace_of(double hz) const
{
    const auto samples = std::span{heard_}.first(windows_heard() * window_samples());
    return codecs::tone_level_dbov(samples, hz, rate());
}

double SimClient::level_of(double hz) const
{
    std::vector<double> levels;
    for (std::size_t window = 0; window < windows_heard(); ++window) {
        const auto samples = std::span{heard_}.subspan(window * window_samples(), window_samples());
        levels.push_back(codecs::tone_level_dbov(samples, hz, rate()));
    }
    if (levels.empty()) {
        return -127;
    }
    std::nth_element(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2), levels.end());
    return levels[levels.size() / 2];
}

}  // namespace rb::sim
