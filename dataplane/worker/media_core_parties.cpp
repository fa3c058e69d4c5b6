// Commands about parties: who joins, leaves, and how each takes part.
#include "dataplane/worker/media_core.h"

#include <memory>
#include <utility>

namespace rb {

void MediaCore::on(const command::JoinBridge& command) noexcept
{
    media::Leg* leg = find(command.leg);
    bridges::Bridge* bridge = find(command.bridge);
    if (leg == nullptr || bridge == nullptr) {
        if (command.adapter != nullptr) {
            outbox_.give_back(event::AdapterReturned{.adapter = command.adapter});
        }
        return;
    }
    const media::Hearing hearing = leg->bridge == bridge ? leg->hearing : media::Hearing{};
    leave(*leg);
    leg->hearing = hearing;
    bridge->exceptions += hearing.any() ? 1U : 0U;
    if (leg->adapter != nullptr) {
        outbox_.give_back(event::AdapterReturned{.adapter = leg->adapter});
    }
    leg->adapter = command.adapter;
    leg->party = command.options;
    leg->opus_kind = command.kind;
    leg->bridge = bridge;
    leg->plan->set_rate(bridge->options.rate);
    leg->echo = false;
    leg->speech = {};
    leg->plan->forget_heard();
    schedule(*leg);
    if (leg->party.report_talk && leg->talk.talking()) {
        outbox_.tell(event::TalkChanged{.leg = leg->ref, .talking = true});  // since before it came
    }
    bridge->parties->add(*leg);
    choose(*bridge);
}

void MediaCore::on(const command::LeaveBridge& command) noexcept
{
    if (media::Leg* leg = find(command.leg)) {
        leave(*leg);
        schedule(*leg);
    }
}

void MediaCore::leave(media::Leg& leg) noexcept
{
    bridges::Bridge* bridge = std::exchange(leg.bridge, nullptr);
    if (bridge == nullptr) {
        return;
    }
    bridge->parties->remove(leg, bridge->fan_out_next);
    if (bridge->speaker == &leg) {
        bridge->speaker = nullptr;
        outbox_.tell(event::SpeakerChanged{.bridge = bridge->ref, .leg = {}});
    }
    bridge->exceptions -= leg.hearing.any() ? 1U : 0U;
    leg.hearing = {};
    leg.talker = -1;
    leg.track = 0;
    leg.next_adapter = nullptr;
    leg.party = {};
    leg.plan->set_rate(leg.plan->encoder->info().sample_rate);
    choose(*bridge);
}

void MediaCore::on(const command::SetParty& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg == nullptr || leg->bridge == nullptr) {
        return;
    }
    const bool newly_reported = command.options.report_talk && !leg->party.report_talk;
    leg->party = command.options;
    if (newly_reported && leg->talk.talking()) {
        outbox_.tell(event::TalkChanged{.leg = leg->ref, .talking = true});
    }
    choose(*leg->bridge);
}

void MediaCore::on(const command::SetException& command) noexcept
{
    media::Leg* leg = find(command.listener);
    if (leg == nullptr || leg->bridge == nullptr) {
        return;
    }
    const bool before = leg->hearing.any();
    static_cast<void>(leg->hearing.set(command.talker, command.on));  // control counts them
    leg->bridge->exceptions += leg->hearing.any() ? 1U : 0U;
    leg->bridge->exceptions -= before ? 1U : 0U;
}

void MediaCore::on(const command::SetWhisper& command) noexcept
{
    media::Leg* leg = find(command.leg);
    if (leg != nullptr && leg->bridge != nullptr) {
        leg->hearing.whispers = command.on;
    }
}

void MediaCore::on(const command::SetCleaner& command) noexcept
{
    std::unique_ptr<codecs::Cleaner> cleaner{command.cleaner};
    media::Leg* leg = find(command.leg);
    if (leg != nullptr) {
        std::swap(cleaner, command.outward ? leg->cleaner_out : leg->cleaner_in);
    }
    if (cleaner != nullptr) {
        outbox_.give_back(event::CleanerReturned{.cleaner = cleaner.release()});
    }
    if (leg != nullptr && leg->bridge != nullptr) {
        choose(*leg->bridge);
    }
}

}  // namespace rb
