#include "control/files/recording_format.h"

#include <algorithm>
#include <array>
#include <sndfile.h>
#include <string_view>

namespace rb::files {
namespace {

struct Named {
    std::string_view extension;
    RecordingFormat format;
};

constexpr int kLinear = SF_FORMAT_RAW | SF_FORMAT_PCM_16 | SF_ENDIAN_CPU;
constexpr int kOpus = SF_FORMAT_OGG | SF_FORMAT_OPUS;

constexpr std::array<Named, 15> kFormats{{
    {".wav", {.libsndfile = SF_FORMAT_WAV | SF_FORMAT_PCM_16, .rate = 0}},
    {".wav16", {.libsndfile = SF_FORMAT_WAV | SF_FORMAT_PCM_16, .rate = 16000}},
    {".ulaw", {.libsndfile = SF_FORMAT_RAW | SF_FORMAT_ULAW, .rate = 8000}},
    {".ul", {.libsndfile = SF_FORMAT_RAW | SF_FORMAT_ULAW, .rate = 8000}},
    {".pcm", {.libsndfile = SF_FORMAT_RAW | SF_FORMAT_ULAW, .rate = 8000}},
    {".alaw", {.libsndfile = SF_FORMAT_RAW | SF_FORMAT_ALAW, .rate = 8000}},
    {".al", {.libsndfile = SF_FORMAT_RAW | SF_FORMAT_ALAW, .rate = 8000}},
    {".sln", {.libsndfile = kLinear, .rate = 8000}},
    {".slin", {.libsndfile = kLinear, .rate = 8000}},
    {".raw", {.libsndfile = kLinear, .rate = 8000}},
    {".sln16", {.libsndfile = kLinear, .rate = 16000}},
    {".sln24", {.libsndfile = kLinear, .rate = 24000}},
    {".sln48", {.libsndfile = kLinear, .rate = 48000}},
    {".opus", {.libsndfile = kOpus, .rate = 48000}},
    {".ogg", {.libsndfile = kOpus, .rate = 48000}},
}};

}  // namespace

std::optional<RecordingFormat> recording_format(const std::string& extension)
{
    const auto* const found = std::find_if(kFormats.begin(), kFormats.end(),
                                           [&](const Named& named) { return named.extension == extension; });
    return found == kFormats.end() ? std::nullopt : std::optional{found->format};
}

std::string recording_format_names()
{
    std::string names;
    for (const Named& named : kFormats) {
        names += (names.empty() ? "" : ", ") + std::string{named.extension.substr(1)};
    }
    return names;
}

}  // namespace rb::files
