// simulation.h — whole calls through both planes in one thread and virtual time: phones, a lossy network, the call
// engine with its applications, workers, operators, checkers.
#pragma once

#include "sim/calls/event_stories.h"
#include "sim/calls/hearing.h"
#include "sim/calls/options.h"
#include "sim/checkers.h"
#include "sim/key_book.h"
#include "sim/sent_hash.h"
#include "support/call_bench.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rb::sim::calls {

/// What the simulation knows of a phone besides the bench.
struct Person {
    test::BenchPhone* phone = nullptr;
    std::string number;  ///< it dialled; empty = it was dialled
    std::string name;    ///< in messages
    std::string id;      ///< of its channel, once that is known
    std::set<Address> known;
    StreamSeen stream;
    KeyBook sent_under;                 ///< every key the node has had to send to it
    std::optional<SrtpKey> newest_key;  ///< of these
    bool vanished = false;
    // Of a callee: when it does what, as far as it still will.
    Nanos rings_at = kNever;
    Nanos early_at = kNever;
    Nanos answers_at = kNever;
    Nanos refuses_at = kNever;

    [[nodiscard]] bool there() const { return !phone->ended; }
    [[nodiscard]] bool up() const { return there() && phone->answered; }
};

/// A run: set up, then run() to its end. The same options give the same bytes.
class Simulation {
public:
    explicit Simulation(const Options& options);

    /// Storm, calm, hearing, hang-up. until: stop there instead; kNever = the whole.
    void run(Nanos until = kNever);

    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }
    /// Of all bytes sent, with their destinations.
    [[nodiscard]] std::uint64_t hash() const noexcept { return sent_.value(); }
    [[nodiscard]] std::uint64_t datagrams_sent() const noexcept { return sent_.datagrams(); }
    [[nodiscard]] std::uint64_t calls() { return bench_.engine().counters().calls; }

private:
    [[nodiscard]] Nanos elapsed() const { return bench_.now() - began_; }
    void advance(Nanos time, bool stormy);
    void on_sent(std::size_t worker, const Sent& sent);
    void note_keys();
    void read_events();
    void judge_keys(const Person& person);
    [[nodiscard]] std::optional<SrtpSuite> draw_suite();
    void meet_callees();
    void settle();
    void finish();
    void complain(const std::string& what);
    void trace_log();
    void trace(const Person& person, const std::string& what) const;

    // What phones and operators do, in actions.cpp.
    void call(const std::string& number, bool plain);
    void act();
    void act(Person& person);
    void change_stream(Person& person);
    void change_session(Person& person);
    void run_callee(Person& person);
    void operate();
    void operate(engine::Room& room);
    [[nodiscard]] engine::ChannelRef any_member(const engine::Room& room);

    void listen();
    [[nodiscard]] std::vector<Place> places();
    [[nodiscard]] double free_tone() const;
    [[nodiscard]] codecs::CodecId any_codec();

    Options options_;
    Rng rng_;
    test::CallBench bench_;
    Nanos began_;
    std::vector<std::unique_ptr<Person>> people_;
    std::map<std::uint64_t, Person*> by_channel_;
    std::size_t callees_met_ = 0;
    std::vector<std::string> problems_;
    SentHash sent_;
    EventStories stories_;
};

}  // namespace rb::sim::calls
