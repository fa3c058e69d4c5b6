// voice.h — what a leg says: a loop of encoded audio, a tone or speech from a file, from which packets are cut.
#pragma once

#include "codecs/pcm.h"
#include "dataplane/base/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rb::load {

/// The codecs a phone of 1972 has.
enum class Law : std::uint8_t {
    Ulaw,
    Alaw
};

[[nodiscard]] constexpr std::uint8_t payload_type_of(Law law) noexcept
{
    return law == Law::Ulaw ? 0 : 8;  // RFC 3551 §6
}

/// Compresses samples; both spans are of one length.
void encode(Law law, std::span<const codecs::Sample> samples, std::span<std::uint8_t> payload) noexcept;
/// Expands a payload; both spans are of one length.
void decode(Law law, std::span<const std::uint8_t> payload, std::span<codecs::Sample> samples) noexcept;

/// A loop of audio at 8 kHz, encoded once and shared by all legs that speak it.
class Voice {
public:
    [[nodiscard]] static Voice silence(Law law);
    /// One second of a sine, which a whole number of hertz joins without a seam.
    [[nodiscard]] static Voice tone(Law law, std::uint32_t hz, double amplitude);
    /// A WAV file: mono, 8 kHz, 16 bits; an Error names what it is instead.
    [[nodiscard]] static Result<Voice> speech(Law law, const std::string& path);

    /// Copies the audio at a position (in samples since the start of the call) into a payload.
    void copy(std::uint64_t position, std::span<std::uint8_t> payload) const noexcept;

private:
    Voice(Law law, std::span<const codecs::Sample> samples);

    std::vector<std::uint8_t> loop_;
};

}  // namespace rb::load
