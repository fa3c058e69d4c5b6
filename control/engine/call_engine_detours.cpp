// Where a plan goes other than to its next priority: elsewhere for a while, elsewhere for good, to `T`.
#include "control/engine/call_engine.h"

#include <utility>

namespace rb::engine {

bool CallEngine::run_plan_at(Channel& channel, const std::string& place)
{
    dialplan::Interpreter plan{channel.plan->plan_ptr(), channel.plan->cursor()};
    if (channel.waiting || !plan.go_to(channel, place)) {
        return false;
    }
    channel.waiting =
        std::make_unique<WaitingApplication>(WaitingApplication{.application = std::move(channel.application),
                                                                .name = std::exchange(channel.application_name, {}),
                                                                .data = std::exchange(channel.application_data, {}),
                                                                .plan = std::exchange(*channel.plan, std::move(plan))});
    channel.wake_at = kNever;
    run_plan(channel);
    return true;
}

bool CallEngine::redirect(Channel& channel, const std::string& place)
{
    dialplan::Interpreter plan{channel.plan->plan_ptr(), channel.plan->cursor()};
    if (channel.hanging_up || !plan.go_to(channel, place)) {
        return false;
    }
    stop_all(channel);
    static_cast<void>(channel.plan->go_to(channel, place));
    run_plan(channel);
    return true;
}

/// TIMEOUT(absolute) has come: the plan goes on at `T`, without a limit any more. A call out has no plan.
void CallEngine::time_over(Channel& channel)
{
    channel.timeouts.over_at = kNever;
    if (channel.hanging_up || channel.gone) {
        return;
    }
    log(2, channel, "has lasted as long as TIMEOUT(absolute) allows");
    if (!channel.plan) {
        return hang_up(channel, 16);
    }
    stop_all(channel);
    channel.plan->advance(channel, {.outcome = dialplan::Outcome::AbsoluteTimeout});
    run_plan(channel);
}

/// Ends what the channel does, so that its plan can go on elsewhere.
void CallEngine::stop_all(Channel& channel)
{
    channel.in_plan = true;  // what is stopped must not go on with the plan
    stop_applications(channel);
    channel.finished.reset();
    channel.in_plan = false;
    channel.wake_at = kNever;
    leave(channel);
    stop_playing(channel);
    recordings_.stop(channel);
    channel.media.recorder = nullptr;  // on its way home; the next one need not wait for it
    if (channel.media.adopted) {
        command(channel, command::SetEcho{.leg = channel.media.leg});
    }
}

}  // namespace rb::engine
