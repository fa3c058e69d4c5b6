// sound_format.h — what the name of a sound or a recording says of its file.
#pragma once

#include "codecs/codec_info.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rb::files {

struct SoundFormat {
    std::string_view extension;            ///< with its dot
    int libsndfile = 0;                    ///< type and encoding, as SF_INFO has them; 0 = payload of `codec`, bare
    std::uint32_t rate = 0;                ///< the only one it can have; 0 = the file says it, or the call recorded
    std::optional<codecs::CodecId> codec;  ///< where libsndfile does not know it

    /// The file is nothing but audio: rate and encoding are known from its name alone.
    [[nodiscard]] bool headerless() const noexcept;
    /// Some rates are only played.
    [[nodiscard]] bool recordable() const noexcept { return rate == 0 || codecs::is_sample_rate(rate); }
};

/// The format of a file by the end of its name: "a.wav", "a.ulaw.wav", "a.sln16". Nothing for extensions not known
/// here, which libsndfile may still read.
[[nodiscard]] std::optional<SoundFormat> sound_format(std::string_view path);

/// The extensions that can be recorded, for a message: "wav, ulaw, …".
[[nodiscard]] std::string recordable_formats();

}  // namespace rb::files
