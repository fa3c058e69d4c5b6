// sound_library.h — prompts, music and tones as clips: read and decoded once, encoded once per codec, shared by all
// legs.
#pragma once

#include "bridges/clip.h"
#include "control/config/objects.h"
#include "control/engine/environment.h"
#include "control/files/file_thread.h"

#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace rb::files {

/// Where names lead.
struct SoundPlaces {
    std::string sounds;
    std::string recordings;
    config::ByName<config::MusicClass> music;
    config::Indications tones;
};

/// Owner: control; files are read on the file thread.
class SoundLibrary {
public:
    /// Encoded audio kept; the clips unused for longest go first, those being played stay with their players.
    static constexpr std::size_t kBytesMax = 256UL * 1024 * 1024;

    using Answer = std::function<void(engine::SoundLoaded)>;

    SoundLibrary(FileThread& thread, Answer answer) : thread_{thread}, answer_{std::move(answer)} {}

    void use(SoundPlaces places);

    /// Answers at once when everything is here, else when the file thread has read it. Names: a sound below the sounds
    /// or recordings directory without its extension, an absolute path, "tone:…" (a name of indications.conf or
    /// Asterisk's notation), "moh:class", "silence/seconds".
    void load(const engine::SoundRequest& request);

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    using ClipPtr = std::shared_ptr<const bridges::Clip>;
    struct Entry {
        ClipPtr clip;
        std::list<std::string>::iterator used;
    };
    struct Read {
        std::string name;
        ClipPtr clip;  ///< null when it failed
        std::string problem;
        bool keep = false;  ///< recordings change; they are read anew each time
    };

    [[nodiscard]] static Read read(const std::string& name, codecs::CodecId codec, const SoundPlaces& places);
    [[nodiscard]] std::vector<std::string> expand(const engine::SoundRequest& request) const;
    void keep(const std::string& key, const ClipPtr& clip);
    void finish(const engine::SoundRequest& request, const std::vector<Read>& reads);

    FileThread& thread_;
    Answer answer_;
    std::shared_ptr<const SoundPlaces> places_ = std::make_shared<SoundPlaces>();
    std::map<std::string, Entry> clips_;  // by name and codec
    std::list<std::string> by_use_;       // keys, latest first
    std::size_t bytes_ = 0;
};

}  // namespace rb::files
