// What workers report, and sounds that have been loaded.
#include "bridges/rate_adapter.h"
#include "control/engine/call.h"
#include "control/engine/call_engine.h"
#include "control/engine/room_tracks.h"
#include "signaling/offer_answer.h"

#include <algorithm>

namespace rb::engine {

void CallEngine::on(std::size_t worker, const Event& event, Nanos now)
{
    now_ = now;
    retired_.clear();
    std::visit(
        [this, worker](const auto& body) {
            if constexpr (requires { recordings_.on(worker, body); }) {
                recordings_.on(worker, body);
            } else {
                on(worker, body);
            }
        },
        event);
}

/// What a command was to lend, and never will, comes home as from a worker.
void CallEngine::take_back(std::size_t worker, const Command& command)
{
    if (const auto* join = std::get_if<command::JoinBridge>(&command)) {
        on(worker, event::AdapterReturned{.adapter = join->adapter});
    } else if (const auto* change = std::get_if<command::ChangeMedia>(&command)) {
        on(worker, event::PlanReturned{.leg = change->leg, .plan = change->plan});
    } else if (const auto* lend = std::get_if<command::LendAudioIn>(&command)) {
        on(worker, event::AudioInReturned{.in = lend->in});
    } else if (const auto* play = std::get_if<command::Play>(&command)) {
        on(worker, event::PlayerReturned{.player = play->player, .ending = event::Ending::Stopped});
    } else if (const auto* record = std::get_if<command::Record>(&command)) {
        recordings_.on(worker, event::RecorderReturned{.recorder = record->recorder, .ending = event::Ending::Stopped});
    } else if (const auto* monitor = std::get_if<command::StartMonitor>(&command)) {
        recordings_.on(worker, event::MonitorReturned{.monitor = monitor->monitor});
    } else if (const auto* clean = std::get_if<command::SetCleaner>(&command)) {
        on(worker, event::CleanerReturned{.cleaner = clean->cleaner});
    } else if (const auto* snoop = std::get_if<command::StartSnoop>(&command)) {
        on(worker, event::SnoopReturned{.snoop = snoop->snoop});
    }
}

void CallEngine::on(std::size_t /*worker*/, const event::CleanerReturned& event)
{
    const std::unique_ptr<codecs::Cleaner> freed{event.cleaner};
}

void CallEngine::on(std::size_t worker, const event::PlanReturned& event)
{
    const std::unique_ptr<media::MediaPlan> freed{event.plan};
    // By its owner alone: the leg may be about to migrate.
    Channel* channel = channels_.find(ChannelRef::from_bits(workers_[worker]->owner_of(event.leg)));
    if (channel != nullptr && --channel->media.plans_awaited == 0 && channel->media.answer) {
        const std::unique_ptr<sip::LocalMedia> answer = std::move(channel->media.answer);
        environment_.post(sip::AcceptOffer{.session = channel->session, .media = std::move(*answer)});
    }
}

void CallEngine::on(std::size_t /*worker*/, const event::AudioInReturned& event)
{
    const std::unique_ptr<media::AudioIn> freed{event.in};
}

void CallEngine::on(std::size_t worker, const event::BridgeReturned& event)
{
    bridge_books_.erase(std::uint64_t{worker} << 32U | event.bridge->ref.index);
    workers_[worker]->bridge_returned(*event.bridge);
}

void CallEngine::on(std::size_t /*worker*/, const event::PartyListReturned& event)
{
    const std::unique_ptr<bridges::PartyList> freed{event.list};
}

void CallEngine::on(std::size_t /*worker*/, const event::AdapterReturned& event)
{
    const std::unique_ptr<bridges::RateAdapter> freed{event.adapter};
}

void CallEngine::on(std::size_t worker, const event::TrunkReturned& event)
{
    --trunk_ends_[worker];
    trunk_end_returned(*event.end);
}

void CallEngine::trunk_end_returned(bridges::TrunkEnd& end)
{
    if (end.trunk->take_home(end)) {
        std::erase_if(trunks_, [trunk = end.trunk](const auto& lent) { return lent.get() == trunk; });
    }
}

void CallEngine::on(std::size_t /*worker*/, const event::PlayerReturned& event)
{
    const std::unique_ptr<bridges::Player> player{event.player};
    if (const auto of_room = room_players_.extract(player.get())) {
        return room_sound_over(of_room.mapped().room, of_room.mapped().serial);
    }
    Channel* channel = channels_.find(ChannelRef::from_bits(player->options().tag));
    if (channel == nullptr || channel->media.player != player.get()) {
        return;  // stopped by the application itself, or replaced
    }
    channel->media.player = nullptr;
    channel->media.clips.clear();
    if (event.ending == event::Ending::Failed && player->codec() != channel->media.codec && channel->media.leg) {
        // A re-INVITE has brought another codec: the sound goes on in that, unless another is about to replace it.
        if (!sound_awaited(*channel)) {
            channel->media.sound.from = player->position();
            load_sound(*channel, channel->media.sound);
        }
        return;
    }
    if (channel->application != nullptr && channel->application_serial == channel->media.sound.application_serial) {
        Call call{*this, *channel};
        const bool failed = event.ending == event::Ending::Finished && channel->media.sounds_missing;
        channel->application->on_played(call, failed ? event::Ending::Failed : event.ending);
    } else if (channel->application == nullptr) {
        tell_parent(*channel, CalleeNews::Played);
    }
}

void CallEngine::on(std::size_t worker, const event::DatagramReceived& event)
{
    const Channel* channel = channel_of(worker, event.leg);
    if (channel != nullptr && channel->media.dtls && event.protocol == wire::Protocol::Dtls) {
        const bool taken =
            environment_.handshake_received(channel->media.dtls->id, event.source, event.datagram->bytes());
        counters_.dtls_datagrams_lost += taken ? 0 : 1;
    }
    workers_[worker]->post(command::DatagramRead{.datagram = event.datagram});
}

void CallEngine::on(std::size_t worker, const event::DatagramSent& event)
{
    workers_[worker]->datagram_sent(*event.datagram);
}

void CallEngine::on(std::size_t /*worker*/, const event::KeyPressed& /*event*/) {}

void CallEngine::on(std::size_t worker, const event::KeyReleased& event)
{
    if (Channel* channel = channel_of(worker, event.leg)) {
        take_key(*channel, event.digit, event.duration);
    }
}

void CallEngine::take_key(Channel& channel, char digit, Nanos held)
{
    reports_.key(channel, digit, held);
    constexpr std::size_t kTypedAheadMax = 128;
    if (channel.keys.size() < kTypedAheadMax) {
        channel.keys.push_back(digit);
    }
    if (channel.application != nullptr) {
        Call call{*this, channel};
        channel.application->on_key(call, digit);
    }
}

void CallEngine::on(std::size_t worker, const event::KeyToSend& event)
{
    if (const Channel* channel = channel_of(worker, event.leg)) {
        environment_.post(sip::SendKey{.session = channel->session, .digit = event.digit, .held = event.held});
    }
}

void CallEngine::on(std::size_t worker, const event::TalkChanged& event)
{
    Channel* channel = channel_of(worker, event.leg);
    if (channel == nullptr) {
        return;
    }
    channel->talking = event.talking;
    if (channel->talk_detect) {
        log(3, *channel, event.talking ? "talks" : "is silent");
    }
    if (channel->talk_detect || !event.talking) {
        reports_.talks(*channel, event.talking);
    }
    recordings_.note_track(*channel, event.talking ? TrackNews::TalkStart : TrackNews::TalkStop);
    const auto book = bridge_books_.find(std::uint64_t{worker} << 32U | channel->media.bridge.index);
    Room* room = channel->media.bridge && book != bridge_books_.end() ? find_room(book->second.room) : nullptr;
    if (room != nullptr && room->parts.size() > 1) {
        settle_speaker(*room);
    }
    if (channel->application != nullptr) {
        Call call{*this, *channel};
        channel->application->on_talking(call, event.talking);
    }
}

/// What the peer sends is what it is sent from now on, as Asterisk does without asymmetric_rtp_codec.
void CallEngine::on(std::size_t worker, const event::FormatHeard& event)
{
    Channel* channel = channel_of(worker, event.leg);
    if (channel == nullptr || !channel->media.agreed) {
        return;
    }
    sip::NegotiatedMedia agreed = *channel->media.agreed;
    sip::change_over(agreed, event.payload_type);
    change_media(*channel, agreed, false);
    tell_of_media(*channel);
}

void CallEngine::on(std::size_t worker, const event::AudioInWanted& event)
{
    if (Channel* channel = channel_of(worker, event.leg)) {
        channel->media.listened = false;  // or it would not ask
        listen_to(*channel);
    }
}

void CallEngine::on(std::size_t worker, const event::RtpTimeout& event)
{
    if (Channel* channel = channel_of(worker, event.leg)) {
        log(1, *channel,
            event.consent_lost ? "the peer has stopped its checks of ICE: cleared"
                               : "no RTP from the peer for its rtp_timeout: cleared");
        hang_up(*channel, 44);
    }
}

void CallEngine::on(std::size_t worker, const event::IceNominated& event)
{
    if (Channel* channel = channel_of(worker, event.leg)) {
        channel->media.ice_peer = event.peer;
        log(3, *channel, "media go to " + event.peer.to_string() + ", as the peer has nominated");
    }
}

void CallEngine::on(std::size_t worker, const event::TechnologyChanged& event)
{
    const auto book = bridge_books_.find(std::uint64_t{worker} << 32U | event.bridge.index);
    if (book != bridge_books_.end()) {
        book->second.technology = event.technology;
    }
}

void CallEngine::on(const RecordingFailed& failed, Nanos now)
{
    now_ = now;
    recordings_.on(failed);
}

void CallEngine::on(SoundLoaded loaded, Nanos now)
{
    now_ = now;
    auto pending = sounds_.extract(loaded.id);
    if (pending.empty()) {
        return;  // stopped before it came
    }
    for (const std::string& problem : loaded.problems) {
        environment_.log(1, problem);
    }
    if (!pending.mapped().room.empty()) {
        return room_sound_loaded(pending.mapped(), std::move(loaded.clips));
    }
    ChannelSound& sound = pending.mapped().sound;
    Channel* channel = channels_.find(pending.mapped().channel);
    const bool wanted = channel != nullptr && channel->media.leg &&
                        (sound.application_serial == 0 || sound.application_serial == channel->application_serial);
    if (!wanted) {
        return;
    }
    if (!loaded.clips.empty() && loaded.clips.front()->codec() != channel->media.codec) {
        load_sound(*channel, std::move(sound));  // the codec has changed meanwhile
    } else if (!loaded.clips.empty()) {
        start_player(*channel, std::move(loaded.clips), std::move(sound));
        channel->media.sounds_missing = !loaded.problems.empty();
    } else if (channel->application != nullptr && sound.application_serial != 0) {
        Call call{*this, *channel};
        channel->application->on_played(call, event::Ending::Failed);
    } else if (channel->application == nullptr) {
        tell_parent(*channel, CalleeNews::Played);
    }
}

}  // namespace rb::engine
