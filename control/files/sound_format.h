// recording_format.h — what the extension of a recording's name says it is written as.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rb::files {

struct RecordingFormat {
    int libsndfile = 0;      ///< type and encoding, as SF_INFO has them
    std::uint32_t rate = 0;  ///< the only one it can have; 0 = that of the call
};

/// extension   with its dot: ".wav", ".ulaw", ".sln16", …
[[nodiscard]] std::optional<RecordingFormat> recording_format(const std::string& extension);

/// The extensions there are, for a message: "wav, ulaw, …".
[[nodiscard]] std::string recording_format_names();

}  // namespace rb::files
