#include "control/files/sound_library.h"

#include "codecs/comfort.h"
#include "codecs/encoder.h"
#include "control/files/sound_file.h"
#include "control/files/tone_text.h"

#include <algorithm>
#include <array>

namespace rb::files {
namespace {

namespace fs = std::filesystem;

std::string key_of(const std::string& name, codecs::CodecId codec)
{
    return std::string{codecs::codec_info(codec).config_name} + " " + name;
}

std::shared_ptr<const bridges::Clip> encode(std::vector<codecs::Sample> samples, codecs::CodecId codec)
{
    codecs::Encoder encoder{codec};
    const std::size_t frame = encoder.info().samples(codecs::kFrame_ms);
    const std::size_t frame_bytes = encoder.info().payload_bytes(codecs::kFrame_ms);
    const std::size_t frames = std::max<std::size_t>((samples.size() + frame - 1) / frame, 1);
    samples.resize(frames * frame);
    std::vector<std::uint8_t> payload(frames * frame_bytes);
    for (std::size_t i = 0; i < frames; ++i) {
        static_cast<void>(encoder.encode(std::span{samples}.subspan(i * frame, frame),
                                         std::span{payload}.subspan(i * frame_bytes, frame_bytes)));
    }
    return std::make_shared<const bridges::Clip>(codec, std::move(payload));
}

/// The file of a sound: its name with the best extension for the rate, or the name itself when it has one.
std::string find_file(const std::string& base, std::uint32_t rate)
{
    static constexpr std::array kNarrow{".wav", ".ulaw", ".alaw", ".sln", ".g722", ".sln16", ".ogg", ".flac"};
    static constexpr std::array kWide{".sln48", ".sln16", ".g722", ".flac", ".ogg", ".wav", ".sln", ".ulaw"};
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

/// The notation behind a tone: a name of the default country, or what was given.
std::string tone_notation(const std::string& name, const config::Indications& tones)
{
    const auto zone = tones.zones.find(tones.country);
    if (zone == tones.zones.end()) {
        return name;
    }
    const auto named = zone->second.tones.find(name);
    return named == zone->second.tones.end() ? name : named->second;
}

}  // namespace

void SoundLibrary::use(SoundPlaces places)
{
    places_ = std::make_shared<const SoundPlaces>(std::move(places));
    clips_.clear();
    by_use_.clear();
    bytes_ = 0;
}

std::vector<std::string> SoundLibrary::expand(const engine::SoundRequest& request) const
{
    std::vector<std::string> names;
    for (const std::string& name : request.names) {
        if (!name.starts_with("moh:")) {
            names.push_back(name);
            continue;
        }
        const auto found = places_->music.find(name.substr(4));
        std::error_code problem;
        if (found == places_->music.end()) {
            continue;
        }
        std::vector<std::string> files;
        for (const auto& file : fs::directory_iterator{found->second.directory, problem}) {
            files.push_back(file.path());
        }
        std::sort(files.begin(), files.end());
        names.insert(names.end(), files.begin(), files.end());
    }
    return names;
}

void SoundLibrary::load(const engine::SoundRequest& request)
{
    engine::SoundRequest expanded = request;
    expanded.names = expand(request);
    engine::SoundLoaded loaded{.id = request.id, .clips = {}, .problems = {}};
    std::vector<std::string> missing;
    for (const std::string& name : expanded.names) {
        const auto found = clips_.find(key_of(name, request.codec));
        if (found == clips_.end()) {
            missing.push_back(name);
        } else {
            by_use_.splice(by_use_.begin(), by_use_, found->second.used);
            loaded.clips.push_back(found->second.clip);
        }
    }
    if (missing.empty()) {
        return answer_(std::move(loaded));
    }
    thread_.submit([this, expanded, missing, places = places_]() -> FileThread::Continuation {
        std::vector<Read> reads;
        for (const std::string& name : missing) {
            reads.push_back(read(name, expanded.codec, *places));
        }
        return [this, expanded, reads] { finish(expanded, reads); };
    });
}

SoundLibrary::Read SoundLibrary::read(const std::string& name, codecs::CodecId codec, const SoundPlaces& places)
{
    const std::uint32_t rate = codecs::codec_info(codec).sample_rate;
    Read result{.name = name, .clip = nullptr, .problem = {}, .keep = true};
    if (name.starts_with("tone:")) {
        const auto tones = parse_tones(tone_notation(name.substr(5), places.tones));
        result.clip = tones ? encode(render_tones(*tones, rate), codec) : nullptr;
        result.problem = tones ? std::string{} : tones.error().message;
        return result;
    }
    if (name.starts_with("silence/")) {
        const std::size_t seconds = std::min(std::strtoul(name.c_str() + 8, nullptr, 10), 60UL);
        result.clip = encode(std::vector<codecs::Sample>(seconds * rate), codec);
        return result;
    }
    std::string path = name.starts_with('/') ? find_file(name, rate) : find_file(places.sounds + "/" + name, rate);
    if (path.empty()) {
        path = find_file(places.recordings + "/" + name, rate);
        result.keep = false;
    }
    if (path.empty()) {
        result.problem = "no sound " + name + " below " + places.sounds + " or " + places.recordings;
        return result;
    }
    auto samples = read_sound(path, rate);
    if (samples) {
        result.clip = encode(std::move(*samples), codec);
    } else {
        result.problem = samples.error().message;
    }
    return result;
}

void SoundLibrary::finish(const engine::SoundRequest& request, const std::vector<Read>& reads)
{
    engine::SoundLoaded loaded{.id = request.id, .clips = {}, .problems = {}};
    for (const Read& read : reads) {
        if (read.clip != nullptr && read.keep) {
            keep(key_of(read.name, request.codec), read.clip);
        }
        if (read.clip == nullptr) {
            loaded.problems.push_back(read.problem);
        }
    }
    for (const std::string& name : request.names) {
        const auto fresh =
            std::find_if(reads.begin(), reads.end(), [&](const Read& read) { return read.name == name; });
        const auto kept = clips_.find(key_of(name, request.codec));
        if (fresh != reads.end() && fresh->clip != nullptr) {
            loaded.clips.push_back(fresh->clip);
        } else if (fresh == reads.end() && kept != clips_.end()) {
            loaded.clips.push_back(kept->second.clip);
        }
    }
    answer_(std::move(loaded));
}

void SoundLibrary::keep(const std::string& key, const ClipPtr& clip)
{
    if (clips_.contains(key)) {
        return;
    }
    by_use_.push_front(key);
    clips_[key] = {.clip = clip, .used = by_use_.begin()};
    bytes_ += clip->bytes();
    while (bytes_ > kBytesMax && by_use_.size() > 1) {
        const auto oldest = clips_.find(by_use_.back());
        bytes_ -= oldest->second.clip->bytes();
        clips_.erase(oldest);
        by_use_.pop_back();
    }
}

}  // namespace rb::files
