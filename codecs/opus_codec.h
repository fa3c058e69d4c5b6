// opus_codec.h — Opus (RFC 6716) as RTP carries it (RFC 7587): frames of 20 ms or twice 10, mono, at any rate.
//
// libopus decodes to and encodes from 8, 16 or 48 kHz alike, so a leg's states work at the rate of its bridge and need
// no resampler. A stereo stream is decoded to its sum. Both states are initialised anew in place: begin() allocates
// nothing.
#pragma once

#include "codecs/pcm.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

struct OpusDecoder;
struct OpusEncoder;
struct OpusRepacketizer;

namespace rb::codecs {

/// The most bytes one frame takes (RFC 6716 §3.4).
inline constexpr std::size_t kOpusFrameBytesMax = 1275;

/// 20 ms of silence: one frame of CELT, full band, mono, whose first bit says that it is silent (RFC 6716 §4.3).
inline constexpr std::array<std::uint8_t, 3> kOpusSilence{0xf8, 0xff, 0xfe};

/// How a stream is encoded: what the configuration says within what the peer has asked for (RFC 7587 §6.1).
struct OpusOptions {
    std::uint32_t bitrate = 0;             ///< bit/s, 500 to 510000; 0 = what suits the rate of the samples
    std::uint32_t bitrate_max = 0;         ///< that the peer wants to be sent; 0 = none
    std::uint32_t playback_rate = 48'000;  ///< Hz that the peer can use: what lies above is not encoded
    std::uint8_t complexity = 5;           ///< 0 to 10
    std::uint8_t packet_loss = 0;          ///< percent, reckoned with whatever the peer reports
    bool constant_bitrate = false;
    bool fec = false;           ///< redundancy for lost frames may be sent
    bool dtx = false;           ///< silence need not be sent
    bool short_frames = false;  ///< two frames of 10 ms in each payload of 20, coded for little delay: to be parted

    friend bool operator==(const OpusOptions&, const OpusOptions&) = default;
};

/// 48 kHz samples in a payload, 120 to 5760; 0 when its structure is broken (RFC 6716 §3.4).
[[nodiscard]] std::size_t opus_samples(std::span<const std::uint8_t> payload) noexcept;

/// Frames of 10 ms in such a payload; 0 when its frames last longer or shorter.
[[nodiscard]] std::size_t opus_short_frames(std::span<const std::uint8_t> payload) noexcept;

/// Decoder of one stream. The constructor allocates 18 kB; nothing else does.
class OpusDecoding {
public:
    explicit OpusDecoding(std::uint32_t rate);

    /// Begins a stream at this rate: 8000, 16000, 24000 or 48000 Hz (asserted).
    void begin(std::uint32_t rate) noexcept;

    /// payload   well-formed: opus_samples() is not 0
    /// samples   as many as it holds at the rate (asserted); concealed when libopus refuses what is in the frames
    void decode(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept;
    /// Fills in for a lost packet; all of it when it is a multiple of 2.5 ms.
    void conceal(std::span<Sample> samples) noexcept;
    /// The same from the redundancy that the packet after the lost one may carry.
    void recover(std::span<const std::uint8_t> next_payload, std::span<Sample> samples) noexcept;

private:
    struct Free {
        void operator()(::OpusDecoder* state) const noexcept;
    };
    std::unique_ptr<::OpusDecoder, Free> state_;
    std::size_t step_ = 0;  // samples of 2.5 ms
};

/// Joins packets into one of their whole duration, and parts them again, without decoding (RFC 6716 §3.2.5).
class OpusJoiner {
public:
    OpusJoiner();

    /// Whether two packets may be joined: same mode, bandwidth, frame length and channels.
    [[nodiscard]] static bool alike(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other) noexcept
    {
        constexpr std::uint8_t all_but_count = 0xfc;
        return ((one.front() ^ other.front()) & all_but_count) == 0;
    }

    /// bytes     the packets one behind the other, each well-formed and like the first
    /// sizes     of each; together at most 120 ms
    /// returns   the bytes written; 0 when they do not fit
    [[nodiscard]] std::size_t join(std::span<const std::uint8_t> bytes, std::span<const std::uint16_t> sizes,
                                   std::span<std::uint8_t> out) noexcept;

    /// Makes one frame of a packet a packet of its own.
    ///
    /// packet    well-formed: opus_samples() is not 0
    /// returns   the bytes written; 0 when there is no such frame, or it does not fit
    [[nodiscard]] std::size_t part(std::span<const std::uint8_t> packet, std::size_t index,
                                   std::span<std::uint8_t> out) noexcept;

private:
    struct Free {
        void operator()(::OpusRepacketizer* state) const noexcept;
    };
    std::unique_ptr<::OpusRepacketizer, Free> state_;
};

/// Encoder of one stream. The constructor allocates 44 kB; nothing else does.
class OpusEncoding {
public:
    OpusEncoding(std::uint32_t rate, const OpusOptions& options);

    /// Begins a stream at this rate: 8000, 16000, 24000 or 48000 Hz (asserted).
    void begin(std::uint32_t rate) noexcept;

    /// samples   2.5, 5, 10, 20, 40 or 60 ms (asserted); with short_frames 20
    /// out       room for the payload; kOpusFrameBytesMax for 20 ms always suffice
    /// returns   the bytes written
    [[nodiscard]] std::size_t encode(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept;

    /// What the peer loses of this stream, 0 to 100: with fec from 1 on, redundancy is sent that suits it.
    void expect_loss(std::uint8_t percent) noexcept;
    /// Spends no more than this complexity, whatever the options say.
    void limit_complexity(std::uint8_t most) noexcept;

    [[nodiscard]] const OpusOptions& options() const noexcept { return options_; }

private:
    struct Free {
        void operator()(::OpusEncoder* state) const noexcept;
    };
    void set(int request, int value) noexcept;
    [[nodiscard]] int bandwidth() const noexcept;
    [[nodiscard]] int bitrate(std::uint32_t rate) const noexcept;
    void set_loss() noexcept;
    [[nodiscard]] std::size_t encode_whole(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept;
    [[nodiscard]] std::size_t encode_halves(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept;

    std::unique_ptr<::OpusEncoder, Free> state_;
    std::optional<OpusJoiner> joiner_;  // with short_frames
    OpusOptions options_;
    std::uint8_t complexity_max_ = 10;
    std::uint8_t loss_percent_ = 0;
};

}  // namespace rb::codecs
