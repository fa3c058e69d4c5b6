#include "control/files/sound_output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sndfile.h>
#include <unistd.h>

namespace rb::files {

SoundOutput::SoundOutput(const SoundFormat& format, std::uint32_t source_rate)
    : source_rate_{source_rate}, rate_{format.rate == 0 ? source_rate : format.rate}, handle_{nullptr, sf_close}
{
    if (rate_ != source_rate_) {
        resampler_.emplace(source_rate_, rate_);
    }
}

Result<SoundOutput> SoundOutput::open(const std::string& path, const Options& options)
{
    const auto format = sound_format(path);
    if (!format || !format->recordable()) {
        return failure("nothing is recorded as '" + std::filesystem::path{path}.extension().string() + "'; there are " +
                       recordable_formats());
    }
    SoundOutput output{*format, options.rate};
    std::error_code problem;
    const bool append = options.append && std::filesystem::exists(path, problem);
    const auto opened = format->codec ? output.open_payload(path, *format->codec, append)
                                      : output.open_with_libsndfile(path, *format, append);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    return output;
}

Result<void> SoundOutput::open_payload(const std::string& path, codecs::CodecId codec, bool append)
{
    payload_ = {.file = {std::fopen(path.c_str(), append ? "ab" : "wb"), std::fclose},
                .encoder = codecs::Encoder{codec}};
    return payload_->file == nullptr ? Result<void>{failure(std::strerror(errno))} : Result<void>{};
}

Result<void> SoundOutput::open_with_libsndfile(const std::string& path, const SoundFormat& format, bool append)
{
    SF_INFO info{};
    if (!append || format.headerless()) {
        info = {.frames = 0,
                .samplerate = static_cast<int>(rate_),
                .channels = 1,
                .format = format.libsndfile,
                .sections = 0,
                .seekable = 0};
    }
    handle_.reset(sf_open(path.c_str(), append ? SFM_RDWR : SFM_WRITE, &info));
    if (handle_ == nullptr) {
        return failure(sf_strerror(nullptr));
    }
    if (append && (info.samplerate != static_cast<int>(rate_) || info.channels != 1)) {
        return failure("it has another sample rate, so it cannot be appended to");
    }
    if (append) {
        frames_ = sf_seek(handle_.get(), 0, SEEK_END);
    }
    return {};
}

std::span<const codecs::Sample> SoundOutput::at_own_rate(std::span<const codecs::Sample> samples)
{
    if (!resampler_) {
        return samples;
    }
    const std::size_t piece = source_rate_ / 100;
    const std::size_t pieces = (samples.size() + piece - 1) / piece;
    padded_.assign(samples.begin(), samples.end());
    padded_.resize(pieces * piece);
    resampled_.resize(pieces * (rate_ / 100));
    resampler_->process(padded_, resampled_);
    return resampled_;
}

Result<void> SoundOutput::write(std::span<const codecs::Sample> samples)
{
    const auto own = at_own_rate(samples);
    if (payload_) {
        return write_payload(own);
    }
    const auto count = static_cast<sf_count_t>(own.size());
    const sf_count_t written = sf_writef_short(handle_.get(), own.data(), count);
    frames_ += written;
    return written == count ? Result<void>{} : Result<void>{failure(sf_strerror(handle_.get()))};
}

Result<void> SoundOutput::write_payload(std::span<const codecs::Sample> samples)
{
    const std::size_t frame = payload_->encoder.info().samples(codecs::kFrame_ms);
    std::array<codecs::Sample, codecs::kFrameSamplesMax> rest{};
    std::array<std::uint8_t, codecs::kPayloadBytesMax> bytes;
    while (!samples.empty()) {
        auto piece = samples.first(std::min(frame, samples.size()));
        samples = samples.subspan(piece.size());
        const std::size_t ms = codecs::samples_per_ms(rate_);
        if (piece.size() % ms != 0) {  // the end of a recording
            std::copy(piece.begin(), piece.end(), rest.begin());
            piece = std::span{rest}.first((piece.size() + ms - 1) / ms * ms);
        }
        const std::size_t size = payload_->encoder.encode(piece, bytes);
        if (std::fwrite(bytes.data(), 1, size, payload_->file.get()) != size) {
            return failure(std::strerror(errno));
        }
    }
    return {};
}

void SoundOutput::drop_end(std::uint32_t ms)
{
    if (payload_) {
        std::FILE* const file = payload_->file.get();
        std::fflush(file);
        const auto bytes = static_cast<long>(payload_->encoder.info().payload_bytes(ms));
        static_cast<void>(ftruncate(fileno(file), std::max(std::ftell(file) - bytes, 0L)));
        return;
    }
    sf_count_t length = std::max<sf_count_t>(frames_ - sf_count_t{rate_} * ms / 1000, 0);
    sf_command(handle_.get(), SFC_FILE_TRUNCATE, &length, sizeof length);
}

}  // namespace rb::files
