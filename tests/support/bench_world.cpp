#include "support/bench_world.h"

#include "sim/tone_clip.h"

#include <algorithm>

namespace rb::test {
namespace {

bool has_text(const std::vector<std::string>& lines, const std::string& text)
{
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

Result<engine::Environment::Route> BenchWorld::local_address(const std::string& uri,
                                                             const std::string& /*transport*/) const
{
    if (uri.find("nowhere") != std::string::npos) {
        return failure("no transport leads to " + uri);
    }
    return Route{.local = *parse_address("192.0.2.1:5060"), .far = *parse_address("192.0.2.99:5060")};
}

void BenchWorld::suffer(const WorldFaults& faults, std::uint64_t seed)
{
    faults_ = faults;
    rng_ = Rng{seed};
}

Result<engine::SocketPair> BenchWorld::open_sockets(const engine::SocketRequest& request)
{
    const engine::SocketPair pair{next_socket_, next_socket_ + 1};
    if (rng_.chance(faults_.ports_taken) || !kernel_.open(pair[0], request.local)) {
        return failure("another program has port " + std::to_string(request.local.port()));
    }
    RB_ASSERT(kernel_.open(pair[1], request.local.with_port(static_cast<std::uint16_t>(request.local.port() + 1))));
    next_socket_ += 2;
    sockets.insert(pair.begin(), pair.end());
    return pair;
}

void BenchWorld::connect_sockets(const engine::SocketPair& pair, const std::array<Address, kSocketsPerLeg>& peers)
{
    for (std::size_t i = 0; i < kSocketsPerLeg; ++i) {
        if (peers[i]) {
            kernel_.connect(pair[i], peers[i], true);
        }
    }
}

void BenchWorld::make_secret(std::span<std::uint8_t> secret)
{
    std::generate(secret.begin(), secret.end(), [this] { return static_cast<std::uint8_t>(secrets_.next()); });
}

Result<std::shared_ptr<const dtls::Context>> BenchWorld::dtls_context(const config::Endpoint& /*of*/)
{
    if (dtls_ == nullptr) {
        dtls_ = *dtls::Context::create({.certificate = *dtls::Certificate::generate()});
    }
    return dtls_;
}

void BenchWorld::begin_handshake(engine::HandshakeRequest request)
{
    RB_ASSERT(handshakes_.try_emplace(request.id, request.context, request.terms, now_).second);
}

bool BenchWorld::handshake_received(std::uint64_t id, const Address& source, std::span<const std::uint8_t> datagram)
{
    handshakes_.at(id).receive(source, datagram, now_);
    return true;
}

void BenchWorld::end_handshake(std::uint64_t id)
{
    handshakes_.at(id).close();
    news_.push_back({.id = id, .outcome = handshakes_.at(id).take_outcome(), .over = true});
    handshakes_.erase(id);
}

std::vector<engine::HandshakeNews> BenchWorld::take_news(Nanos now)
{
    for (auto& [id, handshake] : handshakes_) {
        if (now >= handshake.due(now)) {
            handshake.on_time(now);
        }
        news_.push_back({.id = id, .outcome = handshake.take_outcome()});
    }
    return std::exchange(news_, {});
}

void BenchWorld::close_sockets(const engine::SocketPair& pair)
{
    for (const int socket : pair) {
        RB_ASSERT(sockets.erase(socket) == 1);
        kernel_.close(socket);
    }
}

bool BenchWorld::drain_sockets(const engine::SocketPair& pair)
{
    const bool rtp = kernel_.drain(pair[0]);
    return kernel_.drain(pair[1]) || rtp;
}

void BenchWorld::channel_ended(Nanos /*lasted*/)
{
    ++channels_ended;
}

void BenchWorld::load_sound(engine::SoundRequest request)
{
    std::string joined;
    for (const std::string& name : request.names) {
        joined += (joined.empty() ? "" : "&") + name;
    }
    asked.push_back(joined);
    if (on_sound && rng_.chance(faults_.cached)) {
        return on_sound(read(request));
    }
    Nanos takes = faults_.disk_lag > 1ms ? Nanos{rng_.below(static_cast<std::uint64_t>(faults_.disk_lag.count()))}
                                         : faults_.disk_lag;
    for (const std::string& name : request.names) {
        takes = std::max(takes, sounds.contains(name) ? sounds.at(name).takes : 0ns);
    }
    reading_.push_back({.since = now_, .takes = takes, .request = std::move(request)});
}

engine::SoundLoaded BenchWorld::read(const engine::SoundRequest& request) const
{
    engine::SoundLoaded answer{.id = request.id, .clips = {}, .problems = {}};
    for (const std::string& name : request.names) {
        const auto found = sounds.find(name);
        if (found == sounds.end() || codecs::codec_info(request.codec).passed_only) {
            answer.problems.push_back("no sound " + name);
        } else {
            answer.clips.push_back(sim::tone_clip(request.codec, found->second.hz, found->second.duration_ms));
        }
    }
    return answer;
}

std::vector<engine::SoundLoaded> BenchWorld::take_sounds(Nanos now)
{
    now_ = now;
    std::vector<engine::SoundLoaded> answers;
    std::erase_if(reading_, [&](const Reading& reading) {
        const bool done = now - reading.since >= reading.takes;
        if (done) {
            answers.push_back(read(reading.request));
        }
        return done;
    });
    return answers;
}

void BenchWorld::provide(const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        sounds[name] = {.hz = 0, .duration_ms = 200};
    }
}

bool BenchWorld::open_recording(const engine::RecordingRequest& request)
{
    if (request.path.find("..") != std::string::npos || request.path.starts_with('/')) {
        return false;
    }
    RB_ASSERT(!recordings.contains(request.id));
    recordings[request.id] = {.path = request.path, .rate = request.rate, .samples = {}, .append = request.append};
    return true;
}

void BenchWorld::remove_recording(const std::string& path)
{
    for (auto& [id, recording] : recordings) {
        recording.removed = recording.removed || recording.path == path;
    }
}

void BenchWorld::write_recording(std::uint64_t id, std::vector<codecs::Sample> samples)
{
    BenchRecording& recording = recordings.at(id);
    RB_ASSERT(recording.open);
    recording.samples.insert(recording.samples.end(), samples.begin(), samples.end());
    if (rng_.chance(faults_.disk_errors)) {
        failures_.push_back({.id = id, .problem = "no space left for " + recording.path});
    }
}

void BenchWorld::pad_recording(std::uint64_t id, std::uint32_t ms)
{
    write_recording(id, std::vector<codecs::Sample>(std::size_t{recordings.at(id).rate} * ms / 1000));
}

bool BenchWorld::write_document(std::uint64_t id, const std::string& path, std::string text)
{
    if (path.find("..") != std::string::npos || path.starts_with('/')) {
        return false;
    }
    documents[path] = std::move(text);
    if (rng_.chance(faults_.disk_errors)) {
        failures_.push_back({.id = id, .problem = "no space left for " + path});
    }
    return true;
}

void BenchWorld::close_recording(std::uint64_t id, std::uint32_t drop_ms)
{
    BenchRecording& recording = recordings.at(id);
    RB_ASSERT(recording.open);
    recording.open = false;
    const std::size_t dropped = std::size_t{recording.rate} * drop_ms / 1000;
    recording.samples.resize(recording.samples.size() - std::min(dropped, recording.samples.size()));
}

void BenchWorld::log(int level, std::string line)
{
    if (level <= 1) {
        complaints_.push_back(line);
    }
    lines.push_back(std::move(line));
}

const BenchRecording* BenchWorld::recording(const std::string& path) const
{
    const auto found = std::find_if(recordings.begin(), recordings.end(),
                                    [&](const auto& entry) { return entry.second.path == path; });
    return found == recordings.end() ? nullptr : &found->second;
}

bool BenchWorld::logged(const std::string& text) const
{
    return has_text(lines, text);
}

bool BenchWorld::complained(const std::string& text) const
{
    return has_text(complaints_, text);
}

}  // namespace rb::test
