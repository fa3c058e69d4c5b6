#include "control/files/recording_writer.h"

#include "control/files/recording_format.h"

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

/// Whole pieces of 10 ms are converted; only the last block of a recording may end within one.
std::vector<codecs::Sample> at_own_rate(std::optional<codecs::Resampler>& resampler, std::uint32_t from,
                                        std::uint32_t to, const std::vector<codecs::Sample>& samples)
{
    if (!resampler) {
        return samples;
    }
    const std::size_t pieces = (samples.size() + from / 100 - 1) / (from / 100);
    std::vector<codecs::Sample> in = samples;
    in.resize(pieces * from / 100);
    std::vector<codecs::Sample> out(pieces * to / 100);
    resampler->process(in, out);
    return out;
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
    file->source_rate = request.rate;
    file->append = request.append;
    files_[request.id] = file;
    thread_.submit([this, file]() -> FileThread::Continuation {
        const std::string problem = open(*file);
        return problem.empty() ? FileThread::Continuation{} : fail(*file, problem);
    });
    return true;
}

/// Opens the file itself; says what is wrong, or nothing.
std::string RecordingWriter::open(File& file)
{
    std::error_code problem;
    fs::create_directories(fs::path{file.path}.parent_path(), problem);
    const fs::path root = fs::canonical(file.directory, problem);
    const fs::path place = fs::weakly_canonical(file.path, problem);
    if (problem) {
        return problem.message();
    }
    const bool below = std::mismatch(root.begin(), root.end(), place.begin(), place.end()).first == root.end();
    if (!below || fs::is_symlink(file.path, problem)) {
        return "a link leads out of the recordings directory";
    }
    return open_as_named(file, file.append && fs::exists(file.path, problem));
}

/// goes_on   the file is there and is to be continued
std::string RecordingWriter::open_as_named(File& file, bool goes_on)
{
    const std::string extension = fs::path{file.path}.extension();
    const auto format = recording_format(extension);
    if (!format) {
        return "there is no format '" + extension + "'; there are " + recording_format_names();
    }
    file.rate = format->rate == 0 ? file.source_rate : format->rate;
    if (file.rate != file.source_rate) {
        file.resampler.emplace(file.source_rate, file.rate);
    }
    const bool headerless = (format->libsndfile & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW;
    SF_INFO info{};
    if (!goes_on || headerless) {
        info = {.frames = 0,
                .samplerate = static_cast<int>(file.rate),
                .channels = 1,
                .format = format->libsndfile,
                .sections = 0,
                .seekable = 0};
    }
    file.handle = {sf_open(file.path.c_str(), goes_on ? SFM_RDWR : SFM_WRITE, &info), sf_close};
    if (file.handle == nullptr) {
        return sf_strerror(nullptr);
    }
    if (goes_on && (info.samplerate != static_cast<int>(file.rate) || info.channels != 1)) {
        return "it has another sample rate, so it cannot be appended to";
    }
    if (goes_on) {
        file.frames = sf_seek(file.handle.get(), 0, SEEK_END);
    }
    return {};
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
        const std::vector<codecs::Sample> own = at_own_rate(file->resampler, file->source_rate, file->rate, samples);
        const auto count = static_cast<sf_count_t>(own.size());
        const sf_count_t written = sf_writef_short(file->handle.get(), own.data(), count);
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
    file.failed = true;
    return [this, id = file.id, path = file.path, why] {
        complain_({.id = id, .problem = "cannot write " + path + ": " + why});
    };
}

}  // namespace rb::files
