// sound_file.h — audio files in: Asterisk's formats and whatever else libsndfile reads, as samples at any rate wanted.
#pragma once

#include "codecs/pcm.h"
#include "dataplane/base/error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rb::files {

/// Reads a whole file.
///
/// path    whatever sound_format.h names, and all else libsndfile knows by its header (.mp3, .aiff, …); mixed to mono
/// rate    of the samples returned, in Hz
/// returns the samples, or an Error that names the file and what is wrong with it
[[nodiscard]] Result<std::vector<codecs::Sample>> read_sound(const std::string& path, std::uint32_t rate);

}  // namespace rb::files
