#include "control/applications/conference_hearing.h"

#include "control/engine/room_parts.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::CallEngine;
using engine::Channel;
using engine::ChannelRef;
using engine::Member;
using engine::Room;

/// Parts hand each other nothing but sums, so all whom exceptions concern are mixed in the first.
constexpr std::size_t kPart = 0;

std::size_t exceptions_of(const Room& room, const Member& listener)
{
    return static_cast<std::size_t>(std::ranges::count_if(room.members, [&](const Member& talker) {
        const auto wish = listener.hears.find(talker.channel.bits());
        return wish != listener.hears.end() && wish->second == talker.whispers;
    }));
}

void set_exception(CallEngine& engine, const Member& listener, const Member& talker, bool on)
{
    Channel* to = engine.channels().find(listener.channel);
    const Channel* of = engine.channels().find(talker.channel);
    if (to != nullptr && of != nullptr && !listener.away && !talker.away) {
        engine.command(*to, command::SetException{.listener = to->media.leg, .talker = of->media.leg, .on = on});
    }
}

/// Tells the worker how the listener hears the talker.
void send(CallEngine& engine, const Member& listener, const Member& talker)
{
    const auto wish = listener.hears.find(talker.channel.bits());
    set_exception(engine, listener, talker, wish != listener.hears.end() && wish->second == talker.whispers);
}

std::string name_of(CallEngine& engine, ChannelRef ref)
{
    const Channel* channel = engine.channels().find(ref);
    return channel == nullptr ? "(gone)" : channel->unique_id + " (" + channel->name + ")";
}

Result<void> bring_together(CallEngine& engine, Room& room, Member& member)
{
    Channel* channel = engine.channels().find(member.channel);
    if (member.part == kPart || channel == nullptr) {
        return {};
    }
    if (member.away) {
        return failure(name_of(engine, member.channel) + " is away");
    }
    if (engine::move_to_part(engine, room, member, *channel, kPart)) {
        return {};
    }
    return failure("the worker with the first members of room " + room.name + " is full");
}

void tell_whispers(CallEngine& engine, const Member& member)
{
    Channel* channel = engine.channels().find(member.channel);
    if (channel != nullptr && !member.away) {
        engine.command(*channel, command::SetWhisper{.leg = channel->media.leg, .on = member.whispers});
    }
}

}  // namespace

Result<void> set_hears(CallEngine& engine, Room& room, const Pair& pair, bool hears)
{
    Member* listener = room.members.find(pair.listener);
    Member* talker = room.members.find(pair.talker);
    if (listener == nullptr || talker == nullptr || listener == talker) {
        return failure("that takes two members of room " + room.name);
    }
    const bool exception = hears == talker->whispers;
    if (exception && exceptions_of(room, *listener) == media::Hearing::kExceptionsMax) {
        return failure(name_of(engine, pair.listener) + " hears " + std::to_string(media::Hearing::kExceptionsMax) +
                       " others than the rest of the room does already");
    }
    for (Member* member : {listener, talker}) {
        if (auto moved = bring_together(engine, room, *member); !moved) {
            return moved;
        }
    }
    if (exception) {
        listener->hears[pair.talker.bits()] = hears;
        room.exceptions = true;
    } else {
        listener->hears.erase(pair.talker.bits());
    }
    send(engine, *listener, *talker);
    return {};
}

Result<void> set_whispers(CallEngine& engine, Room& room, ChannelRef ref, bool whispers)
{
    Member* talker = room.members.find(ref);
    if (talker == nullptr) {
        return failure("that takes a member of room " + room.name);
    }
    if (auto moved = bring_together(engine, room, *talker); !moved) {
        return moved;
    }
    talker->whispers = whispers;
    tell_whispers(engine, *talker);
    for (Member& listener : room.members) {
        if (const auto wish = listener.hears.find(ref.bits()); wish != listener.hears.end()) {
            send(engine, listener, *talker);
            if (wish->second != whispers) {
                listener.hears.erase(wish);  // as all others
            }
        }
    }
    return {};
}

void forget_in_hearing(CallEngine& engine, Room& room, const Member& gone)
{
    if (!room.exceptions) {
        return;  // else ten thousand who leave at once would each ask all the others
    }
    for (Member& listener : room.members) {
        if (listener.hears.erase(gone.channel.bits()) > 0) {
            send(engine, listener, gone);
        }
    }
}

void forget_talker(CallEngine& engine, Room& room, const Member& away)
{
    for (const Member& listener : room.members) {
        if (listener.hears.contains(away.channel.bits())) {
            set_exception(engine, listener, away, false);
        }
    }
}

void restore_hearing(CallEngine& engine, Room& room, const Member& back)
{
    if (back.whispers) {
        tell_whispers(engine, back);
    }
    for (const Member& other : room.members) {
        if (other.hears.contains(back.channel.bits())) {
            send(engine, other, back);
        }
        if (back.hears.contains(other.channel.bits())) {
            send(engine, back, other);
        }
    }
}

std::vector<std::string> describe_hearing(CallEngine& engine, const Room& room)
{
    std::vector<std::string> lines;
    for (const Member& member : room.members) {
        if (member.whispers) {
            lines.push_back(name_of(engine, member.channel) + " whispers");
        }
        for (const auto& [talker, hears] : member.hears) {
            lines.push_back(name_of(engine, member.channel) + (hears ? " hears " : " does not hear ") +
                            name_of(engine, ChannelRef::from_bits(talker)));
        }
    }
    if (lines.empty()) {
        lines.push_back("all members of room " + room.name + " hear each other");
    }
    return lines;
}

}  // namespace rb::applications
