#include "control/files/sound_file.h"

#include "codecs/decoder.h"
#include "control/files/sound_format.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sndfile.h>
#include <soxr.h>

namespace rb::files {
namespace {

using Samples = std::vector<codecs::Sample>;

struct Decoded {
    Samples samples;
    std::uint32_t rate = 8000;
};

Result<std::vector<std::uint8_t>> read_bytes(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        return failure("cannot open " + path);
    }
    return std::vector<std::uint8_t>{std::istreambuf_iterator<char>{file}, {}};
}

Result<Decoded> read_raw(const std::string& path, codecs::CodecId codec)
{
    const auto bytes = read_bytes(path);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    codecs::Decoder decoder{codec};
    const std::size_t frame = decoder.info().payload_bytes(codecs::kFrame_ms);
    Decoded decoded{.samples = {}, .rate = decoder.info().sample_rate};
    std::array<codecs::Sample, codecs::kFrameSamplesMax> samples{};
    for (std::size_t at = 0; at < bytes->size(); at += frame) {
        const auto piece = std::span{*bytes}.subspan(at, std::min(frame, bytes->size() - at));
        if (const auto count = decoder.decode(piece, samples)) {
            decoded.samples.insert(decoded.samples.end(), samples.begin(),
                                   samples.begin() + static_cast<std::ptrdiff_t>(*count));
        }
    }
    return decoded;
}

Result<Decoded> read_with_libsndfile(const std::string& path, const std::optional<SoundFormat>& format)
{
    SF_INFO info{};
    if (format && format->headerless()) {
        info.format = format->libsndfile;
        info.samplerate = static_cast<int>(format->rate);
        info.channels = 1;
    }
    const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file{sf_open(path.c_str(), SFM_READ, &info), sf_close};
    if (file == nullptr || info.channels < 1) {
        return failure("cannot read " + path + ": " + sf_strerror(nullptr));
    }
    const auto channels = static_cast<std::size_t>(info.channels);
    Samples interleaved(static_cast<std::size_t>(info.frames) * channels);
    const auto frames =
        static_cast<std::size_t>(std::max<sf_count_t>(sf_readf_short(file.get(), interleaved.data(), info.frames), 0));
    Decoded decoded{.samples = Samples(frames), .rate = static_cast<std::uint32_t>(info.samplerate)};
    for (std::size_t i = 0; i < frames; ++i) {
        int sum = 0;
        for (std::size_t channel = 0; channel < channels; ++channel) {
            sum += interleaved[i * channels + channel];
        }
        decoded.samples[i] = static_cast<codecs::Sample>(sum / info.channels);
    }
    return decoded;
}

Result<Decoded> read_any(const std::string& path)
{
    const auto format = sound_format(path);
    return format && format->codec ? read_raw(path, *format->codec) : read_with_libsndfile(path, format);
}

/// The whole file at once, so quality costs nothing that matters.
Result<Samples> resample(const Decoded& decoded, std::uint32_t rate)
{
    // Exactly as long as the file at every rate, so that music is at the same position in all codecs.
    Samples out((decoded.samples.size() * rate + decoded.rate - 1) / decoded.rate);
    const soxr_io_spec_t io = soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    std::size_t made = 0;
    const soxr_error_t error = soxr_oneshot(decoded.rate, rate, 1, decoded.samples.data(), decoded.samples.size(),
                                            nullptr, out.data(), out.size(), &made, &io, &quality, nullptr);
    if (error != nullptr) {
        return failure(std::string{"cannot resample: "} + error);
    }
    return out;
}

}  // namespace

Result<std::vector<codecs::Sample>> read_sound(const std::string& path, std::uint32_t rate)
{
    auto decoded = read_any(path);
    if (!decoded) {
        return tl::unexpected(decoded.error());
    }
    if (decoded->rate == rate) {
        return std::move(decoded->samples);
    }
    if (decoded->rate == 0) {
        return failure(path + " has no sample rate");
    }
    return resample(*decoded, rate);
}

}  // namespace rb::files
