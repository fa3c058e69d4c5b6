// sound_output.h — one audio file being written: samples of a call in, the file's own rate and encoding out.
#pragma once

#include "codecs/encoder.h"
#include "codecs/pcm.h"
#include "codecs/resampler.h"
#include "control/files/sound_format.h"
#include "dataplane/base/error.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>

struct sf_private_tag;

namespace rb::files {

/// Owner: the file thread.
class SoundOutput {
public:
    struct Options {
        std::uint32_t rate = 8000;  ///< of the samples that will come, in Hz
        bool append = false;        ///< goes on with a file that is there
    };

    /// path   its end says the format
    /// returns the file, open, or what is wrong with it
    [[nodiscard]] static Result<SoundOutput> open(const std::string& path, const Options& options);

    /// Whole pieces of 10 ms; only the last of a recording may end within one. Returns what is wrong where it was not
    /// written.
    [[nodiscard]] Result<void> write(std::span<const codecs::Sample> samples);

    /// Cuts off the end written last.
    void drop_end(std::uint32_t ms);

private:
    /// A file of bare payload.
    struct Payload {
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> file;
        codecs::Encoder encoder;
    };

    explicit SoundOutput(const SoundFormat& format, std::uint32_t source_rate);
    [[nodiscard]] Result<void> open_payload(const std::string& path, codecs::CodecId codec, bool append);
    [[nodiscard]] Result<void> open_with_libsndfile(const std::string& path, const SoundFormat& format, bool append);
    [[nodiscard]] std::span<const codecs::Sample> at_own_rate(std::span<const codecs::Sample> samples);
    [[nodiscard]] Result<void> write_payload(std::span<const codecs::Sample> samples);

    std::uint32_t source_rate_;
    std::uint32_t rate_;
    std::optional<codecs::Resampler> resampler_;  // where the two differ
    std::vector<codecs::Sample> padded_;
    std::vector<codecs::Sample> resampled_;
    std::unique_ptr<sf_private_tag, int (*)(sf_private_tag*)> handle_;
    std::int64_t frames_ = 0;  // in handle_'s file
    std::optional<Payload> payload_;
};

}  // namespace rb::files
