// recording_writer.h — WAV files out, below one directory, written on the file thread.
#pragma once

#include "codecs/pcm.h"
#include "control/files/file_thread.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct sf_private_tag;

namespace rb::files {

/// Owner: control.
class RecordingWriter {
public:
    using Complain = std::function<void(std::string)>;

    /// complain   told on the control thread when a file cannot be written
    RecordingWriter(FileThread& thread, Complain complain) : thread_{thread}, complain_{std::move(complain)} {}

    void use(std::string directory) { directory_ = std::move(directory); }

    /// Begins a file; false when the name would leave the directory (IVR-11).
    bool open(std::uint64_t id, const std::string& name, std::uint32_t rate);
    void write(std::uint64_t id, std::vector<codecs::Sample> samples);
    /// Closes the file without its last `drop_ms`.
    void close(std::uint64_t id, std::uint32_t drop_ms);

private:
    struct File {
        std::unique_ptr<sf_private_tag, int (*)(sf_private_tag*)> handle{nullptr, nullptr};
        std::string path;
        std::uint32_t rate = 8000;
        std::int64_t frames = 0;
        bool failed = false;
    };

    [[nodiscard]] FileThread::Continuation fail(File& file, const std::string& why);

    FileThread& thread_;
    Complain complain_;
    std::string directory_;
    std::map<std::uint64_t, std::shared_ptr<File>> files_;  // each touched by the jobs of the file thread alone
};

}  // namespace rb::files
