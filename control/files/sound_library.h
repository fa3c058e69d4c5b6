// sound_library.h — prompts, music and tones as clips: read and decoded once, encoded once per codec, shared by all
// legs.
#pragma once

#include "control/engine/environment.h"
#include "control/files/file_thread.h"
#include "control/files/sound_reader.h"
#include "dataplane/base/time.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rb::files {

/// Owner: control; files are read on the file thread. Whoever asks for what is being read already waits for that.
class SoundLibrary {
public:
    /// For so long a file counts as unchanged without looking.
    static constexpr Nanos kTrusted = 1s;

    using Answer = std::function<void(engine::SoundLoaded)>;

    SoundLibrary(FileThread& thread, Answer answer) : thread_{thread}, answer_{std::move(answer)} {}

    /// Forgets all that is kept.
    void use(SoundPlaces places);

    /// Answers at once when everything is here and was looked at a moment ago, else when the file thread has been
    /// there.
    void load(const engine::SoundRequest& request, Nanos now);

    /// Encoded audio kept, never above SoundPlaces::cache_bytes: what was unused for longest goes first, and what is
    /// being played stays with its players.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] const SoundReader& reader() const noexcept { return *reader_; }

private:
    struct Entry {
        Clips clips;
        std::vector<FileStamp> stamps;
        std::size_t bytes = 0;
        bool recording = false;
        Nanos seen_at = 0ns;
        std::list<std::string>::iterator used;
    };
    /// One request, until all its parts are there.
    struct Pending {
        engine::SoundRequest request;
        std::vector<Clips> parts;  // by name
        std::vector<std::string> problems;
        std::size_t missing = 0;
    };
    struct Waiter {
        std::shared_ptr<Pending> pending;
        std::size_t part = 0;
    };

    [[nodiscard]] std::string key_of(const SoundReader::Wanted& wanted) const;
    void read(const std::string& key, const SoundReader::Wanted& wanted);
    void finish(const std::string& key, const SoundRead& read);
    void keep(const std::string& key, const SoundRead& read);
    void drop(const std::string& key);
    void answer(Pending& pending);

    FileThread& thread_;
    Answer answer_;
    std::shared_ptr<SoundReader> reader_ = std::make_shared<SoundReader>();  // touched by the jobs, which outlive this
    std::shared_ptr<const SoundPlaces> places_ = std::make_shared<SoundPlaces>();
    std::uint64_t generation_ = 0;       // of places_
    std::map<std::string, Entry> kept_;  // by generation, codec, language and name
    std::list<std::string> by_use_;      // keys, latest first
    std::map<std::string, std::vector<Waiter>> reading_;
    std::size_t bytes_ = 0;
    Nanos now_ = 0ns;
};

}  // namespace rb::files
