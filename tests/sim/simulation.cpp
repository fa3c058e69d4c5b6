#include "sim/simulation.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <cstdio>

namespace rb::sim {
namespace {

constexpr Nanos kStart = 10s;
constexpr Nanos kSettling = 500ms;  // after which everyone must hear everyone
constexpr Nanos kListening = 1200ms;
constexpr Nanos kClosing = 400ms;
const Address kStranger = *parse_address("198.51.100.66:6666");

struct Format {
    codecs::CodecId codec;
    std::uint8_t payload_type;
};
constexpr std::array kFormats{Format{codecs::CodecId::Pcmu, 0}, Format{codecs::CodecId::Pcma, 8},
                              Format{codecs::CodecId::Pcmu, 0}, Format{codecs::CodecId::L16_8, 96},
                              Format{codecs::CodecId::L16_16, 97}};
constexpr std::array kPtimes{20U, 20U, 20U, 10U, 30U, 40U};

std::string host(const char* network, unsigned number)
{
    return network + std::to_string(number + 1);
}

}  // namespace

std::unique_ptr<media::MediaPlan> Call::plan(bool with_states) const
{
    const ClientOptions& phone = client->options();
    auto plan = std::make_unique<media::MediaPlan>();
    plan->codec = phone.codec;
    plan->payload_type = phone.payload_type;
    if (phone.keys) {
        plan->dtmf = media::DtmfFormat{.payload_type = SimClient::kKeyPayloadType};
    }
    plan->ptime_ms = phone.ptime_ms;
    plan->send = !held;
    plan->receive = !held;
    plan->remote_rtp = signalled;
    plan->remote_rtcp = signalled.with_port(static_cast<std::uint16_t>(signalled.port() + 1));
    plan->source = policy;
    plan->rtcp_interval = 1s;
    if (key_to_client) {
        plan->protection = media::Protection{{}};
    }
    if (with_states) {
        plan->build_encoding();
    }
    return plan;
}

void Call::renew_keys(media::MediaPlan& plan, Rng& rng, Nanos now)
{
    const auto suite = static_cast<SrtpSuite>(rng.below(kSrtpSuites));
    for (auto* key : {&key_to_server, &key_to_client}) {
        *key = SrtpKey{.suite = suite};
        std::ranges::generate((*key)->used(), [&rng] { return static_cast<std::uint8_t>(rng.next()); });
    }
    plan.protection = media::Protection{{.receive = std::move(*media::SrtpSession::receiving(*key_to_server)),
                                         .send = std::move(*media::SrtpSession::sending(*key_to_client, ssrc))}};
    sent_under.add(*key_to_client);
    client->hear_with(*key_to_client);
    client->speak_with(*key_to_server, now);
}

Simulation::Simulation(const Options& options)
    : options_{options},
      rng_{options.seed},
      checkers_{options_},
      to_server_{options.to_server, options.seed * 2 + 1},
      to_client_{options.to_client, options.seed * 2 + 2},
      now_{kStart},
      storm_ends_{kStart + options.storm}
{
    make_workers();
    for (unsigned number = 0; number < options_.clients; ++number) {
        make_call(number);
    }
}

void Simulation::make_workers()
{
    for (unsigned i = 0; i < options_.workers; ++i) {
        workers_.push_back(std::make_unique<SimWorker>(CoreLimits{.legs = 64, .bridges = 16}, kernel_));
        const bool same = options_.one_room && i > 0;
        bridge_rates_.push_back(same ? bridge_rates_[0] : rng_.chance(0.5) ? 8'000 : 16'000);
        const bool smart = !options_.one_room && rng_.chance(0.5);
        bridges_.push_back(workers_[i]->adopt({.kind = options_.holding ? bridges::BridgeKind::Holding
                                                       : smart          ? bridges::BridgeKind::Smart
                                                                        : bridges::BridgeKind::Conference,
                                               .rate = bridge_rates_[i],
                                               .parties = options_.clients}));
        paces_.push_back({.due = now_});
    }
    if (options_.one_room) {
        make_trunks();
    }
}

void Simulation::make_trunks()
{
    for (std::size_t one = 0; one < workers_.size(); ++one) {
        for (std::size_t other = one + 1; other < workers_.size(); ++other) {
            bridges::Trunk& trunk = *trunks_.emplace_back(std::make_unique<bridges::Trunk>(bridges::kMixRates.back()));
            workers_[one]->add_trunk(bridges_[one], trunk.ends()[0]);
            workers_[other]->add_trunk(bridges_[other], trunk.ends()[1]);
        }
    }
}

void Simulation::make_call(unsigned number)
{
    auto call = std::make_unique<Call>();
    const Format format = kFormats[rng_.below(kFormats.size())];
    const bool wide = format.codec == codecs::CodecId::L16_16;
    const bool behind_nat = rng_.chance(0.5);
    const double drift_ppm = options_.drift ? static_cast<double>(rng_.below(2001)) - 1000 : 0;
    const auto own = *parse_address(host("10.0.0.", number) + ":4000");
    call->number = number;
    call->server = *parse_address("10.9.9.9:" + std::to_string(20'000 + 2 * number));
    call->signalled = behind_nat ? *parse_address(host("192.168.1.", number) + ":4000") : own;
    call->policy.learn = behind_nat ? media::SourcePolicy::Learn::Anyone : media::SourcePolicy::Learn::Nobody;
    call->known = {own, call->signalled};
    call->worker = number % options_.workers;
    call->client =
        std::make_unique<SimClient>(ClientOptions{.codec = format.codec,
                                                  .payload_type = format.payload_type,
                                                  .ptime_ms = wide ? 20 : kPtimes[rng_.below(kPtimes.size())],
                                                  .hz = SimClient::tone_hz(number),
                                                  .own = own,
                                                  .server = call->server,
                                                  .keys = rng_.chance(0.8),
                                                  .drift_ppm = drift_ppm,
                                                  .dtx = options_.dtx && rng_.chance(0.5)},
                                    rng_.next(), now_);
    SimWorker& worker = *workers_[call->worker];
    call->leg = worker.reserve_leg();
    const int fd = static_cast<int>(2 * number + 10);
    const auto rtcp_port = static_cast<std::uint16_t>(call->server.port() + 1);
    RB_ASSERT(kernel_.open(fd, call->server) && kernel_.open(fd + 1, call->server.with_port(rtcp_port)));
    auto leg = std::make_unique<media::Leg>(call->leg, std::array{fd, fd + 1}, call->plan(true), rng_, 0ns);
    call->ssrc = leg->sender.ssrc();
    if (options_.srtp && rng_.chance(0.5)) {
        call->renew_keys(*leg->plan, rng_, now_);
    }
    worker.adopt(std::move(leg));
    if (options_.trace) {
        const ClientOptions& phone = call->client->options();
        std::printf("%8.3f call %u: %s, %u ms, worker %zu mixing at %u Hz%s\n", 0.0, number,
                    codecs::codec_info(phone.codec).config_name.data(), phone.ptime_ms, call->worker,
                    bridge_rates_[call->worker], behind_nat ? ", behind NAT" : "");
    }
    join(*call, {});
    calls_.push_back(std::move(call));
}

void Simulation::run(Nanos until)
{
    const auto reaches = [&](Nanos at) {
        advance(std::min(at, until == kNever ? at : kStart + until));
        return now_ >= at;
    };
    if (!reaches(storm_ends_)) {
        return;
    }
    settle();
    if (!reaches(storm_ends_ + kSettling)) {
        return;
    }
    for (const auto& call : calls_) {
        call->client->forget_what_was_heard();
    }
    if (!reaches(storm_ends_ + kSettling + kListening)) {
        return;
    }
    for (std::size_t worker = 0; !options_.one_room && worker < workers_.size(); ++worker) {
        hear_together(worker, worker);
    }
    if (options_.one_room) {
        hear_together(0, workers_.size() - 1);
    }
    for (const auto& call : calls_) {
        checkers_.keys_at_end(*call, now_);
        if (call->state == Call::State::Up) {
            hang_up(*call);
        }
    }
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
        workers_[worker]->post(command::ReturnBridge{.bridge = bridges_[worker]});
    }
    advance(now_ + kClosing);
    for (const auto& worker : workers_) {
        if (!worker->books_closed()) {
            checkers_.complain(now_, "something lent has not come home");
        }
    }
}

/// Everybody on these workers must hear everybody else there.
void Simulation::hear_together(std::size_t first_worker, std::size_t last_worker)
{
    std::vector<const Call*> together;
    for (const auto& call : calls_) {
        if (call->state == Call::State::Up && call->worker >= first_worker && call->worker <= last_worker) {
            together.push_back(call.get());
        }
    }
    options_.holding ? checkers_.waiting(together, now_) : checkers_.hearing(together, now_);
}

void Simulation::advance(Nanos to)
{
    for (; now_ < to; now_ += 1ms) {
        one_ms();
    }
}

void Simulation::one_ms()
{
    if (stormy_) {
        act();
        strangers();
    }
    for (const auto& call : calls_) {
        if (call->state != Call::State::Gone) {
            call->client->run(now_, to_server_);
        }
    }
    deliver_to_server();
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
        if (now_ >= paces_[worker].due) {
            step(worker);
        }
        control(worker);
    }
    for (const Datagram& datagram : to_client_.arrived(now_)) {
        for (const auto& call : calls_) {
            if (call->client->options().own == datagram.destination) {
                call->client->receive(datagram.bytes, now_);
            }
        }
    }
}

void Simulation::deliver_to_server()
{
    for (Datagram& datagram : to_server_.arrived(now_)) {
        if (const auto socket = kernel_.at(datagram.destination)) {
            kernel_.deliver(*socket, {.source = datagram.source, .bytes = std::move(datagram.bytes)});
        }
    }
}

/// Noise from somebody who guesses well: right payload type, any SSRC, any sequence.
void Simulation::strangers()
{
    for (const auto& call : calls_) {
        if (call->state != Call::State::Up || !rng_.chance(options_.strangers / 20)) {
            continue;
        }
        std::vector<std::uint8_t> bytes(172);
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(rng_.next());
        }
        const bool rtcp = rng_.chance(0.2);
        bytes[0] = rng_.chance(0.9) ? 0x80 : bytes[0];
        bytes[1] = rtcp ? 200 : call->client->options().payload_type;
        const auto port = static_cast<std::uint16_t>(call->server.port() + (rtcp ? 1 : 0));
        to_server_.send({.source = kStranger, .destination = call->server.with_port(port), .bytes = std::move(bytes)},
                        now_);
    }
}

void Simulation::step(std::size_t worker)
{
    for (const Sent& datagram : workers_[worker]->step(now_)) {
        sent_.add(datagram);
        const media::LegRef leg{.index = index_of(datagram.slot), .generation = datagram.generation};
        Call* call = call_of(worker, leg);
        if (call == nullptr) {
            checkers_.complain(now_, "a leg that nobody knows sends");
            continue;
        }
        checkers_.sent(*call, datagram, now_);
        to_client_.send({.source = call->server, .destination = datagram.destination, .bytes = datagram.bytes}, now_);
    }
    if (const std::string wrong = workers_[worker]->imbalance(); !wrong.empty()) {
        checkers_.complain(now_, "worker " + std::to_string(worker) + ": " + wrong);
    }
    paces_[worker].due = workers_[worker]->core().next_slot_at();
    if (stormy_ && options_.late_slots && rng_.chance(0.05)) {
        paces_[worker].due += std::chrono::milliseconds{rng_.below(31)};
    }
}

void Simulation::control(std::size_t worker)
{
    Pace& pace = paces_[worker];
    if (stormy_ && options_.full_queues && now_ >= pace.stalled_until && rng_.chance(0.002)) {
        pace.stalled_until = now_ + std::chrono::milliseconds{rng_.below(300)};
        workers_[worker]->stall_events(rng_.below(4));
    }
    if (now_ < pace.stalled_until && stormy_) {
        return;
    }
    workers_[worker]->drain_events([&](const Event& event) { on_event(worker, event); });
    for (const auto& call : calls_) {
        const bool expected = call->state == Call::State::Moving || call->state == Call::State::Leaving;
        if (expected && call->worker == worker) {
            come_home(*call);
        }
    }
}

void Simulation::come_home(Call& call)
{
    auto leg = workers_[call.worker]->take_home(call.leg);
    if (leg == nullptr) {
        return;
    }
    if (call.state == Call::State::Leaving) {
        call.state = Call::State::Gone;
        kernel_.close(leg->fds[0]);
        kernel_.close(leg->fds[1]);
        return;
    }
    SimWorker& next = *workers_[call.goes_to];
    leg->ref = next.reserve_leg();
    call.leg = leg->ref;
    call.worker = call.goes_to;
    call.state = Call::State::Up;
    next.adopt(std::move(leg));
    join(call, {});
    trace(call, "has moved");
}

void Simulation::on_event(std::size_t worker, const Event& event)
{
    const auto of_leg = [&](media::LegRef leg) {
        if (Call* call = call_of(worker, leg)) {
            checkers_.key(*call, event, now_);
        }
    };
    if (std::holds_alternative<event::RateChanged>(event)) {
        --rate_changes_;
    } else if (const auto* pressed = std::get_if<event::KeyPressed>(&event)) {
        of_leg(pressed->leg);
    } else if (const auto* released = std::get_if<event::KeyReleased>(&event)) {
        of_leg(released->leg);
    } else if (const auto* full = std::get_if<event::RecordBlock>(&event)) {
        const std::uint64_t tag = full->recorder->options().tag;
        command::BlockWritten written{.tag = tag, .block = full->block};
        if (tag % kMonitorTag < calls_.size()) {
            written.leg = calls_[tag % kMonitorTag]->leg;
        } else {
            written.bridge = bridges_[worker];
        }
        workers_[worker]->post(written);
    }
}

Call* Simulation::call_of(std::size_t worker, media::LegRef leg)
{
    for (const auto& call : calls_) {
        if (call->worker == worker && call->leg == leg) {
            return call.get();
        }
    }
    return nullptr;
}

void Simulation::trace(const Call& call, const char* what) const
{
    if (options_.trace) {
        std::printf("%8.3f call %u %s\n", std::chrono::duration<double>(now_ - kStart).count(), call.number, what);
    }
}

}  // namespace rb::sim
