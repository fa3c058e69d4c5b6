#include "tools/rbload/media_run.h"

#include <algorithm>

namespace rb::load {
namespace {

/// For what is still on its way, jitter buffers included.
constexpr Nanos kHundredAtWork = 3s;
constexpr Nanos kDrain = 300ms;
/// BYE and its retransmissions.
constexpr Nanos kHangUpMax = 35s;
constexpr std::uint64_t kFirstHundred = 100;

Nanos seconds(double value)
{
    return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>{value});
}

}  // namespace

Result<std::unique_ptr<MediaRun>> MediaRun::create(const Options& options)
{
    auto plan = MediaPlan::make(options);
    if (!plan) {
        return tl::unexpected(std::move(plan.error()));
    }
    std::unique_ptr<MediaRun> run{new MediaRun{options, std::move(*plan)}};
    if (auto opened = run->open(); !opened) {
        return tl::unexpected(std::move(opened.error()));
    }
    return run;
}

MediaRun::MediaRun(const Options& options, MediaPlan plan)
    : options_{options}, plan_{std::move(plan)}, ledger_{options.calls, options.calls_per_second}
{
    for (std::uint32_t leg = 0; leg < plan_.legs(); ++leg) {
        stamps_of_.push_back(plan_.stamps_of(leg));
    }
}

Result<void> MediaRun::open()
{
    auto streamer = Streamer::create(plan_.legs(), options_.ptime_ms);
    if (!streamer) {
        return tl::unexpected(std::move(streamer.error()));
    }
    streamer_ = std::move(*streamer);
    for (std::uint32_t leg = 0; leg < plan_.legs(); ++leg) {
        if (auto added = streamer_->add(plan_.setup(leg), plan_.local(leg)); !added) {
            return added;
        }
        if (plan_.is_quiet(leg)) {
            streamer_->legs()[leg].mute();
        }
    }
    if (options_.mode == Mode::Raw) {
        begin_raw();
        return {};
    }
    // After the RTP sockets, so that the port it is given is none of theirs.
    auto near = SipClient::open(options_.local.with_port(0));
    if (!near) {
        return tl::unexpected(std::move(near.error()));
    }
    near_ = std::move(*near);
    if (options_.mode == Mode::Bridge) {
        auto far = SipClient::open(options_.local.with_port(options_.answer_port));
        if (!far) {
            return tl::unexpected(std::move(far.error()));
        }
        far_ = std::move(*far);
    }
    return {};
}

void MediaRun::begin_raw()
{
    for (std::uint32_t leg = 0; leg < plan_.legs(); ++leg) {
        const auto port = static_cast<std::uint16_t>(options_.server.port() + leg * kPortsPerLeg);
        streamer_->legs()[leg].start({.address = options_.server.with_port(port)});
    }
    enter(Phase::Settling, kNever);
}

Outcome MediaRun::run()
{
    server_pid_ = options_.server_pid;
    if (const auto found = find_udp_server(options_.server.port()); server_pid_ == 0 && found) {
        server_pid_ = *found;
    }
    before_ = sample();
    while (phase_ != Phase::Over) {
        now_ = pacer_.tick();
        const Nanos now = now_;
        run_sip(now);
        streamer_->run(now);
        step(now);
        show(now);
    }
    progress_.finish();
    return conclude();
}

void MediaRun::run_sip(Nanos now)
{
    if (near_) {
        for (const CallEvent& event : near_->run(now)) {
            on_near(event, now);
        }
    }
    if (far_) {
        for (const CallEvent& event : far_->run(now)) {
            on_far(event, now);
        }
    }
}

void MediaRun::on_near(const CallEvent& event, Nanos now)
{
    ledger_.note(event, phase_ < Phase::HangingUp, now);
    const std::uint32_t leg = plan_.near_leg(event.call);
    switch (event.change) {
        case CallChange::Answered:
            start_leg(leg, event.remote);
            return;
        case CallChange::MediaChanged:
            start_leg(leg, event.remote);
            return;
        case CallChange::EndedByPeer:
        case CallChange::Ended:
        case CallChange::TimedOut:
        case CallChange::Refused:
            streamer_->legs()[leg].stop();
            return;
        case CallChange::None:
        case CallChange::Incoming:
        case CallChange::Ringing:
        case CallChange::Forgotten:
            return;
    }
}

void MediaRun::on_far(const CallEvent& event, Nanos now)
{
    if (event.change == CallChange::Incoming) {
        const std::uint32_t leg = plan_.far_leg(event.number);
        far_legs_.resize(std::max<std::size_t>(far_legs_.size(), event.call + 1U), plan_.legs());
        if (leg < plan_.legs()) {
            far_legs_[event.call] = leg;
            ++far_answered_;
            far_->answer(event.call, plan_.answer_to(event.remote, leg), now);
            start_leg(leg, event.remote);
        }
        return;
    }
    const std::uint32_t leg = event.call < far_legs_.size() ? far_legs_[event.call] : plan_.legs();
    if (leg == plan_.legs()) {
        return;
    }
    if (event.change == CallChange::MediaChanged) {
        start_leg(leg, event.remote);
    } else if (event.change == CallChange::EndedByPeer || event.change == CallChange::TimedOut) {
        streamer_->legs()[leg].stop();
    }
}

void MediaRun::start_leg(std::uint32_t leg, const std::optional<MediaDescription>& remote)
{
    if (remote) {
        streamer_->legs()[leg].start(*remote);
    }
}

void MediaRun::step(Nanos now)
{
    if (interrupted() && phase_ < Phase::HangingUp) {
        if (phase_ == Phase::Measuring) {
            end_measuring(now);
        }
        enter(Phase::HangingUp, now + kHangUpMax);
    }
    switch (phase_) {
        case Phase::Placing:
            place(now);
            return;
        case Phase::Settling:
            phase_ends_ = phase_ends_ == kNever ? now + seconds(options_.settle_s) : phase_ends_;
            if (now >= phase_ends_) {
                begin_measuring(now);
            }
            return;
        case Phase::Measuring:
            if (now >= phase_ends_) {
                end_measuring(now);
            }
            return;
        case Phase::Draining:
            if (now >= phase_ends_) {
                enter(Phase::HangingUp, now + kHangUpMax);
            }
            return;
        case Phase::HangingUp:
            hang_up(now);
            return;
        case Phase::Over:
            return;
    }
}

/// What the first legs make a server touch, its buffers and queues, is no other leg's: memory is compared with a time
/// when a hundred legs have been at work for a while.
bool MediaRun::waits_at_first_hundred(Nanos now)
{
    const auto hundred = std::uint64_t{options_.calls} * kFirstHundred / plan_.legs();
    const bool compares = before_ && !after_100_ && plan_.legs() >= 2 * kFirstHundred;
    if (!compares || ledger_.placed_count() < hundred) {
        return false;
    }
    if (hundred_up_ == kNever && ledger_.all_decided()) {
        hundred_up_ = now;
    }
    if (hundred_up_ == kNever || now < hundred_up_ + kHundredAtWork) {
        return true;
    }
    after_100_ = sample();
    ledger_.put_off(now - hundred_up_);
    return false;
}

void MediaRun::place(Nanos now)
{
    while (!waits_at_first_hundred(now) && ledger_.next_due(now) <= now) {
        const auto call = static_cast<std::uint32_t>(ledger_.placed_count());
        near_->place(plan_.uri(call), options_.server, plan_.description(plan_.near_leg(call)), now);
        ledger_.placed(now);
    }
    if (ledger_.all_placed() && ledger_.all_decided()) {
        ledger_.answered() > 0 ? enter(Phase::Settling, kNever) : enter(Phase::Over, now);
    }
}

void MediaRun::begin_measuring(Nanos now)
{
    auto& legs = streamer_->legs();
    for (std::size_t i = 0; i < legs.size(); ++i) {
        judged_.push_back(legs[i].started() && legs[stamps_of_[i]].started());
        if (options_.mode == Mode::Raw && options_.flow == Flow::Receive) {
            legs[i].mute();
        }
        speaking_ += legs[i].speaks() ? 1U : 0U;
    }
    began_ = sample();
    own_cpu_.begin();
    measured_from_ = now;
    streamer_->begin(now, stamps_of_);
    enter(Phase::Measuring, now + seconds(options_.hold_s));
}

void MediaRun::end_measuring(Nanos now)
{
    streamer_->end(now, stamps_of_);
    sent_ = streamer_->counts();
    measured_to_ = now;
    own_cpu_.end();
    ended_ = sample();
    enter(Phase::Draining, now + kDrain);
}

void MediaRun::hang_up(Nanos now)
{
    if (near_) {
        const auto due = static_cast<std::uint64_t>(options_.calls_per_second *
                                                    std::chrono::duration<double>{now - phase_began_}.count());
        for (; hung_up_ < ledger_.placed_count() && hung_up_ <= due; ++hung_up_) {
            near_->hang_up(hung_up_, now);
        }
    }
    const bool done = !near_ || (hung_up_ == ledger_.placed_count() && ledger_.up() == 0);
    if (done || now >= phase_ends_ + seconds(options_.calls / options_.calls_per_second)) {
        enter(Phase::Over, now);
    }
}

void MediaRun::enter(Phase phase, Nanos until) noexcept
{
    phase_began_ = now_;
    phase_ = phase;
    phase_ends_ = until;
}

std::optional<ServerSample> MediaRun::sample() const
{
    const auto taken = server_pid_ > 0 ? sample_server(server_pid_) : failure("");
    return taken ? std::optional{*taken} : std::nullopt;
}

Outcome MediaRun::conclude()
{
    Outcome outcome{.interrupted = interrupted()};
    if (near_) {
        outcome.calls = ledger_.outcome(*near_);
        outcome.calls.far_answered = far_answered_;
        ledger_.add_faults(outcome.faults);
    }
    if (measured_to_ == Nanos{}) {
        outcome.faults.emplace_back("nothing was measured");
        return outcome;
    }
    for (Leg& leg : streamer_->legs()) {
        leg.drain_rtcp();
    }
    const Streams streams{.options = options_,
                          .plan = plan_,
                          .streamer = *streamer_,
                          .judged = judged_,
                          .speaking = speaking_,
                          .sent = sent_,
                          .seconds = std::chrono::duration<double>{measured_to_ - measured_from_}.count()};
    outcome.media = judge_media(streams);
    outcome.hearing = judge_hearing(streams);
    const auto legs = static_cast<double>(outcome.media->legs);
    if (before_ && began_ && ended_ && legs > 0) {
        outcome.server = judge_server(*began_, *ended_, legs);
        outcome.server->pid = server_pid_;
        const auto grown = [this](const ServerSample& since) {
            return static_cast<double>(ended_->rss_kb) - static_cast<double>(since.rss_kb);
        };
        outcome.server->rss_kb_per_leg = grown(*before_) / legs;
        if (after_100_ && legs >= 2 * kFirstHundred) {
            outcome.server->rss_kb_per_leg_after_100 = grown(*after_100_) / (legs - kFirstHundred);
        }
    }
    outcome.generator = {
        .cpu_percent = own_cpu_.percent(), .lateness = sent_.lateness.percentiles(), .send_failed = sent_.send_failed};
    judge_generator(outcome.generator);
    add_media_faults(options_, outcome, outcome.faults);
    return outcome;
}

void MediaRun::show(Nanos now)
{
    const auto share_of_time = [&] {
        const Nanos length = phase_ends_ - phase_began_;
        return length > 0ns ? static_cast<double>((now - phase_began_).count()) / static_cast<double>(length.count())
                            : 1;
    };
    const auto count = [](std::uint64_t part) { return std::to_string(part); };
    switch (phase_) {
        case Phase::Placing:
            progress_.show(now, "placing: " + count(ledger_.answered()) + " of " + count(options_.calls) + " up",
                           static_cast<double>(ledger_.answered()) / options_.calls);
            return;
        case Phase::Settling:
            progress_.show(now, "settling", 1);
            return;
        case Phase::Measuring:
            progress_.show(now, "measuring: " + count(streamer_->counts().sent) + " packets sent", share_of_time());
            return;
        case Phase::Draining:
            progress_.show(now, "waiting for stragglers", 1);
            return;
        case Phase::HangingUp:
            progress_.show(now, "hanging up: " + count(ledger_.up()) + " left",
                           1 - static_cast<double>(ledger_.up()) / options_.calls);
            return;
        case Phase::Over:
            return;
    }
}

}  // namespace rb::load
