// recording_writer.h — recordings out, in the format their extension names, below one directory, written on the file
// thread.
#pragma once

#include "codecs/pcm.h"
#include "control/engine/environment.h"
#include "control/files/file_thread.h"
#include "control/files/sound_output.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rb::files {

/// Owner: control.
class RecordingWriter {
public:
    using Complain = std::function<void(const engine::RecordingFailed&)>;

    /// complain   told on the control thread, once for each file that cannot be opened or written
    RecordingWriter(FileThread& thread, Complain complain) : thread_{thread}, complain_{std::move(complain)} {}

    void use(std::string directory) { directory_ = std::move(directory); }

    /// Begins a file; false when the name would leave the directory (IVR-11). That a link leads out of it is found
    /// later and reported as a failure.
    bool open(const engine::RecordingRequest& request);
    void write(std::uint64_t id, std::vector<codecs::Sample> samples);
    /// Adds silence.
    void pad(std::uint64_t id, std::uint32_t ms);
    /// Puts a text in place of what the file of this name held; false when the name would leave the directory.
    bool write_document(std::uint64_t id, const std::string& path, std::string text);
    /// Closes the file without its last `drop_ms`.
    void close(std::uint64_t id, std::uint32_t drop_ms);
    /// Deletes a file below the directory, after what has been asked of the file thread so far.
    void remove(const std::string& name);

private:
    struct File {
        std::uint64_t id = 0;
        std::string path;
        std::string directory;
        SoundOutput::Options options;
        std::optional<SoundOutput> output;  // none before it is open, and after a failure
    };

    [[nodiscard]] std::shared_ptr<File> file_for(const engine::RecordingRequest& request) const;
    [[nodiscard]] static Result<void> prepare_place(const File& file);
    [[nodiscard]] static Result<SoundOutput> create(const File& file);
    void submit(std::shared_ptr<File> file, std::function<Result<void>(SoundOutput&)> job);
    [[nodiscard]] FileThread::Continuation fail(File& file, const std::string& why);

    FileThread& thread_;
    Complain complain_;
    std::string directory_;
    std::map<std::uint64_t, std::shared_ptr<File>> files_;  // each touched by the jobs of the file thread alone
};

}  // namespace rb::files
