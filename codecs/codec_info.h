// codec_info.h — what is known of each codec before any audio flows: names, clocks, sizes.
#pragma once

#include "codecs/pcm.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rb::codecs {

enum class CodecId : std::uint8_t {
    Pcmu,
    Pcma,
    G722,
    L16_8,   // NOLINT(readability-identifier-naming): the rate in kHz, as one says it
    L16_16,  // NOLINT(readability-identifier-naming)
    L16_48,  // NOLINT(readability-identifier-naming)
    Opus,
    Gsm,
    G726,
    G726Aal2,
    G726_16,      // NOLINT(readability-identifier-naming): the rate in kbit/s, which is 32 where none is said
    G726_24,      // NOLINT(readability-identifier-naming)
    G726Aal2_16,  // NOLINT(readability-identifier-naming)
    G726Aal2_24,  // NOLINT(readability-identifier-naming)
    Adpcm,
    G729,
    Count_,  ///< number of codecs; keep last
};

inline constexpr std::size_t kCodecCount = static_cast<std::size_t>(CodecId::Count_);

struct CodecInfo {
    CodecId id = CodecId::Count_;
    std::string_view config_name;    ///< as `allow=` spells it
    std::string_view encoding_name;  ///< as a=rtpmap spells it (RFC 3551, RFC 4855); compared without case
    std::optional<std::uint8_t> static_payload_type;  ///< RFC 3551 §6; nothing = always dynamic
    std::uint32_t clock_rate = 0;                     ///< of RTP timestamps and a=rtpmap
    std::uint32_t sample_rate = 0;                    ///< of the samples encoded and decoded; with any_rate the best
    std::uint8_t channels = 1;                        ///< as a=rtpmap counts them
    std::uint8_t unit_ms = 1;      ///< the shortest audio it can code; packet durations are multiples of it
    std::uint16_t unit_bytes = 0;  ///< payload bytes of one unit; 0 = varies
    bool has_history = false;      ///< what a payload means depends on those before it
    bool any_rate = false;         ///< encodes from and decodes to each rate of a mix alike
    std::uint32_t packet_ms_max = kPacket_ms_max;  ///< the longest packet that is received
    /// Goes from one peer to another as it is, and nothing else: what is encoded is no byte, what is decoded silence.
    bool passed_only = false;

    /// Payload bytes of `ms` of audio, a multiple of unit_ms; 0 when the codec's size varies.
    [[nodiscard]] constexpr std::size_t payload_bytes(std::uint32_t ms) const noexcept
    {
        return std::size_t{ms / unit_ms} * unit_bytes;
    }
    /// RTP timestamp ticks of `ms` of audio.
    [[nodiscard]] constexpr std::uint32_t clock_ticks(std::uint32_t ms) const noexcept
    {
        return clock_rate / 1000 * ms;
    }
    /// Samples of `ms` of audio.
    [[nodiscard]] constexpr std::size_t samples(std::uint32_t ms) const noexcept
    {
        return samples_per_ms(sample_rate) * ms;
    }
};

// G.722's clock is 8000 although it samples at 16000: an error of RFC 1890 that RFC 3551 §4.5.2 keeps.
inline constexpr std::array<CodecInfo, kCodecCount> kCodecs{{
    {CodecId::Pcmu, "ulaw", "PCMU", 0, 8'000, 8'000, 1, 1, 8},
    {CodecId::Pcma, "alaw", "PCMA", 8, 8'000, 8'000, 1, 1, 8},
    {CodecId::G722, "g722", "G722", 9, 8'000, 16'000, 1, 1, 8, true},
    {CodecId::L16_8, "slin", "L16", std::nullopt, 8'000, 8'000, 1, 1, 16},
    {CodecId::L16_16, "slin16", "L16", std::nullopt, 16'000, 16'000, 1, 1, 32},
    {CodecId::L16_48, "slin48", "L16", std::nullopt, 48'000, 48'000, 1, 1, 96},
    // RFC 7587 §4.1 and §7: the clock and the channels of its rtpmap are these, whatever is sent.
    {CodecId::Opus, "opus", "opus", std::nullopt, 48'000, 48'000, 2, kFrame_ms, 0, true, true, kOpusPacket_ms_max},
    {CodecId::Gsm, "gsm", "GSM", 3, 8'000, 8'000, 1, 20, 33, true},
    {CodecId::G726, "g726", "G726-32", std::nullopt, 8'000, 8'000, 1, 1, 4, true},
    {CodecId::G726Aal2, "g726aal2", "AAL2-G726-32", std::nullopt, 8'000, 8'000, 1, 1, 4, true},
    {CodecId::G726_16, "g726-16", "G726-16", std::nullopt, 8'000, 8'000, 1, 1, 2, true},
    {CodecId::G726_24, "g726-24", "G726-24", std::nullopt, 8'000, 8'000, 1, 1, 3, true},
    {CodecId::G726Aal2_16, "g726aal2-16", "AAL2-G726-16", std::nullopt, 8'000, 8'000, 1, 1, 2, true},
    {CodecId::G726Aal2_24, "g726aal2-24", "AAL2-G726-24", std::nullopt, 8'000, 8'000, 1, 1, 3, true},
    // RFC 3551 §4.5.1: a header of four bytes stands before the codes of each packet, so packets cannot be joined.
    {CodecId::Adpcm, "adpcm", "DVI4", 5, 8'000, 8'000, 1, 20, 84, true},
    {CodecId::G729, "g729", "G729", 18, 8'000, 8'000, 1, 10, 10, true, false, kPacket_ms_max, true},
}};

/// The largest payload any codec needs for the longest packet.
inline constexpr std::size_t kPayloadBytesMax = std::size_t{96} * kPacket_ms_max;

[[nodiscard]] constexpr const CodecInfo& codec_info(CodecId id) noexcept
{
    return kCodecs[static_cast<std::size_t>(id)];
}

/// The codec `allow=` means by `name` (exact spelling), or nothing.
[[nodiscard]] std::optional<CodecId> codec_by_config_name(std::string_view name) noexcept;

/// One a=rtpmap, without its payload type.
struct RtpMap {
    std::string_view encoding_name;
    std::uint32_t clock_rate = 0;
    std::uint8_t channels = 1;
};

/// The codec a peer means by an rtpmap (encoding name without case, RFC 4855 §3), or nothing.
[[nodiscard]] std::optional<CodecId> codec_by_rtpmap(const RtpMap& rtpmap) noexcept;

/// The codec a payload type means without any rtpmap (RFC 3551 §6), or nothing.
[[nodiscard]] std::optional<CodecId> codec_by_static_payload_type(std::uint8_t payload_type) noexcept;

}  // namespace rb::codecs
