// What control and phones do during the storm, and how everybody is brought together after it.
#include "codecs/comfort.h"
#include "sim/simulation.h"
#include "sim/tone_clip.h"

namespace rb::sim {
namespace {

constexpr Nanos kLastMove = 700ms;  // before the storm ends: legs are to have arrived by then
constexpr Nanos kAnswerTakes = 50ms;
constexpr Nanos kLastKey = 2500ms;  // a room's keys take 180 ms each to pass on

std::shared_ptr<const bridges::Clip> clip(codecs::CodecId codec, std::size_t frames)
{
    std::array<std::uint8_t, codecs::kPayloadBytesMax> room{};
    const auto frame = codecs::write_silence(codec, room);
    std::vector<std::uint8_t> payload;
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < frames; ++i) {
        payload.insert(payload.end(), frame.begin(), frame.end());
        ends.push_back(static_cast<std::uint32_t>(payload.size()));
    }
    const bool varies = codecs::codec_info(codec).unit_bytes == 0;
    return std::make_shared<bridges::Clip>(codec, std::move(payload), varies ? ends : std::vector<std::uint32_t>{});
}

std::unique_ptr<bridges::Player> player(codecs::CodecId codec, std::size_t frames)
{
    return std::make_unique<bridges::Player>(bridges::Player::Clips{clip(codec, frames), clip(codec, 3)},
                                             bridges::Player::Options{.loop = frames % 2 == 0});
}

}  // namespace

void Simulation::act()
{
    if (!rng_.chance(0.03)) {
        return;
    }
    Call& call = *calls_[rng_.below(calls_.size())];
    if (rng_.chance(0.1)) {
        act_on_bridge(rng_.below(workers_.size()));
    } else if (call.state == Call::State::Up) {
        act_on(call);
    }
}

void Simulation::act_on(Call& call)
{
    switch (rng_.below(4)) {
        case 0:
            call.in_bridge ? leave(call) : options_.holding ? wait(call, rng_.chance(0.3)) : join(call, {});
            break;
        case 1:
            workers_[call.worker]->post(command::SetParty{
                .leg = call.leg,
                .options = {.muted = rng_.chance(0.3), .deaf = rng_.chance(0.3), .report_talk = rng_.chance(0.3)}});
            break;
        case 2:
            act_on_media(call);
            break;
        default:
            act_on_phone(call);
            break;
    }
}

void Simulation::act_on_media(Call& call)
{
    SimWorker& worker = *workers_[call.worker];
    const codecs::CodecId codec = call.client->options().codec;
    const std::uint64_t choice = rng_.below(options_.srtp ? 12 : 11);
    if (choice == 0 && options_.play) {
        worker.play(call.leg, player(codec, 1 + rng_.below(50)));
    } else if (choice == 1) {
        worker.post(command::StopPlaying{.leg = call.leg});
    } else if (choice == 2 && options_.record) {
        worker.record(
            call.leg,
            std::make_unique<bridges::Recorder>(bridges::Recorder::Options{
                .rate = codecs::codec_info(codec).sample_rate, .max_duration = 3s, .keys = {'#'}, .tag = call.number}));
    } else if (choice == 3) {
        worker.post(command::StopRecording{.leg = call.leg});
    } else if (choice == 4 && options_.hold) {
        set_held(call, !call.held);
    } else if (choice == 5 && !call.in_bridge) {
        call.echo = !call.echo;
        worker.post(command::SetEcho{.leg = call.leg, .on = call.echo});
    } else if (choice == 6 && options_.keys && now_ < storm_ends_ - kLastKey) {
        worker.post(command::SendDtmf{.leg = call.leg, .digit = '5', .timing = {.held = 60ms, .between = 40ms}});
    } else if (choice == 7 && options_.migrate && now_ < storm_ends_ - kLastMove) {
        trace(call, "moves");
        call.goes_to = rng_.below(workers_.size());
        leave(call);
        worker.post(command::ReturnLeg{.leg = call.leg, .migrating = true});
        call.state = Call::State::Moving;
    } else if (choice == 8 && options_.record) {
        monitor(call);
    } else if (choice == 9) {
        worker.post(command::StopMonitor{.leg = call.leg});
    } else if (choice == 10 && options_.record) {
        worker.post(command::SetRecording{
            .leg = call.leg, .tag = call.number, .flow = static_cast<bridges::Recorder::Flow>(rng_.below(3))});
    } else if (choice == 11 && call.key_to_client) {
        auto plan = call.plan(rng_.chance(0.3));
        call.renew_keys(*plan, rng_, now_ + kAnswerTakes);
        worker.change_media(call.leg, std::move(plan));
        trace(call, "renews its keys");
    }
}

/// Both directions of a call into up to three recorders.
void Simulation::monitor(Call& call)
{
    const codecs::CodecId codec = call.client->options().codec;
    bridges::Monitor::Recorders recorders;
    for (std::size_t track = 0; track < recorders.size(); ++track) {
        if (rng_.chance(0.6)) {
            recorders[track] = std::make_unique<bridges::Recorder>(bridges::Recorder::Options{
                .rate = codecs::codec_info(codec).sample_rate, .tag = (track + 1) * kMonitorTag + call.number});
        }
    }
    workers_[call.worker]->monitor(
        call.leg,
        std::make_unique<bridges::Monitor>(bridges::Monitor::Options{.codec = codec, .bridged_only = rng_.chance(0.3)},
                                           std::move(recorders)));
}

/// Joins a holding bridge: to announce, or to wait with music.
void Simulation::wait(Call& call, bool announcer)
{
    call.announcer = announcer;
    join(call, {.announcer = announcer});
    SimWorker& worker = *workers_[call.worker];
    if (announcer) {
        worker.post(command::StopPlaying{.leg = call.leg});
    } else {
        worker.play(call.leg, std::make_unique<bridges::Player>(
                                  bridges::Player::Clips{tone_clip(call.client->options().codec, kMusicHz, 1000)},
                                  bridges::Player::Options{.loop = true, .common_clock = true}));
    }
}

void Simulation::act_on_phone(Call& call)
{
    const std::uint64_t choice = rng_.below(6);
    if (choice < 3 && options_.keys && now_ < storm_ends_ - kLastKey) {
        call.client->press_next();
        trace(call, "presses a key");
    } else if (choice == 3 && options_.rebind && now_ < storm_ends_ - 2s &&
               call.policy.learn == media::SourcePolicy::Learn::Anyone) {
        const Address& own = call.client->options().own;
        const Address moved = own.with_port(static_cast<std::uint16_t>(own.port() + 2));
        call.known.insert(moved);
        call.client->move_to(moved);
        trace(call, "comes from another address");
    } else if (choice == 4 && options_.new_streams && now_ < storm_ends_ - 1s) {
        trace(call, "begins another stream");
        rng_.chance(0.5)   ? call.client->change_ssrc()
        : rng_.chance(0.5) ? call.client->jump_sequence(rng_.u16())
                           : call.client->jump_timestamp(rng_.u32());
    } else if (choice == 4 && options_.dtx) {
        call.client->pause_speech(!call.client->options().dtx);
    } else if (choice == 5 && options_.vanish && rng_.chance(0.2)) {
        hang_up(call);
    }
}

void Simulation::act_on_bridge(std::size_t worker)
{
    SimWorker& at = *workers_[worker];
    const bridges::BridgeRef bridge = bridges_[worker];
    constexpr std::array kLinear{codecs::CodecId::L16_8, codecs::CodecId::L16_16, codecs::CodecId::L16_48};
    const std::uint64_t choice = rng_.below(6);
    if (choice == 0 && options_.play) {
        at.play(bridge, player(kLinear[bridges::mix_rate_index(bridge_rates_[worker])], 1 + rng_.below(40)));
    } else if (choice == 1) {
        at.post(command::StopPlayingToBridge{.bridge = bridge});
    } else if (choice == 2 && options_.record) {
        at.record(bridge, std::make_unique<bridges::Recorder>(
                              bridges::Recorder::Options{.rate = bridge_rates_[worker], .tag = 1000 + worker}));
    } else if (choice == 3) {
        at.post(command::StopRecordingBridge{.bridge = bridge});
    } else if (choice == 4) {
        at.grow(bridge, options_.clients + static_cast<unsigned>(rng_.below(300)));
    } else if (choice == 5 && options_.rates && rate_changes_ == 0) {
        change_rate(worker);
    }
}

/// Takes the worker's room to any rate, with all its parts.
void Simulation::change_rate(std::size_t worker)
{
    const std::uint32_t rate = bridges::kMixRates[rng_.below(bridges::kMixRates.size())];
    for (std::size_t part = 0; part < workers_.size(); ++part) {
        if (part == worker || options_.one_room) {
            workers_[part]->change_rate(bridges_[part], rate_change(part, rate));
            bridge_rates_[part] = rate;
            ++rate_changes_;
        }
    }
}

std::unique_ptr<bridges::RateChange> Simulation::rate_change(std::size_t worker, std::uint32_t rate)
{
    auto change = std::make_unique<bridges::RateChange>();
    change->rate = rate;
    change->not_before = now_ + std::chrono::milliseconds{rng_.below(60)};
    for (std::size_t other = 0; other < bridges::kMixRates.size(); ++other) {
        change->others[other] = std::make_unique<bridges::RateAdapter>(bridges::kMixRates[other], rate);
    }
    for (const auto& call : calls_) {
        const codecs::CodecId codec = call->client->options().codec;
        const std::uint32_t own = codecs::codec_info(codec).sample_rate;
        if (call->worker == worker && call->in_bridge) {
            change->parties.push_back(
                {.leg = call->leg,
                 .adapter = own == rate ? nullptr : std::make_unique<bridges::RateAdapter>(own, rate)});
            auto& group = change->groups[static_cast<std::size_t>(codec)];
            if (own != rate && group == nullptr && rng_.chance(0.5)) {
                group = std::make_unique<bridges::GroupEncoder>(codec, rate);
            }
        }
    }
    return change;
}

void Simulation::join(Call& call, const media::PartyOptions& options)
{
    const std::uint32_t own = codecs::codec_info(call.client->options().codec).sample_rate;
    const std::uint32_t mix = bridge_rates_[call.worker];
    auto adapter = own == mix ? nullptr : std::make_unique<bridges::RateAdapter>(own, mix);
    workers_[call.worker]->join(call.leg, bridges_[call.worker], options, std::move(adapter));
    call.in_bridge = true;
    call.echo = false;
    trace(call, "joins");
}

void Simulation::leave(Call& call)
{
    workers_[call.worker]->post(command::LeaveBridge{.leg = call.leg});
    call.in_bridge = false;
    trace(call, "leaves");
}

void Simulation::set_held(Call& call, bool held)
{
    call.held = held;
    call.was_held = call.was_held || held;
    workers_[call.worker]->change_media(call.leg, call.plan(rng_.chance(0.3)));
    trace(call, held ? "is on hold" : "is off hold");
}

void Simulation::hang_up(Call& call)
{
    trace(call, "hangs up");
    workers_[call.worker]->post(command::ReturnLeg{.leg = call.leg});
    call.state = Call::State::Leaving;
    call.in_bridge = false;
}

void Simulation::settle()
{
    stormy_ = false;
    to_server_.calm_down();
    to_client_.calm_down();
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
        workers_[worker]->post(command::StopPlayingToBridge{.bridge = bridges_[worker]});
        workers_[worker]->post(command::StopRecordingBridge{.bridge = bridges_[worker]});
    }
    std::vector<unsigned> together(workers_.size());
    const auto room_of = [this](const Call& call) { return options_.one_room ? 0 : call.worker; };
    for (const auto& call : calls_) {
        control(call->worker);  // whoever was moving has arrived
        if (call->state != Call::State::Up) {
            continue;
        }
        SimWorker& worker = *workers_[call->worker];
        worker.post(command::StopPlaying{.leg = call->leg});
        worker.post(command::StopRecording{.leg = call->leg});
        worker.post(command::SetEcho{.leg = call->leg});
        if (call->held) {
            set_held(*call, false);
        }
        call->client->pause_speech(false);
        // The first announces, in every other bridge.
        const bool first = ++together[room_of(*call)] == 1;
        options_.holding ? wait(*call, first && call->worker % 2 == 0) : join(*call, {});
    }
    for (const auto& call : calls_) {
        if (!options_.holding && call->state == Call::State::Up && together[room_of(*call)] == 1) {
            leave(*call);
            workers_[call->worker]->post(command::SetEcho{.leg = call->leg, .on = true});
        }
    }
}

}  // namespace rb::sim
