#include "dataplane/media/audio_in.h"

#include "codecs/level.h"
#include "codecs/time_scale.h"
#include "dataplane/base/assert.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace rb::media {
namespace {

/// How long the delay must be off its target before anything is done: a worker that was late once is no reason. It is
/// also what lies between two changes, so that 150 ms are gone within 1.5 s.
constexpr Nanos kOffTargetMin = 60ms;
/// Audio shorter than that has no period to take out.
constexpr std::uint32_t kScaleMin_ms = 10;

/// Of a codec whose payloads vary: 200 ms of Opus at 100 kbit/s, in pieces that speech of 20 ms about fills.
constexpr std::size_t kVaryingCellBytes = 80;
constexpr std::size_t kVaryingCellsPerFrame = 3;

std::size_t hash_of(std::span<const std::uint8_t> payload) noexcept
{
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(payload.data()), payload.size()});
}

/// Room for the cap, for what a fixed buffer holds above it, and for two packets that are just coming and going.
JitterBuffer::Storage storage_for(const codecs::CodecInfo& codec, const JitterOptions& options)
{
    const Nanos size = std::clamp(options.max_size, JitterOptions::kMaxSizeMin, JitterOptions::kMaxSizeMax);
    const std::size_t frames = static_cast<std::size_t>(size / kFrame) + (options.mode == JitterMode::Fixed ? 6 : 2);
    const std::size_t frame_bytes = codec.payload_bytes(codecs::kFrame_ms);
    if (frame_bytes == 0) {
        return {.cell_bytes = kVaryingCellBytes,
                .cells = std::min(frames * kVaryingCellsPerFrame, JitterBuffer::kCellsMax),
                .clock_rate = codec.clock_rate};
    }
    return {.cell_bytes = frame_bytes, .cells = frames, .clock_rate = codec.clock_rate};
}

}  // namespace

AudioIn::AudioIn(codecs::CodecId codec, const JitterOptions& options)
    : jitter_{storage_for(codecs::codec_info(codec), options), options},
      decoder_{codec},
      left_over_{std::make_unique_for_overwrite<codecs::Sample[]>(
          info().samples(info().packet_ms_max + codecs::kTimeScaleLag_ms_max))}
{
}

void AudioIn::set_rate(std::uint32_t rate) noexcept
{
    if (info().any_rate && rate != decoder_.rate()) {
        decoder_.set_rate(rate);
        left_over_size_ = 0;
    }
}

tl::expected<void, Drop> AudioIn::put(const Packet& packet, Nanos now) noexcept
{
    JitterBuffer::Packet held{.sequence = packet.sequence, .timestamp = packet.timestamp, .content = packet.content};
    switch (packet.content) {
        case JitterBuffer::Content::Audio: {
            const std::size_t samples = decoder_.samples_in(packet.payload);
            const std::size_t per_ms = codecs::samples_per_ms(decoder_.rate());
            const auto ms = samples / per_ms;
            if (ms == 0 || samples > per_ms * info().packet_ms_max) {
                return tl::unexpected(Drop::BadLength);
            }
            held.duration = std::chrono::milliseconds{ms};
            held.payload = packet.payload;
            break;
        }
        case JitterBuffer::Content::Noise:
            if (info().passed_only) {  // as silent as what lies between
                held.content = JitterBuffer::Content::NoAudio;
                break;
            }
            held.payload = packet.payload.first(std::min(packet.payload.size(), codecs::kNoiseOrderMax + 1));
            break;
        case JitterBuffer::Content::NoAudio:
            break;
    }
    return jitter_.put(held, now);
}

AudioIn::Frame AudioIn::read(std::span<codecs::Sample> frame, std::uint32_t gate, Nanos now) noexcept
{
    RB_ASSERT(frame.size() == frame_samples());
    if (hold_pause(gate)) {
        return {.heard = Heard::Quiet, .magnitude = quiet_magnitude_};
    }
    JitterBuffer::Scratch scratch;
    std::size_t filled = take_left_over(frame);
    while (filled < frame.size()) {
        const auto rest = frame.subspan(filled);
        const auto taken = jitter_.take(now, scratch);
        Frame result;
        switch (taken.verdict) {
            case JitterBuffer::Verdict::Frame:
                noise_on_ = false;
                if (filled > 0 || !quiet(taken.payload, frame.size(), gate, result)) {
                    const std::size_t hash = gate > 0 ? hash_of(taken.payload) : 0;
                    filled += play(taken.payload, rest, now, scratch);
                    const bool whole = filled == frame.size() && left_over_size_ == 0;
                    note_decoded(hash, gate > 0 && whole && codecs::mean_magnitude(frame) < gate);
                } else if (!cut_pause()) {
                    quiet_magnitude_ = result.magnitude;
                    return result;
                }
                break;
            case JitterBuffer::Verdict::Noise:
                noise_on_ = noise_.describe(taken.payload);
                break;
            case JitterBuffer::Verdict::NoAudio:
                break;
            case JitterBuffer::Verdict::Lost:
                filled += play_lost(taken.duration, rest, scratch);
                break;
            case JitterBuffer::Verdict::Pause:
                return pause(frame, filled, gate);
            case JitterBuffer::Verdict::Dry:
                ahead_ += duration_of(rest.size());
                filled += conceal(rest, rest.size(), {});
                break;
        }
    }
    return {.heard = Heard::Audio, .magnitude = codecs::mean_magnitude(frame)};
}

/// Whether a payload is one whole frame below the gate, so that it need not be decoded.
bool AudioIn::quiet(std::span<const std::uint8_t> payload, std::size_t frame_samples, std::uint32_t gate,
                    Frame& result) const noexcept
{
    if (gate == 0 || decoder_.samples_in(payload) != frame_samples) {
        return false;
    }
    auto magnitude = gate == kClosed ? std::optional{0U} : codecs::payload_magnitude(info().id, payload);
    if (!magnitude && is_known_silence(payload)) {
        magnitude = 0;
    }
    if (!magnitude || *magnitude >= gate) {
        return false;
    }
    result = {.heard = Heard::Quiet, .magnitude = *magnitude};
    return true;
}

/// A phone that is muted sends the same few payloads again and again (though not in G.722, which goes on adapting).
/// They need not be decoded, and are most of what comes into a large room: of Opus at 48 kHz as libopus codes it for
/// voices, 59 bytes each.
bool AudioIn::is_known_silence(std::span<const std::uint8_t> payload) const noexcept
{
    const std::size_t known = std::min(silence_count_, kSilencesMax);
    return known > 0 && std::ranges::count(std::span{silences_}.first(known), hash_of(payload)) > 0;
}

/// quiet   it filled a frame by itself, which is below the gate
void AudioIn::note_decoded(std::size_t hash, bool quiet) noexcept
{
    if (quiet) {
        silences_[silence_count_++ % kSilencesMax] = hash;
    } else {
        silence_count_ = 0;
    }
}

/// In a pause that nobody decodes: whether it is to last a frame longer. What is left of a packet that was scaled is
/// left out, so that packets are frames again.
bool AudioIn::hold_pause(std::uint32_t gate) noexcept
{
    if (gate == 0) {
        hold_ = false;
        return false;
    }
    const std::span left_over{left_over_.get(), left_over_size_};
    if (!left_over.empty() && jitter_.packet_duration() == kFrame && codecs::mean_magnitude(left_over) < gate) {
        left_over_size_ = 0;
    }
    return std::exchange(hold_, false) && left_over_size_ == 0;
}

/// The same: whether the quiet frame just taken is to be left out.
bool AudioIn::cut_pause() noexcept
{
    const Adjustment adjustment = wanted();
    hold_ = adjustment == Adjustment::Lengthen;
    return adjustment == Adjustment::Shorten && jitter_.next_duration() > 0ns;
}

std::size_t AudioIn::samples_of(Nanos duration) const noexcept
{
    return codecs::samples_per_ms(decoder_.rate()) * static_cast<std::size_t>(to_ms(duration));
}

Nanos AudioIn::duration_of(std::size_t samples) const noexcept
{
    return Nanos{1s} * static_cast<Nanos::rep>(samples) / static_cast<Nanos::rep>(decoder_.rate());
}

/// Begins a frame with what the packet before had more than its own frame.
std::size_t AudioIn::take_left_over(std::span<codecs::Sample> frame) noexcept
{
    const std::size_t count = std::min(left_over_size_, frame.size());
    std::copy_n(left_over_.get(), count, frame.data());
    left_over_size_ -= count;
    std::copy_n(left_over_.get() + count, left_over_size_, left_over_.get());
    return count;
}

/// Fills the rest of a frame, as far as the samples reach, and keeps what is over for the next.
std::size_t AudioIn::hand_out(std::span<const codecs::Sample> whole, std::span<codecs::Sample> rest) noexcept
{
    const std::size_t count = std::min(whole.size(), rest.size());
    std::copy_n(whole.data(), count, rest.data());
    left_over_size_ = whole.size() - count;
    std::copy_n(whole.data() + count, left_over_size_, left_over_.get());
    return count;
}

/// The same with `count` samples that `fill` makes; in place where they fit.
template <typename Fill>
std::size_t AudioIn::give(std::span<codecs::Sample> rest, std::size_t count, Fill&& fill) noexcept
{
    if (count <= rest.size()) {
        fill(rest.first(count));
        return count;
    }
    std::array<codecs::Sample, codecs::kPacketSamplesMax> whole;
    const auto made = std::span{whole}.first(count);
    fill(made);
    return hand_out(made, rest);
}

void AudioIn::decode_to(std::span<const std::uint8_t> payload, std::span<codecs::Sample> samples) noexcept
{
    const auto decoded = decoder_.decode(payload, samples);
    RB_ASSERT(decoded && *decoded == samples.size());  // put() let in only what is whole and fits
}

/// What is to be done about the delay, now that it has been off its target for a while.
AudioIn::Adjustment AudioIn::wanted() noexcept
{
    const Adjustment adjustment = jitter_.adjustment();
    off_target_for_ += jitter_.packet_duration();
    if (adjustment == Adjustment::None) {
        off_target_for_ = 0ns;
    }
    if (off_target_for_ < kOffTargetMin) {
        return Adjustment::None;
    }
    off_target_for_ = 0ns;
    return adjustment;
}

/// How much alike two periods must be to be laid over each other: much, at first; anything goes before packets are lost
/// for want of room or come too late.
float AudioIn::similarity_min() const noexcept
{
    const float excess_ms = std::chrono::duration<float, std::milli>(jitter_.excess()).count();
    return excess_ms > 0 ? 1.0F - excess_ms / 200 : 1.1F + excess_ms / 25;
}

std::size_t AudioIn::play(std::span<const std::uint8_t> payload, std::span<codecs::Sample> rest, Nanos now,
                          JitterBuffer::Scratch& scratch) noexcept
{
    ahead_ = 0ns;
    std::size_t size = decoder_.samples_in(payload);
    const Adjustment adjustment = wanted();
    if (adjustment == Adjustment::None || size < kScaleMin_ms * codecs::samples_per_ms(decoder_.rate())) {
        return give(rest, size, [&](std::span<codecs::Sample> samples) { decode_to(payload, samples); });
    }
    const float alike = similarity_min();
    std::array<codecs::Sample, codecs::kPacketSamplesMax +
                                   codecs::samples_per_ms(codecs::kSampleRateMax) * codecs::kTimeScaleLag_ms_max>
        whole;
    decode_to(payload, std::span{whole}.first(size));
    if (adjustment == Adjustment::Lengthen) {
        const std::size_t longer = codecs::lengthen(whole, size, decoder_.rate(), alike);
        lengthened_ += longer > size ? 1U : 0U;
        return hand_out(std::span{whole}.first(longer), rest);
    }
    // Low voices have periods of up to 12 ms, of which two must be there.
    if (const Nanos next = jitter_.next_duration(); size <= frame_samples() && next > 0ns && next <= kFrame) {
        const auto more = jitter_.take(now, scratch);
        const std::size_t added = decoder_.samples_in(more.payload);
        decode_to(more.payload, std::span{whole}.subspan(size, added));
        size += added;
    }
    const std::size_t shorter = codecs::shorten(std::span{whole}.first(size), decoder_.rate(), alike);
    shortened_ += shorter < size ? 1U : 0U;
    return hand_out(std::span{whole}.first(shorter), rest);
}

std::size_t AudioIn::play_lost(Nanos duration, std::span<codecs::Sample> rest, JitterBuffer::Scratch& scratch) noexcept
{
    if (ahead_ >= duration) {
        ahead_ -= duration;  // while it was waited for, its time was filled already
        return 0;
    }
    return conceal(rest, samples_of(duration), jitter_.next_in_turn(scratch));
}

/// The rest of a frame in which nobody speaks: as the far end has told how that sounds, or nothing.
AudioIn::Frame AudioIn::pause(std::span<codecs::Sample> frame, std::size_t filled, std::uint32_t gate) noexcept
{
    const auto rest = frame.subspan(filled);
    if (noise_on_) {
        if (filled == 0 && noise_.magnitude() < gate) {
            return {.heard = Heard::Quiet, .magnitude = noise_.magnitude()};
        }
        noise_.fill(rest);
    } else if (filled == 0) {
        return {};
    } else {
        std::ranges::fill(rest, codecs::Sample{0});
    }
    return {.heard = Heard::Audio, .magnitude = codecs::mean_magnitude(frame)};
}

/// next   the packet after the lost one, if it is there already
std::size_t AudioIn::conceal(std::span<codecs::Sample> rest, std::size_t count,
                             std::span<const std::uint8_t> next) noexcept
{
    ++concealed_;
    return give(rest, count, [this, next](std::span<codecs::Sample> samples) { decoder_.recover(next, samples); });
}

void AudioIn::restart() noexcept
{
    jitter_.reset();
    decoder_.reset();
    left_over_size_ = 0;
    noise_on_ = false;
    ahead_ = 0ns;
    silence_count_ = 0;
}

}  // namespace rb::media
