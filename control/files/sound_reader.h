// sound_reader.h — from a sound's name to its clips: finds the files, decodes each once per rate, encodes per codec.
#pragma once

#include "bridges/clip.h"
#include "codecs/pcm.h"
#include "control/config/objects.h"

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace rb::files {

/// Where names lead.
struct SoundPlaces {
    std::string sounds;
    std::string recordings;
    std::string language = "en";  ///< where a sound has no language of its own, and where its own has none of it
    config::ByName<config::MusicClass> music;
    config::Indications tones;
    std::size_t cache_bytes = 256UL * 1024 * 1024;
    std::uint64_t seed = 1;  ///< of the order of music that is to be random
};

using Clips = std::vector<std::shared_ptr<const bridges::Clip>>;

/// By what a file that has changed is known.
struct FileStamp {
    std::string path;
    std::int64_t changed_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;

    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct SoundRead {
    Clips clips;
    std::vector<FileStamp> stamps;  ///< of the files they were made from
    std::string problem;            ///< why there are none
    bool unchanged = false;         ///< the stamps are those known already, so nothing was read
    bool recording = false;         ///< it lies in the recordings directory, where files change any time
};

/// Owner: the file thread.
class SoundReader {
public:
    /// Decoded audio kept for other codecs of the same rate.
    static constexpr std::size_t kDecodedMax = 8UL * 1024 * 1024;

    /// What is to be read, and as what.
    struct Wanted {
        /// A sound below the sounds or recordings directory without its extension, an absolute path, "tone:…" (a name
        /// of indications.conf or Asterisk's notation), "moh:class", "silence/seconds".
        std::string name;
        std::string language;  ///< a folder of the sounds directory: "en_GB", else "en", else none
        codecs::CodecId codec = codecs::CodecId::Pcmu;
    };
    /// known   the stamps of what the caller has of it
    [[nodiscard]] SoundRead read(const Wanted& wanted, const SoundPlaces& places, const std::vector<FileStamp>& known);

    /// Files that were decoded so far.
    [[nodiscard]] std::uint64_t decoded() const noexcept { return decoded_; }

private:
    using Samples = std::shared_ptr<const std::vector<codecs::Sample>>;
    struct Decoded {
        FileStamp stamp;
        std::uint32_t rate = 8000;
        Samples samples;
    };
    [[nodiscard]] SoundRead read_music(const Wanted& wanted, const SoundPlaces& places,
                                       const std::vector<FileStamp>& known);
    [[nodiscard]] SoundRead read_files(const std::vector<std::string>& paths, codecs::CodecId codec,
                                       const std::vector<FileStamp>& known);
    [[nodiscard]] Samples decode(const FileStamp& stamp, std::uint32_t rate, std::string& problem);

    std::list<Decoded> recent_;  // latest first
    std::size_t recent_bytes_ = 0;
    std::uint64_t decoded_ = 0;
};

/// The files of a class in the order in which they are played: one of each name, by its best format.
[[nodiscard]] std::vector<std::string> music_files(const config::MusicClass& music, std::uint64_t seed);

}  // namespace rb::files
