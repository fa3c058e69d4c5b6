#include "control/files/sound_file.h"

#include "codecs/decoder.h"
#include "control/files/sound_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sndfile.h>
#include <soxr.h>
#include <span>
#include <vector>

namespace rb::files {
namespace {

using Samples = std::vector<codecs::Sample>;

constexpr sf_count_t kPieceFrames = 4'096;
constexpr int kChannelsMax = 32;
constexpr std::uint32_t kRateMin = 2'000;
constexpr std::uint32_t kRateMax = 768'000;

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

/// Frames of several channels, as the mean of these. As floats, since libsndfile takes floats in a file for integers of
/// one at the most, and integers beyond 16 bits are cut.
void add_mono(std::span<const float> interleaved, std::size_t channels, Samples& samples)
{
    constexpr float kFull = 32'768;
    for (std::size_t at = 0; at < interleaved.size(); at += channels) {
        float sum = 0;
        for (const float sample : interleaved.subspan(at, channels)) {
            sum += sample;
        }
        const float mean = sum / static_cast<float>(channels) * kFull;
        samples.push_back(static_cast<codecs::Sample>(std::lrint(std::clamp(mean, -kFull, kFull - 1))));
    }
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
    if (info.channels > kChannelsMax) {
        return failure("cannot read " + path + ": it has more than " + std::to_string(kChannelsMax) + " channels");
    }
    Decoded decoded{.samples = {}, .rate = static_cast<std::uint32_t>(info.samplerate)};
    // A piece at a time: what a header says of the length may be anything, and a stream's says nothing.
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<float> piece(kPieceFrames * channels);
    for (;;) {
        const auto frames = sf_readf_float(file.get(), piece.data(), kPieceFrames);
        if (frames <= 0) {
            return decoded;
        }
        add_mono(std::span{piece}.first(static_cast<std::size_t>(frames) * channels), channels, decoded.samples);
    }
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
    if (decoded->rate < kRateMin || decoded->rate > kRateMax) {
        return failure("cannot read " + path + ": its sample rate is " + std::to_string(decoded->rate) + " Hz");
    }
    return resample(*decoded, rate);
}

}  // namespace rb::files
