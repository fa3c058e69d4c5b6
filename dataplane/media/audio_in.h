// audio_in.h — what a leg hears: payloads go in as they come, frames of 20 ms come out as they are due.
//
// Where the delay is to change, talk is made a pitch period shorter or longer; pauses are cut or held.
#pragma once

#include "codecs/comfort_noise.h"
#include "codecs/decoder.h"
#include "dataplane/base/time.h"
#include "dataplane/media/jitter_buffer.h"
#include "dataplane/media/jitter_options.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {

/// Jitter buffer, decoder and concealment of one received stream.
/// Owner: whoever holds the leg. The constructor allocates; nothing else does.
class AudioIn {
public:
    /// options   their max_size decides how much storage there is for ever
    explicit AudioIn(codecs::CodecId codec, const JitterOptions& options = {});

    [[nodiscard]] const codecs::CodecInfo& info() const noexcept { return decoder_.info(); }
    /// Samples of the 20 ms that read() fills.
    [[nodiscard]] std::size_t frame_samples() const noexcept { return codecs::frame_samples(decoder_.rate()); }
    /// Decodes to this rate from now on, where the codec leaves the choice.
    void set_rate(std::uint32_t rate) noexcept;

    /// One received packet; of anything but audio and noise the payload is not kept.
    struct Packet {
        std::uint32_t sequence = 0;  ///< extended by the count of wraps
        std::uint32_t timestamp = 0;
        std::span<const std::uint8_t> payload{};
        JitterBuffer::Content content = JitterBuffer::Content::Audio;
    };
    /// Returns the jitter buffer's verdict, or Drop::BadLength for audio shorter than 1 ms or longer than
    /// info().packet_ms_max.
    [[nodiscard]] tl::expected<void, Drop> put(const Packet& packet, Nanos now) noexcept;

    /// A gate that no frame passes.
    static constexpr std::uint32_t kClosed = 0xffff'ffff;

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
    /// gate    mean |sample| below which a frame is not worth decoding; 0 = decode everything, kClosed = no whole frame
    [[nodiscard]] Frame read(std::span<codecs::Sample> frame, std::uint32_t gate, Nanos now) noexcept;

    /// The stream began anew: another SSRC or a jump of its sequence.
    void restart() noexcept;

    void set_jitter(const JitterOptions& options) noexcept { jitter_.set_options(options); }

    [[nodiscard]] const JitterBuffer& jitter_buffer() const noexcept { return jitter_; }
    /// Frames that were filled in place of lost or late audio.
    [[nodiscard]] std::uint64_t concealed() const noexcept { return concealed_; }
    /// Pitch periods taken out of talk, and put in.
    [[nodiscard]] std::uint64_t shortened() const noexcept { return shortened_; }
    [[nodiscard]] std::uint64_t lengthened() const noexcept { return lengthened_; }

private:
    using Adjustment = JitterBuffer::Adjustment;

    /// Payloads in a row that were decoded to quiet frames, by their hashes. Opus goes round in up to eight.
    static constexpr std::size_t kSilencesMax = 8;

    [[nodiscard]] bool quiet(std::span<const std::uint8_t> payload, std::size_t frame_samples, std::uint32_t gate,
                             Frame& result) const noexcept;
    [[nodiscard]] bool is_known_silence(std::span<const std::uint8_t> payload) const noexcept;
    void note_decoded(std::size_t hash, bool quiet) noexcept;
    [[nodiscard]] bool hold_pause(std::uint32_t gate) noexcept;
    [[nodiscard]] bool cut_pause() noexcept;
    [[nodiscard]] std::size_t samples_of(Nanos duration) const noexcept;
    [[nodiscard]] Nanos duration_of(std::size_t samples) const noexcept;
    [[nodiscard]] std::size_t take_left_over(std::span<codecs::Sample> frame) noexcept;
    [[nodiscard]] std::size_t hand_out(std::span<const codecs::Sample> whole, std::span<codecs::Sample> rest) noexcept;
    template <typename Fill>
    [[nodiscard]] std::size_t give(std::span<codecs::Sample> rest, std::size_t count, Fill&& fill) noexcept;
    void decode_to(std::span<const std::uint8_t> payload, std::span<codecs::Sample> samples) noexcept;
    [[nodiscard]] Adjustment wanted() noexcept;
    [[nodiscard]] float similarity_min() const noexcept;
    [[nodiscard]] std::size_t play(std::span<const std::uint8_t> payload, std::span<codecs::Sample> rest, Nanos now,
                                   JitterBuffer::Scratch& scratch) noexcept;
    [[nodiscard]] std::size_t play_lost(Nanos duration, std::span<codecs::Sample> rest,
                                        JitterBuffer::Scratch& scratch) noexcept;
    [[nodiscard]] Frame pause(std::span<codecs::Sample> frame, std::size_t filled, std::uint32_t gate) noexcept;
    [[nodiscard]] std::size_t conceal(std::span<codecs::Sample> rest, std::size_t count,
                                      std::span<const std::uint8_t> next) noexcept;

    JitterBuffer jitter_;
    codecs::Decoder decoder_;
    codecs::ComfortNoise noise_;
    bool noise_on_ = false;                             // the far end has said how its pause sounds
    std::array<std::size_t, kSilencesMax> silences_{};  // a ring
    std::size_t silence_count_ = 0;                     // put into it so far
    bool hold_ = false;                                 // the quiet frame handed out last is to be followed by another
    std::uint32_t quiet_magnitude_ = 0;                 // its
    Nanos off_target_for_ = 0ns;                        // how long the delay has been
    std::unique_ptr<codecs::Sample[]> left_over_;       // decoded, not yet read: a packet may be longer than a frame
    std::size_t left_over_size_ = 0;
    Nanos ahead_ = 0ns;  // concealed since the last packet: if it was lost, that much need not be concealed again
    std::uint64_t concealed_ = 0;
    std::uint64_t shortened_ = 0;
    std::uint64_t lengthened_ = 0;
};

}  // namespace rb::media
