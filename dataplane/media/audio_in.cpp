#include "dataplane/media/audio_in.h"

#include "codecs/level.h"
#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::media {
namespace {

/// Packets held for the cap of 200 ms, and two more that are just coming and going.
constexpr std::size_t kCells = 12;

}  // namespace

AudioIn::AudioIn(codecs::CodecId codec)
    : jitter_{{.cell_bytes = codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms), .cells = kCells}},
      decoder_{codec},
      fifo_capacity_{info().samples(codecs::kPacket_ms_max + codecs::kFrame_ms)},
      fifo_{std::make_unique_for_overwrite<codecs::Sample[]>(fifo_capacity_)}
{
}

tl::expected<void, Drop> AudioIn::put(std::uint32_t sequence, std::span<const std::uint8_t> payload, Nanos now) noexcept
{
    Nanos duration = kFrame;
    if (!payload.empty()) {
        const std::size_t samples = codecs::samples_in_payload(info().id, payload.size());
        const auto ms = samples / codecs::samples_per_ms(info().sample_rate);
        if (ms == 0 || ms > codecs::kPacket_ms_max) {
            return tl::unexpected(Drop::BadLength);
        }
        duration = std::chrono::milliseconds{ms};
    }
    return jitter_.put({.sequence = sequence, .payload = payload, .duration = duration}, now);
}

AudioIn::Frame AudioIn::read(std::span<codecs::Sample> frame, std::uint32_t gate, Nanos now) noexcept
{
    RB_ASSERT(frame.size() == info().samples(codecs::kFrame_ms));
    JitterBuffer::Scratch scratch;
    while (fifo_size_ < frame.size()) {
        const auto taken = jitter_.take(now, scratch);
        switch (taken.verdict) {
            case JitterBuffer::Verdict::Frame: {
                empty_turns_ = 0;
                Frame result;
                if (fifo_size_ == 0 && quiet(taken.payload, frame.size(), gate, result)) {
                    return result;
                }
                append(taken.payload, taken.duration);
                break;
            }
            case JitterBuffer::Verdict::Lost:
                append_concealed(frame.size());
                break;
            case JitterBuffer::Verdict::Empty:
                if (!bridge_gap(frame.size())) {
                    return {};
                }
                break;
        }
    }
    std::copy_n(fifo_.get(), frame.size(), frame.data());
    fifo_size_ -= frame.size();
    std::copy_n(fifo_.get() + frame.size(), fifo_size_, fifo_.get());
    return {.heard = Heard::Audio, .magnitude = codecs::mean_magnitude(frame)};
}

/// Whether a payload is one whole frame below the gate, so that it need not be decoded.
bool AudioIn::quiet(std::span<const std::uint8_t> payload, std::size_t frame_samples, std::uint32_t gate,
                    Frame& result) const noexcept
{
    if (gate == 0 || codecs::samples_in_payload(info().id, payload.size()) != frame_samples) {
        return false;
    }
    const auto magnitude = codecs::payload_magnitude(info().id, payload);
    if (!magnitude || *magnitude >= gate) {
        return false;
    }
    result = {.heard = Heard::Quiet, .magnitude = *magnitude};
    return true;
}

void AudioIn::append(std::span<const std::uint8_t> payload, Nanos duration) noexcept
{
    const std::span room{fifo_.get() + fifo_size_, fifo_capacity_ - fifo_size_};
    if (payload.empty()) {
        const std::size_t samples = info().samples(static_cast<std::uint32_t>(to_ms(duration)));
        std::fill_n(room.begin(), samples, codecs::Sample{0});
        fifo_size_ += samples;
        return;
    }
    // put() let in only what is whole and fits, so a failure here could only be an empty frame.
    if (const auto samples = decoder_.decode(payload, room)) {
        fifo_size_ += *samples;
    } else {
        append_concealed(info().samples(codecs::kFrame_ms));
    }
}

void AudioIn::append_concealed(std::size_t samples) noexcept
{
    const std::size_t count = std::min(samples, fifo_capacity_ - fifo_size_);
    decoder_.conceal({fifo_.get() + fifo_size_, count});
    fifo_size_ += count;
    ++concealed_;
}

/// Nothing is due: conceals for a moment, since the packet may only be late; false once it is a pause.
bool AudioIn::bridge_gap(std::size_t frame_samples) noexcept
{
    if (empty_turns_ >= kConcealMax && fifo_size_ == 0) {
        return false;
    }
    ++empty_turns_;
    append_concealed(frame_samples - fifo_size_);
    return true;
}

void AudioIn::restart() noexcept
{
    jitter_.reset();
    decoder_.reset();
    fifo_size_ = 0;
    empty_turns_ = kConcealMax;
}

}  // namespace rb::media
