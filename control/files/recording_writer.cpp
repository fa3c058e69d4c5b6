#include "control/files/recording_writer.h"

#include <algorithm>
#include <filesystem>

namespace rb::files {
namespace {

namespace fs = std::filesystem;

/// Whether a name stays below the directory it is taken from: relative, and without "..".
bool stays_below(const fs::path& name)
{
    return !name.empty() && name.is_relative() &&
           std::none_of(name.begin(), name.end(), [](const fs::path& part) { return part == ".."; });
}

}  // namespace

bool RecordingWriter::open(const engine::RecordingRequest& request)
{
    if (!stays_below(request.path)) {
        return false;
    }
    auto file = std::make_shared<File>();
    file->id = request.id;
    file->path = fs::path{directory_} / request.path;
    file->directory = directory_;
    file->options = {.rate = request.rate, .append = request.append};
    files_[request.id] = file;
    thread_.submit([this, file]() -> FileThread::Continuation {
        auto output = create(*file);
        if (!output) {
            return fail(*file, output.error().message);
        }
        file->output = std::move(*output);
        return {};
    });
    return true;
}

Result<SoundOutput> RecordingWriter::create(const File& file)
{
    std::error_code problem;
    fs::create_directories(fs::path{file.path}.parent_path(), problem);
    const fs::path root = fs::canonical(file.directory, problem);
    const fs::path place = fs::weakly_canonical(file.path, problem);
    if (problem) {
        return failure(problem.message());
    }
    const bool below = std::mismatch(root.begin(), root.end(), place.begin(), place.end()).first == root.end();
    if (!below || fs::is_symlink(file.path, problem)) {
        return failure("a link leads out of the recordings directory");
    }
    return SoundOutput::open(file.path, file.options);
}

void RecordingWriter::write(std::uint64_t id, std::vector<codecs::Sample> samples)
{
    const auto found = files_.find(id);
    if (found == files_.end() || samples.empty()) {
        return;
    }
    thread_.submit([this, file = found->second, samples = std::move(samples)]() -> FileThread::Continuation {
        if (!file->output) {
            return {};
        }
        const auto written = file->output->write(samples);
        return written ? FileThread::Continuation{} : fail(*file, written.error().message);
    });
}

void RecordingWriter::close(std::uint64_t id, std::uint32_t drop_ms)
{
    const auto found = files_.extract(id);
    if (found.empty()) {
        return;
    }
    thread_.submit([file = found.mapped(), drop_ms]() -> FileThread::Continuation {
        if (file->output && drop_ms > 0) {
            file->output->drop_end(drop_ms);
        }
        file->output.reset();
        return {};
    });
}

void RecordingWriter::remove(const std::string& name)
{
    if (stays_below(name)) {
        thread_.submit([path = fs::path{directory_} / name]() -> FileThread::Continuation {
            std::error_code ignored;  // it may never have been written
            fs::remove(path, ignored);
            return {};
        });
    }
}

FileThread::Continuation RecordingWriter::fail(File& file, const std::string& why)
{
    file.output.reset();
    return [this, id = file.id, path = file.path, why] {
        complain_({.id = id, .problem = "cannot write " + path + ": " + why});
    };
}

}  // namespace rb::files
