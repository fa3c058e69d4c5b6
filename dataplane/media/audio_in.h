// audio_in.h — what a leg hears: payloads go in as they come, frames of 20 ms come out as they are due.
#pragma once

#include "codecs/decoder.h"
#include "dataplane/base/time.h"
#include "dataplane/media/jitter_buffer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {

/// Jitter buffer, decoder and concealment of one received stream.
/// Owner: whoever holds the leg. The constructor allocates; nothing else does.
class AudioIn {
public:
    explicit AudioIn(codecs::CodecId codec);

    [[nodiscard]] const codecs::CodecInfo& info() const noexcept { return decoder_.info(); }
    /// Samples of the 20 ms that read() fills.
    [[nodiscard]] std::size_t frame_samples() const noexcept { return codecs::frame_samples(decoder_.rate()); }
    /// Decodes to this rate from now on, where the codec leaves the choice.
    void set_rate(std::uint32_t rate) noexcept;

    /// One packet's payload; an empty one stands for a packet without audio. Returns the jitter buffer's verdict.
    [[nodiscard]] tl::expected<void, Drop> put(std::uint32_t sequence, std::span<const std::uint8_t> payload,
                                               Nanos now) noexcept;

    enum class Heard : std::uint8_t {
        Nothing,  ///< nobody spoke: no packet was due
        Quiet,    ///< a frame below the gate went by undecoded
        Audio,    ///< the frame is filled
    };
    struct Frame {
        Heard heard = Heard::Nothing;
        std::uint32_t magnitude = 0;  ///< mean |sample|, of a Quiet frame estimated
    };

    /// The frame now due.
    ///
    /// frame   frame_samples() (asserted); untouched unless Audio is returned
    /// gate    mean |sample| below which a frame is not worth decoding; 0 = decode everything
    [[nodiscard]] Frame read(std::span<codecs::Sample> frame, std::uint32_t gate, Nanos now) noexcept;

    /// The stream began anew: another SSRC or a jump of its sequence.
    void restart() noexcept;

    [[nodiscard]] const JitterBuffer& jitter_buffer() const noexcept { return jitter_; }
    /// Frames that were filled in place of lost or late audio.
    [[nodiscard]] std::uint64_t concealed() const noexcept { return concealed_; }

private:
    /// Empty turns in a row that are concealed before it counts as a pause.
    static constexpr unsigned kConcealMax = 3;

    [[nodiscard]] bool quiet(std::span<const std::uint8_t> payload, std::size_t frame_samples, std::uint32_t gate,
                             Frame& result) const noexcept;
    [[nodiscard]] std::size_t samples_of(Nanos duration) const noexcept;
    [[nodiscard]] std::size_t take_left_over(std::span<codecs::Sample> frame) noexcept;
    template <typename Fill>
    [[nodiscard]] std::size_t give(std::span<codecs::Sample> rest, std::size_t count, Fill&& fill) noexcept;
    [[nodiscard]] std::size_t decode(std::span<const std::uint8_t> payload, std::span<codecs::Sample> rest) noexcept;
    [[nodiscard]] std::size_t silence(std::span<codecs::Sample> rest, std::size_t count) noexcept;
    [[nodiscard]] std::size_t conceal(std::span<codecs::Sample> rest, std::size_t count,
                                      std::span<const std::uint8_t> next) noexcept;

    JitterBuffer jitter_;
    codecs::Decoder decoder_;
    std::unique_ptr<codecs::Sample[]> left_over_;  // decoded, not yet read: a packet may be longer than a frame
    std::size_t left_over_size_ = 0;
    std::size_t packet_samples_;  // of the newest packet; a lost one is taken to have been as long
    unsigned empty_turns_ = kConcealMax;
    std::uint64_t concealed_ = 0;
};

}  // namespace rb::media
