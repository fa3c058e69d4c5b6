// What plays to a whole room, one list of sounds after another; and who leads the conversation in it.
#include "control/engine/call.h"
#include "control/engine/call_engine.h"

#include <algorithm>

namespace rb::engine {
namespace {

/// Lists of sounds that wait in one room; a crowd that joins at once is not announced for minutes.
constexpr std::size_t kRoomSoundsMax = 8;

codecs::CodecId linear_at(std::uint32_t rate)
{
    return rate == 8000 ? codecs::CodecId::L16_8 : rate == 16000 ? codecs::CodecId::L16_16 : codecs::CodecId::L16_48;
}

}  // namespace

Room* CallEngine::find_room(const RoomKey& key)
{
    Room* room = rooms_.find(key.room);
    return room != nullptr && room->serial == key.serial ? room : nullptr;
}

void CallEngine::on(std::size_t worker, const event::SpeakerChanged& event)
{
    const auto book = bridge_books_.find(std::uint64_t{worker} << 32U | event.bridge.index);
    Room* room = book == bridge_books_.end() ? nullptr : find_room(book->second.room);
    if (room == nullptr) {
        return;
    }
    const Channel* channel = event.leg ? channel_of(worker, event.leg) : nullptr;
    for (RoomPart& candidate : room->parts) {
        if (candidate.worker == worker && candidate.bridge == event.bridge) {
            candidate.speaker = channel == nullptr ? ChannelRef{} : channel->ref;
        }
    }
    settle_speaker(*room);
}

/// Each part elects by what its worker hears. Between parts, who leads in the whole room keeps the floor while it
/// talks; then it goes to who talks and leads elsewhere.
void CallEngine::settle_speaker(Room& room)
{
    const auto leads = [&](ChannelRef ref) {
        return ref && std::ranges::any_of(room.parts, [ref](const RoomPart& part) { return part.speaker == ref; });
    };
    const auto talks = [this](ChannelRef ref) {
        const Channel* channel = channels_.find(ref);
        return channel != nullptr && channel->talking;
    };
    ChannelRef elected = leads(room.speaker) ? room.speaker : ChannelRef{};
    for (const RoomPart& part : room.parts) {
        if (part.speaker && !talks(elected) && (!elected || talks(part.speaker))) {
            elected = part.speaker;
        }
    }
    if (elected == room.speaker) {
        return;
    }
    room.speaker = elected;
    ++room.speaker_changes;
    reports_.speaker_changed(room);
    if (const Channel* channel = channels_.find(elected)) {
        log(3, *channel, "leads the conversation in room " + room.name);
    }
}

void CallEngine::play_to_room(Room& room, RoomSound sound)
{
    room.sounds.push_back(std::move(sound));
    if (room.sounds.size() == 1) {
        return play_next(room);
    }
    if (room.sounds.size() > kRoomSoundsMax) {
        // Whoever waits for its end waits for that of the one before.
        const ChannelRef tell = room.sounds.back().tell;
        room.sounds.pop_back();
        if (!room.sounds.back().tell) {
            room.sounds.back().tell = tell;
        }
    }
}

void CallEngine::play_next(Room& room)
{
    const std::uint64_t id = next_serial_++;
    PendingSound& pending = sounds_[id];
    pending.room = room.name;
    pending.room_serial = room.serial;
    environment_.load_sound({.id = id,
                             .names = room.sounds.front().names,
                             .language = room.profile.language,
                             .codec = linear_at(room.bridge.rate)});
}

void CallEngine::room_sound_loaded(const PendingSound& sound, std::vector<std::shared_ptr<const bridges::Clip>> clips)
{
    Room* room = find_room({.room = sound.room, .serial = sound.room_serial});
    if (room == nullptr) {
        return;
    }
    if (clips.empty()) {
        return room_sound_over(sound.room, sound.room_serial);
    }
    auto player = std::make_unique<bridges::Player>(std::move(clips), bridges::Player::Options{});
    room->plays = true;
    room_players_[player.get()] = {.room = sound.room, .serial = sound.room_serial};
    const RoomPart& part = room->parts.front();
    workers_[part.worker]->post(command::PlayToBridge{.bridge = part.bridge, .player = player.release()});
}

void CallEngine::room_sound_over(const std::string& name, std::uint64_t serial)
{
    Room* room = find_room({.room = name, .serial = serial});
    if (room == nullptr || room->sounds.empty()) {
        return;
    }
    const ChannelRef tell = room->sounds.front().tell;
    room->sounds.pop_front();
    room->plays = false;
    if (!room->sounds.empty()) {
        play_next(*room);
    }
    Channel* channel = channels_.find(tell);
    if (channel != nullptr && channel->application != nullptr) {
        Call call{*this, *channel};
        channel->application->on_announced(call);
    }
}

bool CallEngine::steer(Room& room, const bridges::PlayerStep& step)
{
    if (room.plays) {
        const RoomPart& part = room.parts.front();
        workers_[part.worker]->post(command::SteerPlayer{.leg = {}, .bridge = part.bridge, .step = step});
    }
    return room.plays;
}

}  // namespace rb::engine
