#include "control/files/sound_library.h"

namespace rb::files {
namespace {

SoundReader::Wanted part_of(const engine::SoundRequest& request, std::size_t part)
{
    return {.name = request.names[part], .language = request.language, .codec = request.codec};
}

}  // namespace

std::string SoundLibrary::key_of(const SoundReader::Wanted& wanted) const
{
    return std::to_string(generation_) + " " + std::string{codecs::codec_info(wanted.codec).config_name} + " " +
           wanted.language + " " + wanted.name;
}

void SoundLibrary::use(SoundPlaces places)
{
    places_ = std::make_shared<const SoundPlaces>(std::move(places));
    ++generation_;
    kept_.clear();
    by_use_.clear();
    bytes_ = 0;
}

void SoundLibrary::load(const engine::SoundRequest& request, Nanos now)
{
    now_ = now;
    auto pending = std::make_shared<Pending>();
    pending->request = request;
    pending->parts.resize(request.names.size());
    for (std::size_t part = 0; part < request.names.size(); ++part) {
        const auto wanted = part_of(request, part);
        const std::string key = key_of(wanted);
        const auto found = kept_.find(key);
        const bool trusted = found != kept_.end() && !found->second.recording &&
                             (found->second.stamps.empty() || now - found->second.seen_at < kTrusted);
        if (trusted) {
            by_use_.splice(by_use_.begin(), by_use_, found->second.used);
            pending->parts[part] = found->second.clips;
            continue;
        }
        ++pending->missing;
        auto& waiters = reading_[key];
        waiters.push_back({.pending = pending, .part = part});
        if (waiters.size() == 1) {
            read(key, wanted);
        }
    }
    if (pending->missing == 0) {
        answer(*pending);
    }
}

void SoundLibrary::read(const std::string& key, const SoundReader::Wanted& wanted)
{
    const auto found = kept_.find(key);
    std::vector<FileStamp> known = found == kept_.end() ? std::vector<FileStamp>{} : found->second.stamps;
    thread_.submit([this, key, wanted, known = std::move(known), reader = reader_,
                    places = places_]() -> FileThread::Continuation {
        return [this, key, read = reader->read(wanted, *places, known)] { finish(key, read); };
    });
}

void SoundLibrary::finish(const std::string& key, const SoundRead& read)
{
    const auto found = kept_.find(key);
    if (read.unchanged && found == kept_.end()) {
        // It was dropped while the file was looked at: whoever waits needs it read after all.
        const auto& waiter = reading_[key].front();
        return this->read(key, part_of(waiter.pending->request, waiter.part));
    }
    const Clips clips = read.unchanged ? found->second.clips : read.clips;
    if (read.unchanged) {
        found->second.seen_at = now_;
        by_use_.splice(by_use_.begin(), by_use_, found->second.used);
    } else {
        drop(key);
        keep(key, read);
    }
    const auto waiters = reading_.extract(key);
    for (const Waiter& waiter : waiters.mapped()) {
        waiter.pending->parts[waiter.part] = clips;
        if (!read.problem.empty()) {
            waiter.pending->problems.push_back(read.problem);
        }
        if (--waiter.pending->missing == 0) {
            answer(*waiter.pending);
        }
    }
}

void SoundLibrary::keep(const std::string& key, const SoundRead& read)
{
    Entry entry{.clips = read.clips, .stamps = read.stamps, .recording = read.recording, .seen_at = now_};
    for (const auto& clip : entry.clips) {
        entry.bytes += clip->bytes();
    }
    const bool current = key.starts_with(std::to_string(generation_) + " ");
    if (!current || entry.clips.empty() || entry.bytes > places_->cache_bytes) {
        return;
    }
    while (bytes_ + entry.bytes > places_->cache_bytes) {
        const auto oldest = kept_.find(by_use_.back());
        bytes_ -= oldest->second.bytes;
        kept_.erase(oldest);
        by_use_.pop_back();
    }
    by_use_.push_front(key);
    entry.used = by_use_.begin();
    bytes_ += entry.bytes;
    kept_[key] = std::move(entry);
}

void SoundLibrary::drop(const std::string& key)
{
    const auto found = kept_.find(key);
    if (found != kept_.end()) {
        bytes_ -= found->second.bytes;
        by_use_.erase(found->second.used);
        kept_.erase(found);
    }
}

void SoundLibrary::answer(Pending& pending)
{
    engine::SoundLoaded loaded{.id = pending.request.id, .clips = {}, .problems = std::move(pending.problems)};
    for (const Clips& part : pending.parts) {
        loaded.clips.insert(loaded.clips.end(), part.begin(), part.end());
    }
    answer_(std::move(loaded));
}

}  // namespace rb::files
