#include "control/files/sound_reader.h"

#include "codecs/encoder.h"
#include "control/files/sound_file.h"
#include "control/files/tone_text.h"
#include "dataplane/base/rng.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <sys/stat.h>

namespace rb::files {
namespace {

namespace fs = std::filesystem;

/// Which of several files of one sound is best for a call, at 8 kHz and above: first by how it sounds, then by what it
/// costs to read.
constexpr std::array kNarrow{".wav",  ".sln",   ".sln8",  ".slin",  ".raw",   ".ulaw",  ".ulaw.wav", ".alaw.wav",
                             ".ul",   ".pcm",   ".alaw",  ".al",    ".sln16", ".wav16", ".g722",     ".sln48",
                             ".flac", ".sln12", ".sln24", ".sln32", ".sln44", ".sln96", ".sln192",   ".opus",
                             ".ogg",  ".mp3",   ".gsm",   ".WAV",   ".wav49"};
constexpr std::array kWide{".sln48", ".sln192", ".sln96", ".sln44", ".sln32",    ".sln24",    ".sln16", ".wav16",
                           ".flac",  ".opus",   ".ogg",   ".g722",  ".mp3",      ".sln12",    ".wav",   ".sln",
                           ".sln8",  ".slin",   ".raw",   ".ulaw",  ".ulaw.wav", ".alaw.wav", ".ul",    ".pcm",
                           ".alaw",  ".al",     ".gsm",   ".WAV",   ".wav49"};

std::shared_ptr<const bridges::Clip> encode(std::vector<codecs::Sample> samples, codecs::CodecId codec)
{
    // Once for all who will hear it, so that complexity costs nothing.
    codecs::Encoder encoder{codec, {.bitrate = bridges::kOpusClipBitrate, .complexity = 10}};
    const std::size_t frame = encoder.info().samples(codecs::kFrame_ms);
    const bool varies = encoder.info().unit_bytes == 0;
    const std::size_t frames = std::max<std::size_t>((samples.size() + frame - 1) / frame, 1);
    samples.resize(frames * frame);
    std::array<std::uint8_t, codecs::kPayloadBytesMax> room{};
    std::vector<std::uint8_t> payload;
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < frames; ++i) {
        const std::size_t size = encoder.encode(std::span{samples}.subspan(i * frame, frame), room);
        payload.insert(payload.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
        if (varies) {
            ends.push_back(static_cast<std::uint32_t>(payload.size()));
        }
    }
    return std::make_shared<const bridges::Clip>(codec, std::move(payload), std::move(ends));
}

/// The file of a sound: its name with the best extension for the rate, or the name itself when it has one.
std::string find_file(const std::string& base, std::uint32_t rate)
{
    std::error_code ignored;
    if (fs::path{base}.has_extension() && fs::is_regular_file(base, ignored)) {
        return base;
    }
    const auto& extensions = rate > 8000 ? kWide : kNarrow;
    const auto found = std::find_if(extensions.begin(), extensions.end(), [&](const char* extension) {
        return fs::is_regular_file(base + extension, ignored);
    });
    return found == extensions.end() ? std::string{} : base + *found;
}

/// The prompt in its language, in the one that is spoken in more places (en_GB → en), without one, or in the default.
std::string find_prompt(const std::string& name, const std::string& language, const SoundPlaces& places,
                        std::uint32_t rate)
{
    const std::string& own = language.empty() ? places.language : language;
    for (const std::string& folder : {own, own.substr(0, own.find('_')), std::string{}, places.language}) {
        const bool leads_out = folder.find('/') != std::string::npos || folder.starts_with('.');
        std::string file = leads_out ? "" : find_file(places.sounds + "/" + folder + "/" + name, rate);
        if (!file.empty()) {
            return file;
        }
    }
    return {};
}

/// The same, or by an absolute path.
std::string find_sound(const std::string& name, const std::string& language, const SoundPlaces& places,
                       std::uint32_t rate)
{
    return name.starts_with('/') ? find_file(name, rate) : find_prompt(name, language, places, rate);
}

std::optional<FileStamp> stamp_of(const std::string& path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return FileStamp{.path = path,
                     .changed_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
                     .size = static_cast<std::uint64_t>(status.st_size),
                     .inode = status.st_ino};
}

/// The notation behind a tone: a name of the default country, or of the one after ";tonezone=", or what was given.
std::string tone_notation(const std::string& name, const config::Indications& tones)
{
    const auto semicolon = name.find(";tonezone=");
    const std::string tone = name.substr(0, semicolon);
    const auto zone = tones.zones.find(semicolon == std::string::npos ? tones.country : name.substr(semicolon + 10));
    if (zone == tones.zones.end()) {
        return tone;
    }
    const auto named = zone->second.tones.find(tone);
    return named == zone->second.tones.end() ? tone : named->second;
}

SoundRead read_tone(const std::string& notation, codecs::CodecId codec)
{
    const auto tones = parse_tones(notation);
    SoundRead read;
    if (tones) {
        read.clips.push_back(encode(render_tones(*tones, codecs::codec_info(codec).sample_rate), codec));
    } else {
        read.problem = tones.error().message;
    }
    return read;
}

std::vector<std::string> directory_files(const std::string& directory)
{
    std::map<std::string, std::pair<std::size_t, std::string>> best;  // by name: how good, which file
    std::error_code problem;
    for (const auto& file : fs::directory_iterator{directory, problem}) {
        const std::string extension = file.path().extension();
        const auto rank = std::find(kWide.begin(), kWide.end(), extension);
        const std::size_t quality = static_cast<std::size_t>(rank - kWide.begin());
        const bool known = rank != kWide.end();
        auto& entry = best.try_emplace(file.path().stem(), SIZE_MAX, "").first->second;
        if (known && quality < entry.first) {
            entry = {quality, file.path()};
        }
    }
    std::vector<std::string> files;
    for (const auto& [name, file] : best) {
        if (!file.second.empty()) {
            files.push_back(file.second);
        }
    }
    return files;
}

/// An entry that is not there keeps its place, so that whoever reads it can say so.
std::vector<std::string> playlist_files(const config::MusicClass& music)
{
    constexpr std::uint32_t kBest = 48'000;
    std::vector<std::string> files;
    for (const std::string& entry : music.entries) {
        const std::string file = find_file(entry, kBest);
        files.push_back(file.empty() ? entry : file);
    }
    if (music.sort == config::MusicSort::Alpha) {
        std::sort(files.begin(), files.end());
    }
    return files;
}

}  // namespace

std::vector<std::string> music_files(const config::MusicClass& music, std::uint64_t seed)
{
    std::vector<std::string> files =
        music.mode == config::MusicMode::Playlist ? playlist_files(music) : directory_files(music.directory);
    Rng rng{seed};
    if (music.sort == config::MusicSort::Random) {
        for (std::size_t i = files.size(); i > 1; --i) {
            std::swap(files[i - 1], files[rng.below(i)]);
        }
    } else if (music.sort == config::MusicSort::RandStart && !files.empty()) {
        std::rotate(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(rng.below(files.size())), files.end());
    }
    return files;
}

SoundRead SoundReader::read(const Wanted& wanted, const SoundPlaces& places, const std::vector<FileStamp>& known)
{
    const auto& [name, language, codec] = wanted;
    const codecs::CodecInfo& info = codecs::codec_info(codec);
    const std::uint32_t rate = info.sample_rate;
    if (info.passed_only) {
        return {.problem =
                    name + " cannot be played in " + std::string{info.config_name} + ", which is only passed on"};
    }
    if (name.starts_with("tone:")) {
        return read_tone(tone_notation(name.substr(5), places.tones), codec);
    }
    if (name.starts_with("silence/")) {
        const std::size_t seconds = std::min(std::strtoul(name.c_str() + 8, nullptr, 10), 60UL);
        return {.clips = {encode(std::vector<codecs::Sample>(seconds * rate), codec)}};
    }
    if (name.starts_with("moh:")) {
        return read_music(wanted, places, known);
    }
    std::string path = find_sound(name, language, places, rate);
    const bool recording = path.empty();
    if (recording) {
        path = find_file(places.recordings + "/" + name, rate);
    }
    SoundRead read =
        path.empty() ? SoundRead{.problem = "no sound " + name + " below " + places.sounds + " or " + places.recordings}
                     : read_files({path}, codec, known);
    read.recording = recording;
    return read;
}

/// The files of a class, each after its announcement.
SoundRead SoundReader::read_music(const Wanted& wanted, const SoundPlaces& places, const std::vector<FileStamp>& known)
{
    const std::string name = wanted.name.substr(4);
    const auto music = places.music.find(name);
    std::vector<std::string> files;
    if (music != places.music.end()) {
        const std::string& announcement = music->second.announcement;
        const std::string spoken =
            find_sound(announcement, wanted.language, places, codecs::codec_info(wanted.codec).sample_rate);
        for (const std::string& file : music_files(music->second, places.seed)) {
            if (!announcement.empty()) {
                files.push_back(spoken.empty() ? announcement : spoken);
            }
            files.push_back(file);
        }
    }
    SoundRead read = read_files(files, wanted.codec, known);
    if (read.unchanged || !read.problem.empty()) {
        return read;
    }
    const auto missing = std::find_if(files.begin(), files.end(), [](const auto& file) {
        std::error_code ignored;
        return !fs::exists(file, ignored);
    });
    if (read.clips.empty()) {
        read.problem = "no music of class " + name;
    } else if (missing != files.end()) {
        read.problem = "music of class " + name + ": there is no " + *missing;
    }
    return read;
}

SoundRead SoundReader::read_files(const std::vector<std::string>& paths, codecs::CodecId codec,
                                  const std::vector<FileStamp>& known)
{
    SoundRead read;
    for (const std::string& path : paths) {
        if (const auto stamp = stamp_of(path)) {
            read.stamps.push_back(*stamp);
        }
    }
    read.unchanged = !known.empty() && read.stamps == known;
    for (const FileStamp& stamp : read.stamps) {
        std::string problem;
        const Samples samples =
            read.unchanged ? nullptr : decode(stamp, codecs::codec_info(codec).sample_rate, problem);
        if (samples != nullptr) {
            read.clips.push_back(encode(*samples, codec));
        }
        read.problem = problem.empty() ? read.problem : problem;
    }
    return read;
}

SoundReader::Samples SoundReader::decode(const FileStamp& stamp, std::uint32_t rate, std::string& problem)
{
    const auto kept = std::find_if(recent_.begin(), recent_.end(),
                                   [&](const Decoded& one) { return one.rate == rate && one.stamp == stamp; });
    if (kept != recent_.end()) {
        recent_.splice(recent_.begin(), recent_, kept);
        return kept->samples;
    }
    auto samples = read_sound(stamp.path, rate);
    if (!samples) {
        problem = samples.error().message;
        return nullptr;
    }
    ++decoded_;
    auto shared = std::make_shared<const std::vector<codecs::Sample>>(std::move(*samples));
    recent_.push_front({.stamp = stamp, .rate = rate, .samples = shared});
    recent_bytes_ += shared->size() * sizeof(codecs::Sample);
    while (recent_bytes_ > kDecodedMax) {
        recent_bytes_ -= recent_.back().samples->size() * sizeof(codecs::Sample);
        recent_.pop_back();
    }
    return shared;
}

}  // namespace rb::files
