#include "control/files/sound_format.h"

#include <algorithm>
#include <array>
#include <sndfile.h>

namespace rb::files {
namespace {

constexpr int kUlaw = SF_FORMAT_RAW | SF_FORMAT_ULAW;
constexpr int kAlaw = SF_FORMAT_RAW | SF_FORMAT_ALAW;
constexpr int kLinear = SF_FORMAT_RAW | SF_FORMAT_PCM_16 | SF_ENDIAN_CPU;
constexpr int kOpus = SF_FORMAT_OGG | SF_FORMAT_OPUS;

/// As Asterisk names them (.WAV and .wav49: GSM in a WAV file). Of two that fit a name the one first here counts.
constexpr std::array<SoundFormat, 28> kFormats{{
    {".ulaw.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, 8000, std::nullopt},
    {".alaw.wav", SF_FORMAT_WAV | SF_FORMAT_ALAW, 8000, std::nullopt},
    {".wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 0, std::nullopt},
    {".wav16", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, std::nullopt},
    {".WAV", SF_FORMAT_WAV | SF_FORMAT_GSM610, 8000, std::nullopt},
    {".wav49", SF_FORMAT_WAV | SF_FORMAT_GSM610, 8000, std::nullopt},
    {".gsm", SF_FORMAT_RAW | SF_FORMAT_GSM610, 8000, std::nullopt},
    {".ulaw", kUlaw, 8000, std::nullopt},
    {".ul", kUlaw, 8000, std::nullopt},
    {".pcm", kUlaw, 8000, std::nullopt},
    {".alaw", kAlaw, 8000, std::nullopt},
    {".al", kAlaw, 8000, std::nullopt},
    {".g722", 0, 16000, codecs::CodecId::G722},
    {".sln", kLinear, 8000, std::nullopt},
    {".sln8", kLinear, 8000, std::nullopt},
    {".slin", kLinear, 8000, std::nullopt},
    {".raw", kLinear, 8000, std::nullopt},
    {".sln12", kLinear, 12000, std::nullopt},
    {".sln16", kLinear, 16000, std::nullopt},
    {".sln24", kLinear, 24000, std::nullopt},
    {".sln32", kLinear, 32000, std::nullopt},
    {".sln44", kLinear, 44100, std::nullopt},
    {".sln48", kLinear, 48000, std::nullopt},
    {".sln96", kLinear, 96000, std::nullopt},
    {".sln192", kLinear, 192000, std::nullopt},
    {".opus", kOpus, 48000, std::nullopt},
    {".ogg", kOpus, 48000, std::nullopt},
    {".flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0, std::nullopt},
}};

}  // namespace

bool SoundFormat::headerless() const noexcept
{
    return codec || (libsndfile & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW;
}

std::optional<SoundFormat> sound_format(std::string_view path)
{
    const auto* const found = std::find_if(kFormats.begin(), kFormats.end(),
                                           [&](const SoundFormat& format) { return path.ends_with(format.extension); });
    return found == kFormats.end() ? std::nullopt : std::optional{*found};
}

std::string recordable_formats()
{
    std::string names;
    for (const SoundFormat& format : kFormats) {
        if (format.recordable()) {
            names += (names.empty() ? "" : ", ") + std::string{format.extension.substr(1)};
        }
    }
    return names;
}

}  // namespace rb::files
