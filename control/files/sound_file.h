// sound_file.h — audio files in: whatever libsndfile reads, and Asterisk's raw formats, as samples at any rate wanted.
#pragma once

#include "codecs/pcm.h"
#include "dataplane/base/error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rb::files {

/// Reads a whole file.
///
/// path    .wav and all else libsndfile knows (mixed down to mono), .g722, .ulaw, .alaw, .sln, .sln16, .sln48
/// rate    of the samples returned, in Hz
/// returns the samples, or an Error that names the file and what is wrong with it
[[nodiscard]] Result<std::vector<codecs::Sample>> read_sound(const std::string& path, std::uint32_t rate);

}  // namespace rb::files
