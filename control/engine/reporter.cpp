#include "control/engine/reporter.h"

#include "control/engine/call_engine.h"
#include "control/engine/hold.h"
#include "signaling/q850.h"

namespace rb::engine {

void Reporter::created(const Channel& channel)
{
    publish([&] { return events::ChannelCreated{snapshot(channel)}; });
}

void Reporter::state_changed(const Channel& channel)
{
    publish([&] { return events::ChannelStateChange{snapshot(channel)}; });
}

Departure Reporter::departure(const Channel& channel) const
{
    Departure departure{.call = channel.unique_id, .name = channel.name, .cause = channel.cause, .snapshot = nullptr};
    if (bus_.wanted<events::ChannelDestroyed>() || bus_.wanted<events::ChannelQualityReport>()) {
        departure.snapshot = std::make_shared<const events::ChannelSnapshot>(snapshot(channel));
    }
    return departure;
}

void Reporter::quality_report(const Departure& of, const events::QualityFigures& figures)
{
    if (of.snapshot != nullptr) {
        publish([&] { return events::ChannelQualityReport{*of.snapshot, figures}; });
    }
}

void Reporter::destroyed(const Departure& channel)
{
    if (channel.snapshot != nullptr) {
        publish([&] {
            return events::ChannelDestroyed{*channel.snapshot, channel.cause,
                                            std::string{sip::cause_text(channel.cause)}};
        });
    }
}

void Reporter::key(const Channel& channel, char digit, Nanos held)
{
    publish([&] { return events::ChannelDtmfReceived{snapshot(channel), digit, held}; });
}

void Reporter::talks(Channel& channel, bool talking)
{
    const Nanos now = engine_.now();
    if (talking && channel.talk_told_at == kNever) {
        channel.talk_told_at = now;
        publish([&] { return events::ChannelTalkingStarted{snapshot(channel)}; });
    } else if (!talking && channel.talk_told_at != kNever) {
        const Nanos since = std::exchange(channel.talk_told_at, kNever);
        publish([&] { return events::ChannelTalkingFinished{snapshot(channel), now - since}; });
    }
}

void Reporter::note_hold(Channel& channel)
{
    const bool holds = holds_call(channel);
    if (std::exchange(channel.holds, holds) == holds) {
        return;
    }
    if (holds) {
        publish([&] { return events::ChannelHold{snapshot(channel), channel.endpoint.moh_suggest}; });
    } else {
        publish([&] { return events::ChannelUnhold{snapshot(channel)}; });
    }
}

void Reporter::quality_alert(const Channel& channel, std::string_view kind, const media::QualityAlert& alert)
{
    publish([&] { return events::ChannelQualityAlert{snapshot(channel), kind, alert.value, alert.bad}; });
}

void Reporter::room_made(const Room& room)
{
    publish([&] { return events::BridgeCreated{snapshot(room)}; });
}

void Reporter::room_ended(const Room& room)
{
    publish([&] { return events::BridgeDestroyed{snapshot(room)}; });
}

void Reporter::entered(const Room& room, const Channel& channel)
{
    publish([&] { return events::ChannelEnteredBridge{snapshot(room), snapshot(channel)}; });
}

void Reporter::left(const Room& room, const Channel& channel)
{
    publish([&] { return events::ChannelLeftBridge{snapshot(room), snapshot(channel)}; });
}

void Reporter::speaker_changed(const Room& room)
{
    publish([&] {
        const Channel* speaker = engine_.channels().find(room.speaker);
        return events::BridgeActiveSpeakerChanged{
            snapshot(room), speaker == nullptr ? std::nullopt : std::optional{snapshot(*speaker)}};
    });
}

Nanos Reporter::wall_now() const
{
    return engine_.wall_now();
}

Nanos Reporter::wall_time(Nanos at) const
{
    return at + (engine_.wall_now() - engine_.now());
}

/// Of a call out the other end is whom we have dialled, and what the channel has as its caller's is for whom.
events::ChannelSnapshot Reporter::snapshot(const Channel& channel) const
{
    const events::CallerId from{channel.caller_name, channel.caller_number};
    const events::CallerId dialled{{}, channel.dialled};
    const std::string& language = channel.language.empty() ? channel.endpoint.language : channel.language;
    const dialplan::Cursor at = channel.plan ? channel.plan->cursor() : dialplan::Cursor{};
    return {.id = channel.unique_id,
            .protocol_id = channel.call_id,
            .name = channel.name,
            .state = to_string(channel.state),
            .caller = channel.incoming ? from : dialled,
            .connected = channel.incoming ? events::CallerId{} : from,
            .caller_rdnis = channel.diverted.number,
            .accountcode = channel.endpoint.accountcode,
            .dialplan = {.context = at.context,
                         .exten = at.exten,
                         .priority = at.priority,
                         .app_name = channel.application_name,
                         .app_data = channel.application_data},
            .created_at = wall_time(channel.created_at),
            .language = language.empty() ? channel.config->asterisk.defaultlanguage : language};
}

events::BridgeSnapshot Reporter::snapshot(const Room& room) const
{
    events::BridgeSnapshot bridge{.id = bridge_id(room),
                                  .name = room.name,
                                  .technology = "softmix",
                                  .channels = {},
                                  .created_at = wall_time(room.made_at)};
    bridge.channels.reserve(room.members.size());
    for (const Member& member : room.members) {
        if (const Channel* channel = engine_.channels().find(member.channel)) {
            bridge.channels.push_back(channel->unique_id);
        }
    }
    return bridge;
}

/// Made as those of channels are; a room's name may come again.
std::string Reporter::bridge_id(const Room& room) const
{
    const std::string& system = engine_.configuration().snapshot->asterisk.systemname;
    return (system.empty() ? "" : system + "-") + "room-" + std::to_string(wall_time(room.made_at) / 1s) + "." +
           std::to_string(room.serial);
}

}  // namespace rb::engine
