// What changes the rate a room is mixed at, and how dear encoders may be: what the workers need for it is built here
// and lent to them.
#include "bridges/rate_change.h"
#include "control/engine/call_engine.h"
#include "control/engine/room_rate.h"

#include <algorithm>
#include <utility>

namespace rb::engine {
namespace {

/// What a command may take to reach a worker; all parts of a room go over after that, within one frame.
constexpr Nanos kNotice = 40ms;

constexpr std::uint8_t kComplexityMax = 10;

std::uint32_t rate_of(const Channel& channel)
{
    return codecs::codec_info(channel.media.codec).sample_rate;
}

}  // namespace

std::unique_ptr<bridges::RateAdapter> CallEngine::adapter_for(const Channel& channel, std::uint32_t mix_rate)
{
    const std::uint32_t own = rate_of(channel);
    const bool reached = own == mix_rate || codecs::codec_info(channel.media.codec).any_rate;
    return reached ? nullptr : std::make_unique<bridges::RateAdapter>(own, mix_rate);
}

std::uint8_t BridgeBook::kind_of(const Channel& channel)
{
    if (channel.media.codec != codecs::CodecId::Opus) {
        return 0;
    }
    codecs::OpusOptions wanted = channel.media.opus;
    wanted.dtx = false;  // decides what is sent, not how it is encoded
    std::uint8_t kind = 0;
    while (kind < kinds.size() && kinds.at(kind) && kinds.at(kind) != wanted) {
        ++kind;
    }
    if (kind < kinds.size()) {
        kinds.at(kind) = wanted;
    }
    return kind;
}

std::unique_ptr<bridges::GroupEncoder> CallEngine::group_for(BridgeBook& book, const Channel& channel,
                                                             std::uint8_t kind)
{
    const codecs::CodecId codec = channel.media.codec;
    const std::size_t number = bridges::group_number(codec, kind);
    const auto& info = codecs::codec_info(codec);
    const bool needed = !info.passed_only && (rate_of(channel) != book.rate || info.has_history);
    if (number >= book.groups.size() || !needed || std::exchange(book.groups.at(number), true)) {
        return nullptr;
    }
    return std::make_unique<bridges::GroupEncoder>(codec, book.rate, kind, channel.media.opus);
}

void CallEngine::change_rate(Room& room, std::uint32_t rate)
{
    room.bridge.rate = rate;
    const Nanos not_before = room.parts.size() > 1 ? now_ + kNotice : 0ns;
    for (std::size_t i = 0; i < room.parts.size(); ++i) {
        const RoomPart& part = room.parts[i];
        BridgeBook& book = book_of(part.worker, part.bridge);
        book.rate = rate;
        book.groups = {};
        auto change = std::make_unique<bridges::RateChange>();
        change->rate = rate;
        change->not_before = not_before;
        for (std::size_t other = 0; other < bridges::kMixRates.size(); ++other) {
            if (bridges::kMixRates[other] != rate) {
                change->others[other] = std::make_unique<bridges::RateAdapter>(bridges::kMixRates[other], rate);
            }
        }
        for (const Member& member : room.members) {
            Channel* channel = member.part == i ? channels_.find(member.channel) : nullptr;
            if (channel != nullptr && channel->media.bridge == part.bridge) {
                add_to_change(*change, book, *channel);
            }
        }
        ++room.rate_changes;
        changing_rooms_[change.get()] = {.room = room.name, .serial = room.serial};
        workers_[part.worker]->post(command::ChangeRate{.bridge = part.bridge, .change = change.release()});
    }
}

/// A party that is still on its way to its worker will join at the new rate at once.
void CallEngine::add_to_change(bridges::RateChange& change, BridgeBook& book, Channel& channel)
{
    if (auto group = group_for(book, channel, book.kind_of(channel))) {
        const std::size_t number = group->number();
        change.groups.at(number) = std::move(group);
    }
    auto adapter = adapter_for(channel, change.rate);
    bool on_its_way = false;
    for (Command& held : channel.media.held) {
        auto* join = std::get_if<command::JoinBridge>(&held);
        if (join != nullptr && join->bridge == channel.media.bridge) {
            delete std::exchange(join->adapter, adapter.release());
            adapter = adapter_for(channel, change.rate);
            on_its_way = true;
        }
    }
    if (!on_its_way) {
        change.parties.push_back({.leg = channel.media.leg, .adapter = std::move(adapter)});
    }
}

void CallEngine::on(std::size_t /*worker*/, const event::RateChanged& event)
{
    const std::unique_ptr<bridges::RateChange> freed{event.change};
    const auto changing = changing_rooms_.extract(event.change);
    Room* room = changing.empty() ? nullptr : find_room(changing.mapped());
    if (room != nullptr && --room->rate_changes == 0) {
        settle_rate(*this, *room);
    }
}

void CallEngine::settle_complexity(std::size_t worker, double busy)
{
    complexity_max_.resize(workers_.size(), kComplexityMax);
    std::uint8_t& present = complexity_max_[worker];
    const std::uint8_t most =
        complexity_for(busy * 100 / configuration_.snapshot->node.limits.cpu_percent_max, present);
    if (std::exchange(present, most) != most) {
        environment_.log(2, "worker " + std::to_string(worker) + " encodes with complexity " + std::to_string(most) +
                                " at most from now on");
        workers_[worker]->post(command::LimitComplexity{.most = most});
    }
}

std::vector<unsigned> CallEngine::slow_encoders() const
{
    std::vector<unsigned> slow;
    for (std::size_t worker = 0; worker < complexity_max_.size(); ++worker) {
        if (complexity_max_[worker] < kComplexityMax) {
            slow.push_back(static_cast<unsigned>(worker));
        }
    }
    return slow;
}

void CallEngine::wake_room_at(const Room& room, Nanos at)
{
    room_wakes_.emplace(at, RoomKey{.room = room.name, .serial = room.serial});
}

void CallEngine::wake_rooms()
{
    while (!room_wakes_.empty() && room_wakes_.begin()->first <= now_) {
        const RoomKey key = room_wakes_.extract(room_wakes_.begin()).mapped();
        if (Room* room = find_room(key)) {
            settle_rate(*this, *room);
        }
    }
}

}  // namespace rb::engine
