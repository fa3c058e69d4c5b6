// voice.h — what a leg says: a loop of encoded packets, a tone or speech from a file.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rb::load {

/// The number a codec has in what we offer: its own (RFC 3551 §6), or one that no other of ours has.
[[nodiscard]] std::uint8_t payload_type_of(codecs::CodecId codec) noexcept;

/// Some seconds of audio, encoded once and shared by all legs that speak it.
class Voice {
public:
    /// How it is coded.
    struct Form {
        codecs::CodecId codec = codecs::CodecId::Pcmu;
        unsigned ptime_ms = 20;

        friend auto operator<=>(const Form&, const Form&) = default;
    };

    [[nodiscard]] static Voice silence(const Form& form);
    /// A sine, which a whole number of hertz joins without a seam.
    [[nodiscard]] static Voice tone(const Form& form, std::uint32_t hz, double amplitude);
    /// A WAV file: mono, 8 kHz, 16 bits; an Error names what it is instead.
    [[nodiscard]] static Result<Voice> speech(const Form& form, const std::string& path);

    /// The payload of a call's packet of this number, counted from 0.
    [[nodiscard]] std::span<const std::uint8_t> packet(std::uint64_t number) const noexcept;

private:
    Voice(const Form& form, std::span<const codecs::Sample> samples);

    std::vector<std::uint8_t> bytes_;                           // of all packets, one after another
    std::vector<std::pair<std::size_t, std::size_t>> packets_;  // where each begins, and its size
};

}  // namespace rb::load
