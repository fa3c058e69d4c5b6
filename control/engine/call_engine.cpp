#include "control/engine/call_engine.h"

#include "control/engine/call.h"

#include <algorithm>
#include <array>

namespace rb::engine {
namespace {

/// Q.850 causes by what a plan's end or an application leaves behind (DIALSTATUS).
int cause_of_dialstatus(const std::string& status)
{
    if (status == "BUSY") {
        return 17;
    }
    if (status == "NOANSWER") {
        return 19;
    }
    return status == "CONGESTION" || status == "CHANUNAVAIL" ? 34 : 16;
}

}  // namespace

CallEngine::CallEngine(const EngineOptions& options, Configuration configuration, Environment& environment,
                       const std::vector<CommandQueue*>& queues, ApplicationFactory factory)
    : options_{options},
      configuration_{std::move(configuration)},
      environment_{environment},
      factory_{std::move(factory)},
      ports_{configuration_.snapshot->rtp.rtpstart, configuration_.snapshot->rtp.rtpend, options.resting_sockets_max},
      admission_{queues.size()},
      rng_{options.seed},
      reports_{*this, environment.events()}
{
    for (CommandQueue* queue : queues) {
        workers_.push_back(std::make_unique<WorkerProxy>(*queue, options.legs_per_worker, options.bridges_per_worker));
    }
    for (const auto& [name, value] : configuration_.plan->globals()) {
        globals_.set(name, value);
    }
}

CallEngine::~CallEngine() = default;

void CallEngine::use(Configuration configuration)
{
    configuration_ = std::move(configuration);
    for (const auto& [name, value] : configuration_.plan->globals()) {
        globals_.set(name, value);
    }
}

void CallEngine::on_time(Nanos now)
{
    now_ = now;
    retired_.clear();
    for (const auto& worker : workers_) {
        worker->flush();
    }
    ports_.look(now, environment_);
    wake_rooms();
    while (!wakes_.empty() && wakes_.top().first <= now_) {
        const auto [at, bits] = wakes_.top();
        wakes_.pop();
        Channel* channel = channels_.find(ChannelRef::from_bits(bits));
        // A newer wish has its own entry; this one may be stale.
        if (channel != nullptr && channel->timeouts.over_at == at) {
            time_over(*channel);
        } else if (channel != nullptr && channel->wake_at == at && channel->application != nullptr) {
            channel->wake_at = kNever;
            Call call{*this, *channel};
            channel->application->on_time(call);
        }
    }
}

void CallEngine::wake_at(Channel& channel, Nanos at)
{
    channel.wake_at = at;
    if (at != kNever) {
        wakes_.emplace(at, channel.ref.bits());
    }
}

Nanos CallEngine::next_deadline() const
{
    return std::min({ports_.next_look(), wakes_.empty() ? kNever : wakes_.top().first,
                     room_wakes_.empty() ? kNever : room_wakes_.begin()->first});
}

bool CallEngine::idle() const
{
    const bool home = std::all_of(workers_.begin(), workers_.end(),
                                  [](const auto& worker) { return worker->legs() == 0 && worker->waiting() == 0; });
    return channels_.size() == 0 && home && recordings_.idle();
}

Channel& CallEngine::make_channel(const config::Endpoint& endpoint)
{
    auto made = std::make_unique<Channel>(configuration_.snapshot, endpoint, globals_);
    Channel& channel = *made;
    channel.ref = channels_.insert(std::move(made));
    channel.rooms = &rooms_;
    channel.engine = this;
    channel.created_at = now_;
    channel.media.worker = least_loaded();
    const std::uint64_t number = ++counters_.calls;
    const auto wall_s = std::chrono::duration_cast<std::chrono::seconds>(now_ + options_.wall_offset).count();
    const std::string& system = configuration_.snapshot->asterisk.systemname;
    channel.unique_id = (system.empty() ? "" : system + "-") + std::to_string(wall_s) + "." + std::to_string(number);
    std::array<char, 12> suffix{};
    static_cast<void>(std::snprintf(suffix.data(), suffix.size(), "%08lx", static_cast<unsigned long>(number)));
    channel.name = "PJSIP/" + endpoint.name + "-" + suffix.data();
    return channel;
}

/// As Set does, so that functions work, too; once caller and callee are known, and before there are media.
void CallEngine::apply_set_var(Channel& channel)
{
    for (const auto& [name, value] : channel.endpoint.set_var) {
        if (!dialplan::set_variable(channel, name, value)) {
            channel.reports.emplace_back(config::Severity::Warning, "set_var of endpoint " + channel.endpoint.name +
                                                                        ": " + name + " cannot be set");
        }
    }
    flush_reports(channel);
    apply_own_options(channel);
}

std::size_t CallEngine::least_loaded() const
{
    const auto least = std::min_element(workers_.begin(), workers_.end(),
                                        [](const auto& a, const auto& b) { return a->legs() < b->legs(); });
    return static_cast<std::size_t>(least - workers_.begin());
}

unsigned CallEngine::retry_after_s() const
{
    constexpr unsigned kDraining = 30;  // by then it is gone, or takes calls again
    return draining_ ? kDraining : static_cast<unsigned>(configuration_.snapshot->node.limits.retry_after.count());
}

Refusal CallEngine::admit(codecs::CodecId codec, bool to_room) const
{
    Admission::Situation now{
        .draining = draining_ && !to_room, .calls = channels_.size(), .worker = least_loaded(), .codec = codec};
    for (const auto& worker : workers_) {
        now.legs += worker->legs();
    }
    now.worker_legs = workers_[now.worker]->legs();
    return admission_.judge(now, configuration_.snapshot->node.limits, configuration_.snapshot->asterisk);
}

/// Runs the plan until an application is under way or the plan has ended. A loop rather than a recursion: a plan may
/// take ten thousand steps without waiting once.
void CallEngine::run_plan(Channel& channel)
{
    if (channel.in_plan) {
        return;
    }
    channel.in_plan = true;
    const ChannelRef ref = channel.ref;
    for (;;) {
        if (channel.finished) {
            retired_.push_back(std::move(channel.application));
            const dialplan::Finished finished = std::move(*channel.finished);
            channel.finished.reset();
            channel.wake_at = kNever;
            channel.plan->advance(channel, finished);
        }
        const dialplan::Next next = channel.plan->next(channel);
        flush_reports(channel);
        apply_own_options(channel);
        if (const auto* end = std::get_if<dialplan::End>(&next)) {
            channel.in_plan = false;
            end_of_plan(channel, *end);
            return;
        }
        start_application(channel, std::get<dialplan::Invocation>(next));
        if (channels_.find(ref) == nullptr) {
            return;  // the application ended the call, and the channel with it
        }
        if (!channel.finished) {
            break;
        }
    }
    channel.in_plan = false;
}

void CallEngine::start_application(Channel& channel, const dialplan::Invocation& invocation)
{
    channel.application_name = invocation.application;
    channel.application_data = invocation.arguments;
    channel.application_serial = next_serial_++;
    channel.application = factory_(invocation.application, invocation.arguments);
    if (channel.application == nullptr) {
        log(1, channel, config::to_string(invocation.place) + ": no application " + invocation.application);
        channel.finished = dialplan::Finished{};
        return;
    }
    log(3, channel,
        channel.plan->cursor().exten + "@" + channel.plan->cursor().context + ": " + invocation.application + "(" +
            invocation.arguments + ")");
    return_to_audio(channel);
    Call call{*this, channel};
    channel.application->start(call);
}

void CallEngine::finish(Channel& channel, dialplan::Finished finished)
{
    if (channel.application == nullptr || channel.finished) {
        return;
    }
    channel.finished = std::move(finished);
    run_plan(channel);
}

void CallEngine::end_of_plan(Channel& channel, const dialplan::End& end)
{
    if (channel.waiting && end.reason != dialplan::EndReason::Loop) {
        const std::unique_ptr<WaitingApplication> waiting = std::move(channel.waiting);
        channel.plan = std::move(waiting->plan);
        channel.application = std::move(waiting->application);
        channel.application_name = std::move(waiting->name);
        channel.application_data = std::move(waiting->data);
        channel.application_serial = next_serial_++;  // what it began before has been stopped
        Call call{*this, channel};
        return channel.application->on_plan_over(call);
    }
    switch (end.reason) {
        case dialplan::EndReason::Completed:
        case dialplan::EndReason::NoHandler:
            hang_up(channel, cause_of_dialstatus(channel.variable("DIALSTATUS")));
            break;
        case dialplan::EndReason::NotFound:
            hang_up(channel, 1);
            break;
        case dialplan::EndReason::HungUp:
            break;
        case dialplan::EndReason::Loop:
            log(0, channel,
                "the plan runs in circles: cleared after " + std::to_string(dialplan::kStepsMax) + " steps");
            hang_up(channel, 127);
            break;
    }
}

void CallEngine::hang_up(Channel& channel, int cause)
{
    if (channel.hanging_up || channel.gone) {
        return;
    }
    channel.hanging_up = true;
    channel.cause = cause;
    environment_.post(sip::EndSession{.session = channel.session, .cause = cause, .headers = channel.headers_to_send});
}

void CallEngine::hang_up_all(int cause)
{
    channels_.for_each([&](ChannelRef, Channel& channel) { hang_up(channel, cause); });
}

Channel* CallEngine::find_channel(const std::string& id)
{
    Channel* found = nullptr;
    channels_.for_each([&](ChannelRef, Channel& channel) {
        if (channel.unique_id == id || channel.name == id) {
            found = &channel;
        }
    });
    return found;
}

/// The channel's session has ended: its application is stopped, `h` runs, its media goes home, and it is forgotten.
void CallEngine::release(Channel& channel)
{
    channel.gone = true;
    channel.in_plan = true;  // nothing starts any more
    stop_applications(channel);
    if (channel.plan) {
        channel.plan->advance(channel, {.outcome = dialplan::Outcome::Hangup});
        auto next = channel.plan->next(channel);
        while (std::holds_alternative<dialplan::Invocation>(next)) {
            channel.plan->advance(channel, {});  // what needs a live call has nothing to do after it
            next = channel.plan->next(channel);
        }
        flush_reports(channel);
    }
    tell_parent(channel, CalleeNews::Ended);
    parents_.erase(channel.ref.bits());
    const bool lent = channel.media.adopted && channel.media.leg;
    close_media(channel);
    sessions_.erase(static_cast<std::uint64_t>(channel.session));
    log(2, channel, "ended, cause " + std::to_string(channel.cause));
    environment_.channel_ended(now_ - channel.created_at);
    if (!lent) {  // else its leg takes the news home, which has something to tell before
        reports_.destroyed(reports_.departure(channel));
    }
    channels_.erase(channel.ref);
}

void CallEngine::stop_applications(Channel& channel)
{
    Call call{*this, channel};
    if (channel.application != nullptr) {
        channel.application->stop(call);
        retired_.push_back(std::move(channel.application));
    }
    if (const auto waiting = std::move(channel.waiting)) {
        waiting->application->stop(call);
        retired_.push_back(std::move(waiting->application));
        channel.plan = std::move(waiting->plan);
    }
}

ChannelRef CallEngine::parent_of(ChannelRef callee) const
{
    const auto found = parents_.find(callee.bits());
    return found == parents_.end() ? ChannelRef{} : found->second;
}

void CallEngine::tell_parent(Channel& channel, CalleeNews news)
{
    Channel* parent = channels_.find(parent_of(channel.ref));
    if (parent != nullptr && parent->application != nullptr) {
        Call call{*this, *parent};
        parent->application->on_callee(call, news, channel);
    }
}

void CallEngine::flush_reports(Channel& channel)
{
    const int told = plan_debug_ ? 2 : 3;
    for (const auto& [severity, line] : channel.reports) {
        log(severity == config::Severity::Error ? 0 : severity == config::Severity::Warning ? 1 : told, channel, line);
    }
    channel.reports.clear();
}

void CallEngine::log(int level, const Channel& channel, const std::string& line)
{
    environment_.log_call(level, channel.unique_id, channel.name + ": " + line);
}

Channel* CallEngine::channel_of(sip::SessionId session)
{
    const auto found = sessions_.find(static_cast<std::uint64_t>(session));
    Channel* channel = found == sessions_.end() ? nullptr : channels_.find(found->second);
    counters_.stale_events += channel == nullptr ? 1U : 0U;
    return channel;
}

Channel* CallEngine::channel_of(std::size_t worker, media::LegRef leg)
{
    Channel* channel = channels_.find(ChannelRef::from_bits(workers_[worker]->owner_of(leg)));
    const bool current = channel != nullptr && channel->media.worker == worker && channel->media.leg == leg;
    counters_.stale_events += current ? 0U : 1U;
    return current ? channel : nullptr;
}

}  // namespace rb::engine
