#include "tools/rbload/voice.h"

#include "codecs/g711.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>

namespace rb::load {
namespace {

constexpr std::size_t kRate = 8000;
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
           little_endian(format, 4, 4) == kRate && little_endian(format, 14, 2) == 16;
}

}  // namespace

void encode(Law law, std::span<const codecs::Sample> samples, std::span<std::uint8_t> payload) noexcept
{
    law == Law::Ulaw ? codecs::encode_ulaw(samples, payload) : codecs::encode_alaw(samples, payload);
}

void decode(Law law, std::span<const std::uint8_t> payload, std::span<codecs::Sample> samples) noexcept
{
    law == Law::Ulaw ? codecs::decode_ulaw(payload, samples) : codecs::decode_alaw(payload, samples);
}

Voice::Voice(Law law, std::span<const codecs::Sample> samples) : loop_(samples.size())
{
    encode(law, samples, loop_);
}

Voice Voice::silence(Law law)
{
    return {law, std::vector<codecs::Sample>(kRate)};
}

Voice Voice::tone(Law law, std::uint32_t hz, double amplitude)
{
    std::vector<codecs::Sample> samples(kRate);
    for (std::size_t i = 0; i < kRate; ++i) {
        const double turn = 2 * std::numbers::pi * hz * static_cast<double>(i) / kRate;
        samples[i] = static_cast<codecs::Sample>(std::lround(amplitude * std::sin(turn)));
    }
    return {law, samples};
}

Result<Voice> Voice::speech(Law law, const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    const std::string_view audio = chunk(bytes, "data");
    if (!file || !bytes.starts_with("RIFF") || !is_mono_8k_16bit(chunk(bytes, "fmt ")) || audio.size() < 2) {
        return failure("cannot speak '" + path + "': expected a WAV file, mono, 8000 Hz, 16 bits");
    }
    std::vector<codecs::Sample> samples(audio.size() / 2);
    std::memcpy(samples.data(), audio.data(), samples.size() * 2);
    return Voice{law, samples};
}

void Voice::copy(std::uint64_t position, std::span<std::uint8_t> payload) const noexcept
{
    std::size_t at = position % loop_.size();
    while (!payload.empty()) {
        const std::size_t now = std::min(payload.size(), loop_.size() - at);
        std::memcpy(payload.data(), loop_.data() + at, now);
        payload = payload.subspan(now);
        at = 0;
    }
}

}  // namespace rb::load
