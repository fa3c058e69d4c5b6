#include "dataplane/media/audio_in.h"

#include "codecs/level.h"
#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::media {
namespace {

/// Packets held for the cap of 200 ms, and two more that are just coming and going.
constexpr std::size_t kCells = 12;
/// Of a codec whose payloads vary: 200 ms of Opus at 100 kbit/s, in pieces that speech of 20 ms about fills.
constexpr JitterBuffer::Storage kVaryingStorage{.cell_bytes = 80, .cells = 32};

JitterBuffer::Storage storage_for(codecs::CodecId codec)
{
    const std::size_t frame = codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms);
    return frame == 0 ? kVaryingStorage : JitterBuffer::Storage{.cell_bytes = frame, .cells = kCells};
}

}  // namespace

AudioIn::AudioIn(codecs::CodecId codec)
    : jitter_{storage_for(codec)},
      decoder_{codec},
      left_over_{std::make_unique_for_overwrite<codecs::Sample[]>(info().samples(info().packet_ms_max))},
      packet_samples_{frame_samples()}
{
}

void AudioIn::set_rate(std::uint32_t rate) noexcept
{
    if (info().any_rate && rate != decoder_.rate()) {
        packet_samples_ = packet_samples_ * rate / decoder_.rate();
        decoder_.set_rate(rate);
        left_over_size_ = 0;
    }
}

tl::expected<void, Drop> AudioIn::put(std::uint32_t sequence, std::span<const std::uint8_t> payload, Nanos now) noexcept
{
    Nanos duration = kFrame;
    if (!payload.empty()) {
        const std::size_t samples = decoder_.samples_in(payload);
        const std::size_t per_ms = codecs::samples_per_ms(decoder_.rate());
        const auto ms = samples / per_ms;
        if (ms == 0 || samples > per_ms * info().packet_ms_max) {
            return tl::unexpected(Drop::BadLength);
        }
        duration = std::chrono::milliseconds{ms};
    }
    return jitter_.put({.sequence = sequence, .payload = payload, .duration = duration}, now);
}

AudioIn::Frame AudioIn::read(std::span<codecs::Sample> frame, std::uint32_t gate, Nanos now) noexcept
{
    RB_ASSERT(frame.size() == frame_samples());
    JitterBuffer::Scratch scratch;
    std::size_t filled = take_left_over(frame);
    while (filled < frame.size()) {
        const auto rest = frame.subspan(filled);
        const auto taken = jitter_.take(now, scratch);
        switch (taken.verdict) {
            case JitterBuffer::Verdict::Frame: {
                empty_turns_ = 0;
                if (!taken.payload.empty()) {
                    packet_samples_ = decoder_.samples_in(taken.payload);
                }
                Frame result;
                if (filled == 0 && quiet(taken.payload, frame.size(), gate, result)) {
                    return result;
                }
                filled +=
                    taken.payload.empty() ? silence(rest, samples_of(taken.duration)) : decode(taken.payload, rest);
                break;
            }
            case JitterBuffer::Verdict::Lost:
                filled += conceal(rest, packet_samples_, jitter_.next_in_turn(scratch));
                break;
            case JitterBuffer::Verdict::Empty:
                if (empty_turns_ >= kConcealMax && filled == 0) {
                    return {};  // not late any more: a pause
                }
                ++empty_turns_;
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
    const auto magnitude = codecs::payload_magnitude(info().id, payload);
    if (!magnitude || *magnitude >= gate) {
        return false;
    }
    result = {.heard = Heard::Quiet, .magnitude = *magnitude};
    return true;
}

std::size_t AudioIn::samples_of(Nanos duration) const noexcept
{
    return codecs::samples_per_ms(decoder_.rate()) * static_cast<std::size_t>(to_ms(duration));
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

/// Fills the rest of a frame from `count` samples that `fill` makes, and keeps what is over for the next.
template <typename Fill>
std::size_t AudioIn::give(std::span<codecs::Sample> rest, std::size_t count, Fill&& fill) noexcept
{
    if (count <= rest.size()) {
        fill(rest.first(count));
        return count;
    }
    std::array<codecs::Sample, codecs::kPacketSamplesMax> whole;
    fill(std::span{whole}.first(count));
    std::copy_n(whole.data(), rest.size(), rest.data());
    left_over_size_ = count - rest.size();
    std::copy_n(whole.data() + rest.size(), left_over_size_, left_over_.get());
    return rest.size();
}

std::size_t AudioIn::decode(std::span<const std::uint8_t> payload, std::span<codecs::Sample> rest) noexcept
{
    return give(rest, decoder_.samples_in(payload), [this, payload](std::span<codecs::Sample> samples) {
        const auto decoded = decoder_.decode(payload, samples);
        RB_ASSERT(decoded && *decoded == samples.size());  // put() let in only what is whole and fits
    });
}

std::size_t AudioIn::silence(std::span<codecs::Sample> rest, std::size_t count) noexcept
{
    return give(rest, count, [](std::span<codecs::Sample> samples) { std::ranges::fill(samples, codecs::Sample{0}); });
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
    empty_turns_ = kConcealMax;
}

}  // namespace rb::media
