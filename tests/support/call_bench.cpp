#include "support/call_bench.h"

#include "control/applications/registry.h"
#include "control/node/load_configuration.h"

#include <algorithm>
#include <stdexcept>

namespace rb::test {
namespace {

constexpr const char* kEndpoints = R"([udp]
type=transport
protocol=udp
bind=192.0.2.1:5060
[basics](!)
type=endpoint
context=c
disallow=all
allow=ulaw,alaw,slin,slin16
dtmf_mode=rfc4733
[anonymous](basics)
[phone](basics)
aors=phone
[phone]
type=aor
contact=sip:192.0.2.99:5060
[nowhere](basics)
aors=nowhere
[nowhere]
type=aor
contact=sip:nowhere.example:5060
)";

}  // namespace

CallBench::Worker::Worker(std::size_t legs, sim::Kernel& kernel)
    : core{CoreLimits{.legs = legs, .bridges = legs}, kernel}
{
}

/// What the engine has posted goes on to the worker, and into the books.
void CallBench::Worker::pump()
{
    Command command;
    while (commands.pop(command)) {
        ledger.note(command);
        core.post(command);
    }
}

engine::Configuration CallBench::load(const std::string& plan, config::Texts texts)
{
    texts.emplace("pjsip.conf", kEndpoints);
    texts.emplace("rtp.conf", "[general]\nrtpstart=20000\nrtpend=20255\n");
    texts["extensions.conf"] = plan;
    auto loaded = node::load_configuration(*config::text_source(std::move(texts)));
    if (!loaded.configuration) {
        std::string why = "the configuration of the test is refused:";
        for (const auto& problem : loaded.problems) {
            why += "\n" + config::to_string(problem);
        }
        throw std::runtime_error{why};
    }
    return *loaded.configuration;
}

CallBench::CallBench(const std::string& plan, config::Texts others, const BenchSize& size)
{
    std::vector<CommandQueue*> queues;
    for (std::size_t i = 0; i < size.workers; ++i) {
        workers_.push_back(std::make_unique<Worker>(size.legs, kernel_));
        queues.push_back(&workers_.back()->commands);
    }
    engine_ = std::make_unique<engine::CallEngine>(
        engine::EngineOptions{.legs_per_worker = size.legs, .bridges_per_worker = size.legs},
        load(plan, std::move(others)), world_, queues, applications::all_applications());
    ports_ = engine_->ports().free();
    world_.on_sound = [this](engine::SoundLoaded loaded) { engine_->on(std::move(loaded), now_); };
}

CallBench::~CallBench() = default;

void CallBench::suffer(const BenchFaults& faults)
{
    faults_ = faults;
    rng_ = Rng{faults.seed};
    to_server_ = sim::SimNetwork{faults.to_server, faults.seed * 2 + 1};
    to_client_ = sim::SimNetwork{faults.to_client, faults.seed * 2 + 2};
    world_.suffer(faults.world, faults.seed);
}

void CallBench::calm_down()
{
    faults_ = {.seed = faults_.seed, .world = {}};
    to_server_.calm_down();
    to_client_.calm_down();
    world_.suffer({}, faults_.seed);
}

void CallBench::run(Nanos time)
{
    for (const Nanos until = now_ + time; now_ < until;) {
        now_ += 1ms;
        exchange_media();
        stall();
        if (stalled()) {
            continue;
        }
        read_events();
        for (engine::SoundLoaded& loaded : world_.take_sounds(now_)) {
            engine_->on(std::move(loaded), now_);
        }
        for (const engine::HandshakeNews& news : world_.take_news(now_)) {
            engine_->on(news, now_);
        }
        for (const engine::RecordingFailed& failed : world_.take_failures()) {
            engine_->on(failed, now_);
        }
        deliver_events();
        engine_->on_time(now_);
        on_actions();
        for (std::size_t i = 0; i < phones_.size(); ++i) {
            if (now_ >= phones_[i]->rings_until) {
                end(*phones_[i], 408, 19);
            }
        }
    }
}

void CallBench::exchange_media()
{
    for (const auto& phone : phones_) {
        phone->send(now_, to_server_);
    }
    for (sim::Datagram& datagram : to_server_.arrived(now_)) {
        if (const auto socket = kernel_.at(datagram.destination)) {
            kernel_.deliver(*socket, {.source = datagram.source, .bytes = std::move(datagram.bytes)});
        }
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (now_ >= workers_[i]->due) {
            step(i);
        }
    }
    for (const sim::Datagram& datagram : to_client_.arrived(now_)) {
        if (BenchPhone* phone = phone_at(datagram.destination)) {
            phone->receive(datagram.bytes, now_);
        }
    }
}

BenchPhone* CallBench::phone_at(const Address& address)
{
    BenchPhone*& last = last_at_[address];
    if (last == nullptr || last->own() != address) {
        const auto found = std::ranges::find_if(phones_, [&](const auto& phone) { return phone->own() == address; });
        last = found == phones_.end() ? nullptr : found->get();
    }
    return last;
}

void CallBench::step(std::size_t index)
{
    Worker& worker = *workers_[index];
    worker.pump();
    for (sim::Sent& sent : worker.core.step(now_)) {
        if (on_sent) {
            on_sent(index, sent);
        }
        if (sent.socket == Socket::Rtp) {  // no phone listens where RTCP of its own goes
            to_client_.send({.source = {}, .destination = sent.destination, .bytes = std::move(sent.bytes)}, now_);
        }
    }
    if (rng_.chance(faults_.late_slots)) {
        worker.due = now_ + std::chrono::milliseconds{rng_.below(31)};
    }
}

/// Control stands still; meanwhile its queues are filled up by others.
void CallBench::stall()
{
    if (stalled() || !rng_.chance(faults_.stalls)) {
        return;
    }
    stalled_until_ = now_ + std::chrono::milliseconds{rng_.below(300)};
    for (const auto& worker : workers_) {
        worker->core.stall_events(rng_.below(4));
        while (rng_.chance(0.9995) && worker->commands.push(command::StopPlaying{})) {
        }
    }
}

void CallBench::read_events()
{
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        Event event;
        while (workers_[i]->core.events().pop(event)) {
            workers_[i]->ledger.note(event);
            engine_->on(i, event, now_);
            on_actions();
        }
    }
}

engine::Channel* CallBench::channel(const BenchPhone& phone)
{
    engine::Channel* found = nullptr;
    engine_->channels().for_each([&](engine::ChannelRef, engine::Channel& candidate) {
        found = candidate.session == phone.session() ? &candidate : found;
    });
    return found;
}

std::string CallBench::variable(const BenchPhone& phone, const std::string& name)
{
    engine::Channel* its = channel(phone);
    return its == nullptr ? "(gone)" : its->variable(name);
}

std::string CallBench::leftovers()
{
    for (std::size_t i = 0; i < phones_.size(); ++i) {
        hang_up(*phones_[i]);
    }
    on_actions();
    run(100ms);
    std::string left;
    const auto count = [&](const char* what, std::size_t number) {
        left += number == 0 ? "" : std::to_string(number) + " " + what + ", ";
    };
    count("channels", engine_->channels().size());
    count("rooms", engine_->rooms().size());
    count("sockets", world_.sockets.size() - engine_->ports().resting() * kSocketsPerLeg);  // those stay open
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        count("legs", engine_->worker(i).legs());
        count("bridges", engine_->worker(i).bridges());
        left += workers_[i]->ledger.open();
        for (const std::string& problem : workers_[i]->ledger.problems()) {
            left += problem + ", ";
        }
    }
    left += imbalance();
    for (const std::string& what : wrongs_) {
        left += what + ", ";
    }
    count("calls without an end", engine_->counters().calls - world_.channels_ended);
    for (const auto& [id, recording] : world_.recordings) {
        count("open recordings", recording.open ? 1 : 0);
    }
    count("ports", ports_ - engine_->ports().free() - engine_->ports().resting());
    return left;
}

std::uint64_t CallBench::counted(std::size_t counter)
{
    std::uint64_t sum = 0;
    for (const auto& worker : workers_) {
        sum += worker->core.core().counters().get(counter);
    }
    return sum;
}

std::string CallBench::imbalance() const
{
    std::string text;
    for (const auto& worker : workers_) {
        text += worker->core.imbalance();
    }
    return text;
}

}  // namespace rb::test
