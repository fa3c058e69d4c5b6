#include "control/files/recording_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

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
    auto file = file_for(request);
    if (file == nullptr) {
        return false;
    }
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

/// nullptr when the name leaves the directory.
std::shared_ptr<RecordingWriter::File> RecordingWriter::file_for(const engine::RecordingRequest& request) const
{
    if (!stays_below(request.path)) {
        return nullptr;
    }
    auto file = std::make_shared<File>();
    file->id = request.id;
    file->path = fs::path{directory_} / request.path;
    file->directory = directory_;
    file->options = {.rate = request.rate, .append = request.append};
    return file;
}

/// Makes the directories above the file, and sees to it that no link leads out of the one for recordings.
Result<void> RecordingWriter::prepare_place(const File& file)
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
    return {};
}

Result<SoundOutput> RecordingWriter::create(const File& file)
{
    const auto ready = prepare_place(file);
    return ready ? SoundOutput::open(file.path, file.options) : tl::unexpected(ready.error());
}

void RecordingWriter::write(std::uint64_t id, std::vector<codecs::Sample> samples)
{
    const auto found = files_.find(id);
    if (found == files_.end() || samples.empty()) {
        return;
    }
    submit(found->second, [samples = std::move(samples)](SoundOutput& output) { return output.write(samples); });
}

void RecordingWriter::pad(std::uint64_t id, std::uint32_t ms)
{
    const auto found = files_.find(id);
    if (found == files_.end()) {
        return;
    }
    const std::size_t samples_per_ms = codecs::samples_per_ms(found->second->options.rate);
    submit(found->second, [samples_per_ms, ms](SoundOutput& output) -> Result<void> {
        const std::vector<codecs::Sample> second(samples_per_ms * 1000);
        for (std::size_t left = ms; left > 0;) {
            const std::size_t piece = std::min<std::size_t>(left, 1000);
            if (auto written = output.write(std::span{second}.first(piece * samples_per_ms)); !written) {
                return written;
            }
            left -= piece;
        }
        return {};
    });
}

/// Has something done to the file where it is open; a failure is its last.
void RecordingWriter::submit(std::shared_ptr<File> file, std::function<Result<void>(SoundOutput&)> job)
{
    thread_.submit([this, file = std::move(file), job = std::move(job)]() -> FileThread::Continuation {
        if (!file->output) {
            return {};
        }
        const auto done = job(*file->output);
        return done ? FileThread::Continuation{} : fail(*file, done.error().message);
    });
}

bool RecordingWriter::write_document(std::uint64_t id, const std::string& path, std::string text)
{
    auto file = file_for({.id = id, .path = path});
    if (file == nullptr) {
        return false;
    }
    thread_.submit([this, file = std::move(file), text = std::move(text)]() -> FileThread::Continuation {
        if (const auto ready = prepare_place(*file); !ready) {
            return fail(*file, ready.error().message);
        }
        // Whoever reads it meanwhile sees the old one or the new one.
        const std::string beside = file->path + ".new";
        std::ofstream stream{beside, std::ios::binary | std::ios::trunc};
        stream << text << std::flush;
        std::error_code problem;
        if (stream) {
            fs::rename(beside, file->path, problem);
        }
        return stream && !problem ? FileThread::Continuation{} : fail(*file, std::strerror(errno));
    });
    return true;
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
