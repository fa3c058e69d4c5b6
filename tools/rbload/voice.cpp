#include "tools/rbload/voice.h"

#include "codecs/encoder.h"
#include "codecs/resampler.h"

#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>

namespace rb::load {
namespace {

constexpr std::uint32_t kSpeechRate = 8000;
/// Whole packets of every length, and whole periods of every tone.
constexpr std::uint32_t kLoop_ms = 3000;  // NOLINT(readability-identifier-naming): the unit comes last
constexpr std::size_t kRiffHeaderBytes = 12;
constexpr std::size_t kChunkHeaderBytes = 8;

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t width)
{
    std::uint32_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = value << 8U | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

/// The body of a RIFF chunk, or nothing.
std::string_view chunk(std::string_view file, std::string_view name)
{
    std::size_t at = kRiffHeaderBytes;
    while (at + kChunkHeaderBytes <= file.size()) {
        const std::size_t size = little_endian(file, at + 4, 4);
        if (file.substr(at, 4) == name) {
            return file.substr(at + kChunkHeaderBytes, size);
        }
        at += kChunkHeaderBytes + size + size % 2;
    }
    return {};
}

bool is_mono_8k_16bit(std::string_view format)
{
    constexpr std::size_t kFormatBytes = 16;
    return format.size() >= kFormatBytes && little_endian(format, 0, 2) == 1 && little_endian(format, 2, 2) == 1 &&
           little_endian(format, 4, 4) == kSpeechRate && little_endian(format, 14, 2) == 16;
}

}  // namespace

std::uint8_t payload_type_of(codecs::CodecId codec) noexcept
{
    constexpr std::uint8_t kFirstDynamic = 96;
    const auto& info = codecs::codec_info(codec);
    return info.static_payload_type.value_or(static_cast<std::uint8_t>(kFirstDynamic + static_cast<unsigned>(codec)));
}

/// A codec with a history goes around twice, and the second time is kept: then the loop joins without a seam.
Voice::Voice(const Form& form, std::span<const codecs::Sample> samples)
{
    codecs::Encoder encoder{form.codec};
    const std::size_t length = encoder.info().samples(form.ptime_ms);
    std::array<std::uint8_t, codecs::kPayloadBytesMax> payload{};
    for (int round = encoder.info().has_history ? 0 : 1; round < 2; ++round) {
        for (std::size_t at = 0; at + length <= samples.size(); at += length) {
            const std::size_t size = encoder.encode(samples.subspan(at, length), payload);
            if (round == 1) {
                packets_.emplace_back(bytes_.size(), size);
                bytes_.insert(bytes_.end(), payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
            }
        }
    }
}

Voice Voice::silence(const Form& form)
{
    return {form, std::vector<codecs::Sample>(codecs::codec_info(form.codec).samples(kLoop_ms))};
}

Voice Voice::tone(const Form& form, std::uint32_t hz, double amplitude)
{
    const auto& info = codecs::codec_info(form.codec);
    std::vector<codecs::Sample> samples(info.samples(kLoop_ms));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double turn = 2 * std::numbers::pi * hz * static_cast<double>(i) / info.sample_rate;
        samples[i] = static_cast<codecs::Sample>(std::lround(amplitude * std::sin(turn)));
    }
    return {form, samples};
}

Result<Voice> Voice::speech(const Form& form, const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    const std::string_view audio = chunk(bytes, "data");
    const std::size_t packet_bytes = form.ptime_ms * kSpeechRate / 1000 * 2;
    if (!file || !bytes.starts_with("RIFF") || !is_mono_8k_16bit(chunk(bytes, "fmt ")) || audio.size() < packet_bytes) {
        return failure("cannot speak '" + path + "': expected a WAV file, mono, 8000 Hz, 16 bits");
    }
    std::vector<codecs::Sample> narrow(audio.size() / packet_bytes * packet_bytes / 2);  // whole packets
    std::memcpy(narrow.data(), audio.data(), narrow.size() * 2);
    const std::uint32_t rate = codecs::codec_info(form.codec).sample_rate;
    codecs::Resampler resampler{kSpeechRate, rate};
    std::vector<codecs::Sample> samples(narrow.size() * (rate / kSpeechRate));
    resampler.process(narrow, samples);
    return Voice{form, samples};
}

std::span<const std::uint8_t> Voice::packet(std::uint64_t number) const noexcept
{
    const auto [at, size] = packets_[number % packets_.size()];
    return std::span{bytes_}.subspan(at, size);
}

}  // namespace rb::load
