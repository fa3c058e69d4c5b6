#include "sim/calls/simulation.h"

#include "control/applications/conference.h"
#include "dataplane/wire/demux.h"
#include "sim/calls/plan.h"

#include <algorithm>
#include <cstdio>

namespace rb::sim::calls {
namespace {

constexpr Nanos kSettling = 3s;  // prompts end, buffers empty, whoever was greeted has entered
constexpr Nanos kClosing = 1s;
constexpr std::size_t kEnough = 20;
constexpr Nanos kLeadIn = 500ms;  // what was under way arrives
constexpr Nanos kListening = 1200ms;
constexpr Nanos kGlance = 100ms;
constexpr int kWindows = 4;

}  // namespace

Simulation::Simulation(const Options& options)
    : options_{options},
      rng_{options.seed},
      bench_{plan_text(), files(options), options.workers},
      began_{bench_.now()},
      stories_{bench_.world().bus}
{
    provide_sounds(bench_.world());
    bench_.suffer(options_.faults);
    bench_.callee_options = {.amplitude = SimClient::kAmplitude};
    bench_.on_sent = [this](std::size_t worker, const Sent& sent) { on_sent(worker, sent); };
}

void Simulation::run(Nanos until)
{
    advance(std::min(options_.storm, until), true);
    if (until == kNever) {
        settle();
        advance(kSettling, false);
        listen();
        finish();
    }
}

void Simulation::advance(Nanos time, bool stormy)
{
    for (const Nanos end = bench_.now() + time; bench_.now() < end;) {
        if (stormy) {
            act();
        }
        bench_.callee_options.srtp = draw_suite();
        bench_.callee_options.ice = options_.ice && rng_.chance(0.5);
        note_keys();
        bench_.run(1ms);
        note_keys();
        trace_log();
        read_events();
        meet_callees();
        for (const auto& person : people_) {
            run_callee(*person);
        }
        if (const std::string wrong = bench_.imbalance(); !wrong.empty()) {
            complain(wrong);
        }
    }
}

/// Streams and addresses: one datagram of the node.
void Simulation::on_sent(std::size_t worker, const Sent& sent)
{
    sent_.add(sent);
    const media::LegRef leg{.index = index_of(sent.slot), .generation = sent.generation};
    const std::uint64_t owner = bench_.engine().worker(worker).owner_of(leg);
    Person*& person = by_channel_[owner];
    if (person == nullptr) {
        const engine::Channel* channel = bench_.engine().channels().find(engine::ChannelRef::from_bits(owner));
        for (const auto& candidate : people_) {
            const bool its = channel != nullptr && candidate->phone->session() == channel->session;
            person = its ? candidate.get() : person;
        }
    }
    if (person == nullptr) {
        return complain("a leg that nobody knows sends");
    }
    const Address& to = sent.destination;
    if (!person->known.contains(to) &&
        !person->known.contains(to.with_port(static_cast<std::uint16_t>(to.port() - 1)))) {
        complain(person->name + " is sent to at " + to.to_string() + ", which nobody named");
    }
    if (wire::classify(sent.bytes) == wire::Protocol::Stun) {
        return;  // an answer to a check
    }
    std::vector<std::uint8_t> copy = sent.bytes;
    std::span<std::uint8_t> clear = copy;
    if (const auto what = person->sent_under.empty() ? "" : person->sent_under.open(copy, clear); !what.empty()) {
        return complain(person->name + what);
    }
    if (wire::classify(sent.bytes) != wire::Protocol::Rtp) {
        return;
    }
    const auto view = wire::parse_rtp(clear);
    if (!view) {
        return complain(person->name + " is sent what does not parse");
    }
    const bool perfect = options_.faults.to_server.loss + options_.faults.to_server.burst_begins +
                             options_.faults.to_server.duplicate + options_.faults.to_server.reorder +
                             options_.faults.to_server.truncate + options_.faults.late_slots + options_.faults.stalls ==
                         0;
    const StreamRules rules{.clean = perfect && options_.faults.to_server.corrupt == 0 && !options_.new_streams &&
                                     !options_.nat && options_.faults.to_server.jitter_mean == 0ms && !options_.vanish,
                            .monotone = !options_.new_streams && options_.faults.to_server.corrupt == 0};
    if (const std::string what = next_in_stream(person->stream, view->header, rules, bench_.now()); !what.empty()) {
        complain(person->name + what);
    }
}

/// What subscribers are told: each story as it must go.
void Simulation::read_events()
{
    for (const std::string& wrong : stories_.read()) {
        complain(wrong);
    }
    for (const auto& person : people_) {
        const engine::Channel* channel =
            person->id.empty() && person->there() ? bench_.channel(*person->phone) : nullptr;
        if (channel != nullptr) {
            person->id = channel->unique_id;
        }
    }
}

/// Before a key is used it has been seen here: control has it a turn before the worker.
void Simulation::note_keys()
{
    for (const auto& person : people_) {
        const engine::Channel* channel = person->there() ? bench_.channel(*person->phone) : nullptr;
        if (channel != nullptr && channel->media.keys && channel->media.keys->send != person->newest_key) {
            person->newest_key = channel->media.keys->send;
            person->sent_under.add(*person->newest_key);
        }
    }
}

/// Whom the node has dialled since the last time: each decides what it will do.
void Simulation::meet_callees()
{
    for (; callees_met_ < bench_.dialled_count(); ++callees_met_) {
        Person& person = *people_.emplace_back(std::make_unique<Person>());
        person.phone = &bench_.dialled(callees_met_);
        person.name = "callee " + std::to_string(callees_met_);
        person.known = {person.phone->own()};
        const auto soon = [&](std::uint64_t most) {
            return bench_.now() + std::chrono::milliseconds{rng_.below(most)};
        };
        person.rings_at = rng_.chance(0.7) ? soon(300) : kNever;
        person.early_at = rng_.chance(0.3) ? soon(1000) : kNever;
        person.answers_at = rng_.chance(0.7) ? soon(2500) : kNever;
        person.refuses_at = rng_.chance(0.2) ? soon(2500) : kNever;
        person.phone->use(any_codec());
        trace(person, "is dialled");
    }
}

void Simulation::run_callee(Person& person)
{
    const auto due = [&](Nanos& at) { return bench_.now() >= at && std::exchange(at, kNever) != kNever; };
    if (!person.there()) {
        return;
    }
    if (due(person.rings_at)) {
        bench_.ring(*person.phone);
    }
    if (due(person.early_at)) {
        trace(person, "has early media");
        bench_.early_media(*person.phone);
    }
    if (due(person.refuses_at)) {
        trace(person, "refuses");
        bench_.refuse(*person.phone, rng_.chance(0.5) ? 486 : 603, rng_.chance(0.5) ? 17 : 21);
        person.answers_at = kNever;
    }
    if (due(person.answers_at)) {
        trace(person, "answers");
        person.early_at = person.refuses_at = kNever;
        bench_.answer(*person.phone, free_tone());
    }
}

/// The storm is over: everybody speaks, nobody is held, muted or locked out, and some new calls come.
void Simulation::settle()
{
    bench_.calm_down();
    advance(400ms, false);  // until control has caught up
    bench_.engine().drain(false);
    for (const auto& person : people_) {
        test::BenchPhone& phone = *person->phone;
        if (person->there() && (person->vanished || rng_.chance(0.2))) {
            bench_.hang_up(phone);
        }
        phone.voice().pause_speech(false);
        if (person->up() && phone.held) {
            bench_.hold(phone, false);
        }
    }
    for (auto& [name, room] : bench_.engine().rooms().all()) {
        room.locked = room.participants_muted = false;
        for (const engine::Member& member : room.members) {
            applications::mute_member(bench_.engine(), room, member.channel, false);
        }
    }
    for (const char* number : {"701", "701", "600", "801"}) {
        call(number, true);
    }
}

std::vector<Place> Simulation::places()
{
    std::vector<Place> all;
    for (const auto& person : people_) {
        const engine::Channel* channel = person->up() ? bench_.channel(*person->phone) : nullptr;
        if (channel != nullptr) {
            all.push_back(place_of(bench_.engine(), *channel, *person->phone));
            all.back().name = person->name;
        }
    }
    return all;
}

/// A few times over, whoever is in the same state for long enough is judged.
void Simulation::listen()
{
    std::map<const test::BenchPhone*, int> sounds;
    for (int window = 0; window < kWindows; ++window) {
        std::vector<Place> steady = places();
        for (Nanos time = 0ns; time < kLeadIn + kListening; time += kGlance) {
            for (const auto& person : people_) {
                if (time == kLeadIn) {
                    person->phone->forget();
                }
            }
            advance(kGlance, false);
            const std::vector<Place> now = places();
            std::erase_if(steady, [&](const Place& place) {
                const auto is = std::ranges::find(now, place.phone, &Place::phone);
                return is == now.end() || is->state != place.state;
            });
        }
        for (const Place& listener : steady) {
            for (const std::string& problem : judge(listener, steady)) {
                complain(problem);
            }
            sounds[listener.phone] += listener.sound_in_room && listener.group.starts_with("room") ? 1 : 0;
            if (sounds[listener.phone] == kWindows) {
                complain(listener.name + " waits for the end of a sound that does not come: " + listener.state);
            }
        }
    }
}

void Simulation::finish()
{
    for (const auto& person : people_) {
        if (person->there()) {
            bench_.hang_up(*person->phone);
        }
        if (person->up() && person->phone->offers_open > 0) {
            complain(person->name + " has an offer that was not answered");
        }
        const auto& codes = person->phone->codes;
        const auto finals = std::count_if(codes.begin(), codes.end(), [](int code) { return code >= 200; });
        if (finals > 1) {
            complain(person->name + " was given " + std::to_string(finals) + " final responses");
        }
    }
    advance(kClosing, false);
    if (const std::string left = bench_.leftovers(); !left.empty()) {
        complain("left over: " + left);
    }
    read_events();
    for (const std::string& wrong : stories_.unfinished()) {
        complain(wrong);
    }
    for (const auto& person : people_) {
        judge_keys(*person);
    }
}

/// Each key is told once at the most, in order; a corrupted byte may make another of it.
void Simulation::judge_keys(const Person& person)
{
    if (options_.faults.to_server.corrupt > 0) {
        return;
    }
    const std::string told = stories_.keys_of(person.id);
    const std::string& pressed = person.phone->voice().pressed();
    std::size_t next = 0;
    for (const char key : told) {
        next = pressed.find(key, next);
        if (next == std::string::npos) {
            return complain(person.name + " has pressed " + pressed + ", and " + told + " is told");
        }
        ++next;
    }
}

void Simulation::complain(const std::string& what)
{
    if (problems_.size() < kEnough) {
        problems_.push_back("t=" + std::to_string(to_ms(elapsed())) + " ms: " + what);
    }
}

/// What the node has logged since the last time.
void Simulation::trace_log()
{
    auto& lines = bench_.world().lines;
    for (const std::string& line : lines) {
        if (options_.trace) {
            std::printf("%8.3f   %s\n", std::chrono::duration<double>(elapsed()).count(), line.c_str());
        }
    }
    lines.clear();
}

void Simulation::trace(const Person& person, const std::string& what) const
{
    if (options_.trace) {
        std::printf("%8.3f %s %s\n", std::chrono::duration<double>(elapsed()).count(), person.name.c_str(),
                    what.c_str());
    }
}

}  // namespace rb::sim::calls
