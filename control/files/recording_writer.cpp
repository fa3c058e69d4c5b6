#include "control/files/recording_writer.h"

#include <algorithm>
#include <filesystem>
#include <sndfile.h>

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

bool RecordingWriter::open(std::uint64_t id, const std::string& name, std::uint32_t rate)
{
    if (!stays_below(name)) {
        return false;
    }
    auto file = std::make_shared<File>();
    file->path = fs::path{directory_} / name;
    file->rate = rate;
    files_[id] = file;
    thread_.submit([this, file]() -> FileThread::Continuation {
        std::error_code problem;
        fs::create_directories(fs::path{file->path}.parent_path(), problem);
        SF_INFO info{};
        info.samplerate = static_cast<int>(file->rate);
        info.channels = 1;
        info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
        file->handle = {sf_open(file->path.c_str(), SFM_RDWR, &info), sf_close};
        return file->handle == nullptr ? fail(*file, sf_strerror(nullptr)) : FileThread::Continuation{};
    });
    return true;
}

void RecordingWriter::write(std::uint64_t id, std::vector<codecs::Sample> samples)
{
    const auto found = files_.find(id);
    if (found == files_.end() || samples.empty()) {
        return;
    }
    thread_.submit([this, file = found->second, samples = std::move(samples)]() -> FileThread::Continuation {
        if (file->failed) {
            return {};
        }
        const auto count = static_cast<sf_count_t>(samples.size());
        const sf_count_t written = sf_writef_short(file->handle.get(), samples.data(), count);
        file->frames += written;
        return written == count ? FileThread::Continuation{} : fail(*file, sf_strerror(file->handle.get()));
    });
}

void RecordingWriter::close(std::uint64_t id, std::uint32_t drop_ms)
{
    const auto found = files_.extract(id);
    if (found.empty()) {
        return;
    }
    thread_.submit([file = found.mapped(), drop_ms]() -> FileThread::Continuation {
        if (!file->failed && drop_ms > 0) {
            sf_count_t length = std::max<sf_count_t>(file->frames - sf_count_t{file->rate} * drop_ms / 1000, 0);
            sf_command(file->handle.get(), SFC_FILE_TRUNCATE, &length, sizeof length);
        }
        file->handle.reset();
        return {};
    });
}

FileThread::Continuation RecordingWriter::fail(File& file, const std::string& why)
{
    file.failed = true;
    return [this, path = file.path, why] { complain_("cannot write " + path + ": " + why); };
}

}  // namespace rb::files
