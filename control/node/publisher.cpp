#include "control/node/publisher.h"

#include "dataplane/base/heartbeat.h"
#include "dataplane/worker/worker_counters.h"
#include "signaling/counters.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace rb::node {
namespace {

using stats::ControlCounter;

std::uint64_t thread_cpu_ns()
{
    timespec used{};
    static_cast<void>(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used));
    return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(used.tv_nsec);
}

std::uint64_t resident_bytes()
{
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    std::ifstream{"/proc/self/statm"} >> total >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// The size of the directory is their number since Linux 6.2; before, they are counted.
std::uint64_t open_descriptors()
{
    std::error_code error;
    struct stat status {};
    if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
        return static_cast<std::uint64_t>(status.st_size);
    }
    const std::filesystem::directory_iterator listing{"/proc/self/fd", error};
    return static_cast<std::uint64_t>(std::distance(begin(listing), end(listing)));
}

}  // namespace

Publisher::Publisher(stats::NodeStats& stats, std::size_t workers, Nanos wall_offset)
    : wall_offset_{wall_offset},
      counters_{stats.control()},
      media_{stats.media()},
      sip_{stats.sip()},
      files_{stats.files()},
      calls_{stats.calls()},
      rooms_{stats.rooms()},
      errors_{stats.errors()}
{
    for (std::size_t i = 0; i < workers; ++i) {
        workers_.push_back(stats.worker(i));
    }
}

std::vector<Beat> Publisher::beats(Nanos files_beat, Nanos dtls_beat)
{
    const auto milliseconds = [](std::uint64_t beat) -> Nanos { return std::chrono::milliseconds{beat}; };
    files_.set(0U, static_cast<std::uint64_t>(to_ms(files_beat)));
    std::vector<Beat> beats{{"sip", milliseconds(sip_.get(sip::SipCounter::Heartbeat)), kSilenceMax},
                            {"files", files_beat, kFileSilenceMax},
                            {"dtls", dtls_beat, kFileSilenceMax}};
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        beats.push_back(
            {"worker." + std::to_string(i), milliseconds(workers_[i].get(WorkerCounter::Heartbeat)), kSilenceMax});
    }
    return beats;
}

void Publisher::stuck(std::size_t threads, bool one_more)
{
    counters_.set(ControlCounter::ThreadsStuck, threads);
    counters_.add(ControlCounter::ThreadsStalls, one_more ? 1 : 0);
}

void Publisher::publish(engine::CallEngine& engine, Nanos now)
{
    counters_.set(ControlCounter::Heartbeat, static_cast<std::uint64_t>(to_ms(now)));
    if (now < due_) {
        return;
    }
    due_ = now + kInterval;
    publish_figures(engine);
    if (now >= descriptors_due_) {
        descriptors_due_ = now + kDescriptorsInterval;
        counters_.set(ControlCounter::Descriptors, open_descriptors());
    }
    publish_calls(engine);
    publish_media(engine);
    publish_rooms(engine);
}

void Publisher::publish_figures(engine::CallEngine& engine)
{
    const config::Snapshot& snapshot = *engine.configuration().snapshot;
    std::size_t legs = 0;
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < engine.worker_count(); ++i) {
        legs += engine.worker(i).legs();
        waiting += engine.worker(i).overflowed();
    }
    const auto& refused = engine.counters().refused;
    const auto quality_alerts = [&engine](media::QualityKind kind) {
        return engine.counters().quality_alerts[static_cast<std::size_t>(kind)];
    };
    const std::pair<ControlCounter, std::uint64_t> figures[] = {
        {ControlCounter::ThreadCpuNanos, thread_cpu_ns()},
        {ControlCounter::Calls, engine.counters().calls},
        {ControlCounter::CallsAnswered, engine.counters().answered},
        {ControlCounter::CallsRefused, std::accumulate(refused.begin(), refused.end(), std::uint64_t{0})},
        {ControlCounter::RefusedDraining, refused[static_cast<std::size_t>(engine::Refusal::Draining)]},
        {ControlCounter::RefusedLimit, refused[static_cast<std::size_t>(engine::Refusal::Limit)]},
        {ControlCounter::RefusedLoad, refused[static_cast<std::size_t>(engine::Refusal::Load)]},
        {ControlCounter::RefusedMemory, refused[static_cast<std::size_t>(engine::Refusal::Memory)]},
        {ControlCounter::RefusedCpu, refused[static_cast<std::size_t>(engine::Refusal::Cpu)]},
        {ControlCounter::LegCostPpm, static_cast<std::uint64_t>(engine.admission().leg_cost() * 1e6)},
        {ControlCounter::PortsExhausted, engine.counters().ports_exhausted},
        {ControlCounter::StaleEvents, engine.counters().stale_events},
        {ControlCounter::DtlsHandshakes, engine.counters().dtls_handshakes},
        {ControlCounter::DtlsFailed, engine.counters().dtls_failed},
        {ControlCounter::DtlsWrongFingerprints, engine.counters().dtls_wrong_fingerprints},
        {ControlCounter::DtlsDatagramsLost, engine.counters().dtls_datagrams_lost},
        {ControlCounter::QualityMos, quality_alerts(media::QualityKind::Mos)},
        {ControlCounter::QualityLoss, quality_alerts(media::QualityKind::Loss)},
        {ControlCounter::QualityJitter, quality_alerts(media::QualityKind::Jitter)},
        {ControlCounter::CommandsOverflow, waiting},
        {ControlCounter::Channels, engine.channels().size()},
        {ControlCounter::Legs, legs},
        {ControlCounter::LegsMax, snapshot.node.limits.legs_max},
        {ControlCounter::CallsMax, snapshot.node.limits.calls_max},
        {ControlCounter::RoomsMax, snapshot.node.limits.rooms_max},
        {ControlCounter::Rooms, engine.rooms().size()},
        {ControlCounter::PortsFree, engine.ports().free()},
        {ControlCounter::PortsResting, engine.ports().resting()},
        {ControlCounter::PortsSending, engine.ports().sending()},
        {ControlCounter::Endpoints, snapshot.endpoints.size()},
        {ControlCounter::Draining, engine.draining() ? 1 : 0},
        {ControlCounter::MemoryBytes, resident_bytes()},
    };
    for (const auto& [figure, value] : figures) {
        counters_.set(figure, value);
    }
}

void Publisher::publish_media(engine::CallEngine& engine)
{
    stats::MediaCount legs{};
    engine.channels().for_each([&](engine::ChannelRef, const engine::Channel& channel) {
        if (channel.media.adopted && channel.media.leg) {
            ++legs[stats::media_figure(channel.media.codec)];
            ++legs[stats::media_figure(engine.technology_of(channel))];
        }
    });
    for (std::size_t i = 0; i < legs.size(); ++i) {
        media_.set(i, legs[i]);
    }
}

void Publisher::publish_outlets(const stats::Statsd::Counts& statsd, const cli::ControlSocket::Counts& socket,
                                const http::HttpServer::Counts& http, const StunClient::Counts& stun)
{
    counters_.set(ControlCounter::StatsdDatagrams, statsd.datagrams);
    counters_.set(ControlCounter::StatsdFailed, statsd.failed);
    counters_.set(ControlCounter::SocketClients, socket.clients);
    counters_.set(ControlCounter::SocketRequests, socket.requests);
    counters_.set(ControlCounter::SocketTurnedAway, socket.turned_away);
    counters_.set(ControlCounter::HttpClients, http.clients);
    counters_.set(ControlCounter::HttpRequests, http.requests);
    counters_.set(ControlCounter::HttpBadRequests, http.bad_requests);
    counters_.set(ControlCounter::HttpTurnedAway, http.turned_away);
    counters_.set(ControlCounter::HttpTimedOut, http.timed_out);
    counters_.set(ControlCounter::StunRequests, stun.requests);
    counters_.set(ControlCounter::StunAnswers, stun.answers);
    counters_.set(ControlCounter::StunFailures, stun.failures);
    counters_.set(ControlCounter::StunIgnored, stun.ignored);
    counters_.set(ControlCounter::StunKnown, stun.known);
}

void Publisher::publish_events(const events::Bus::Counts& events)
{
    counters_.set(ControlCounter::EventsPublished, events.published);
    counters_.set(ControlCounter::EventsDropped, events.dropped);
}

void Publisher::publish_calls(engine::CallEngine& engine)
{
    std::unordered_map<std::uint64_t, std::string_view> room_of;
    for (const auto& [name, room] : engine.rooms().all()) {
        for (const engine::Member& member : room.members) {
            room_of[member.channel.bits()] = name;
        }
    }
    engine.channels().for_each([&](engine::ChannelRef ref, engine::Channel& channel) {
        const engine::ChannelMedia& media = channel.media;
        const auto room = room_of.find(ref.bits());
        const bool has_leg = media.adopted && media.leg;
        const bool has_fax = media.fax && media.fax->state == engine::ChannelFax::State::On;
        const auto& keys = media.dtls ? media.dtls->keys : media.keys;
        const bool has_ice = has_leg && media.agreed && media.agreed->ice;
        const std::string ice_peer = has_ice && media.ice_peer ? media.ice_peer.to_string() : std::string{};
        calls_.set(ref.index, {.id = channel.unique_id,
                               .name = channel.name,
                               .state = to_string(channel.state),
                               .endpoint = channel.endpoint.name,
                               .caller = channel.caller_number,
                               .number = channel.dialled,
                               .application = channel.application_name,
                               .codec = has_fax   ? "t38"
                                        : has_leg ? codecs::codec_info(media.codec).config_name
                                                  : "",
                               .room = room == room_of.end() ? std::string_view{} : room->second,
                               .keys = media.dtls   ? "dtls"
                                       : media.keys ? "sdes"
                                                    : "",
                               .suite = keys ? srtp_suite_info(keys->receive.suite).name : std::string_view{},
                               .ice = has_ice && ice_peer.empty() ? std::string_view{"checking"} : ice_peer,
                               .worker = has_leg ? std::optional{media.worker} : std::nullopt,
                               .leg = has_leg ? std::optional<std::size_t>{media.leg.index} : std::nullopt,
                               .started_at = channel.created_at + wall_offset_,
                               .answered_at = channel.answered_at == 0ns ? 0ns : channel.answered_at + wall_offset_});
        call_rows_.use(ref.index);
    });
    call_rows_.end_round([this](std::size_t row) { calls_.clear(row); });
}

void Publisher::publish_rooms(engine::CallEngine& engine)
{
    for (const auto& [name, room] : engine.rooms().all()) {
        const auto talking = std::count_if(room.members.begin(), room.members.end(),
                                           [](const engine::Member& member) { return member.talking; });
        const engine::RoomPart& first = room.parts.front();
        const std::size_t row = first.bridge.index * engine.worker_count() + first.worker;
        rooms_.set(row, {.name = name,
                         .rate = room.bridge.rate,
                         .members = room.members.size(),
                         .talking = static_cast<std::size_t>(talking),
                         .locked = room.locked,
                         .recorded = room.recording != 0 || room.tracks != 0,
                         .worker = first.worker,
                         .bridge = first.bridge.index,
                         .started_at = room.made_at + wall_offset_,
                         .speaker = room.speaker ? std::optional<std::size_t>{room.speaker.index} : std::nullopt,
                         .speaker_changes = room.speaker_changes});
        room_rows_.use(row);
    }
    room_rows_.end_round([this](std::size_t row) { rooms_.clear(row); });
}

void Publisher::note(int level, const std::string& line, Nanos now)
{
    if (level <= 1) {
        counters_.add(level == 0 ? ControlCounter::Errors : ControlCounter::Warnings);
        errors_.note(line, now + wall_offset_);
    }
}

void Publisher::reloaded(bool taken)
{
    counters_.add(taken ? ControlCounter::Reloads : ControlCounter::ReloadsRefused);
}

}  // namespace rb::node
