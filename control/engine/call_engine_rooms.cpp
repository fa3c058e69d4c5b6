// What plays to a whole room: one list of sounds after another.
#include "control/engine/call.h"
#include "control/engine/call_engine.h"

namespace rb::engine {
namespace {

/// Lists of sounds that wait in one room; a crowd that joins at once is not announced for minutes.
constexpr std::size_t kRoomSoundsMax = 8;

codecs::CodecId linear_at(std::uint32_t rate)
{
    return rate == 8000 ? codecs::CodecId::L16_8 : rate == 16000 ? codecs::CodecId::L16_16 : codecs::CodecId::L16_48;
}

}  // namespace

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
    const Room* room = rooms_.find(sound.room);
    if (room == nullptr || room->serial != sound.room_serial) {
        return;
    }
    if (clips.empty()) {
        return room_sound_over(sound.room, sound.room_serial);
    }
    auto player = std::make_unique<bridges::Player>(std::move(clips), bridges::Player::Options{});
    room_players_[player.get()] = {.room = sound.room, .serial = sound.room_serial};
    const RoomPart& part = room->parts.front();
    workers_[part.worker]->post(command::PlayToBridge{.bridge = part.bridge, .player = player.release()});
}

void CallEngine::room_sound_over(const std::string& name, std::uint64_t serial)
{
    Room* room = rooms_.find(name);
    if (room == nullptr || room->serial != serial || room->sounds.empty()) {
        return;
    }
    const ChannelRef tell = room->sounds.front().tell;
    room->sounds.pop_front();
    if (!room->sounds.empty()) {
        play_next(*room);
    }
    Channel* channel = channels_.find(tell);
    if (channel != nullptr && channel->application != nullptr) {
        Call call{*this, *channel};
        channel->application->on_announced(call);
    }
}

}  // namespace rb::engine
