#include "support/ledger.h"

#include "bridges/rate_change.h"
#include "bridges/snoop.h"

namespace rb::test {

void Ledger::lend(const void* object, const char* kind)
{
    if (object != nullptr && !lent_.emplace(object, kind).second) {
        problems_.push_back(std::string{"a "} + kind + " is lent twice");
    }
}

void Ledger::take(const void* object, const char* kind)
{
    if (object != nullptr && lent_.erase(object) == 0) {
        problems_.push_back(std::string{"a "} + kind + " came home that was not lent");
    }
}

void Ledger::note(const Command& command)
{
    if (const auto* adopt = std::get_if<command::AdoptLeg>(&command)) {
        lend(adopt->leg, "leg");
        lend(adopt->leg->adapter, "adapter");
        lend(adopt->leg->monitor, "monitor");
        for (const auto* snoop = adopt->leg->snoop; snoop != nullptr; snoop = snoop->next) {
            lend(snoop, "snoop");
        }
    } else if (const auto* bridge = std::get_if<command::AdoptBridge>(&command)) {
        lend(bridge->bridge, "bridge");
    } else if (const auto* trunk = std::get_if<command::AddTrunk>(&command)) {
        lend(trunk->end, "trunk end");
    } else if (const auto* join = std::get_if<command::JoinBridge>(&command)) {
        lend(join->adapter, "adapter");
    } else if (const auto* play = std::get_if<command::Play>(&command)) {
        lend(play->player, "player");
    } else if (const auto* to_all = std::get_if<command::PlayToBridge>(&command)) {
        lend(to_all->player, "player");
    } else if (const auto* record = std::get_if<command::Record>(&command)) {
        lend(record->recorder, "recorder");
    } else if (const auto* of_all = std::get_if<command::RecordBridge>(&command)) {
        lend(of_all->recorder, "recorder");
    } else if (const auto* snoop = std::get_if<command::StartSnoop>(&command)) {
        lend(snoop->snoop, "snoop");
    } else if (const auto* tracks = std::get_if<command::RecordTracks>(&command)) {
        lend(tracks->recorder, "track recorder");
    } else if (const auto* monitor = std::get_if<command::StartMonitor>(&command)) {
        lend(monitor->monitor, "monitor");
    } else if (const auto* send = std::get_if<command::SendDatagram>(&command)) {
        lend(send->datagram, "datagram");
    } else if (const auto* read = std::get_if<command::DatagramRead>(&command)) {
        take(read->datagram, "datagram of the worker");
    } else if (const auto* rate = std::get_if<command::ChangeRate>(&command)) {
        lend(rate->change, "rate change");
        for (const auto& party : rate->change->parties) {
            lend(party.adapter.get(), "adapter");
        }
    }
    plans_ += std::holds_alternative<command::ChangeMedia>(command) ? 1 : 0;
    lists_ += std::holds_alternative<command::GrowBridge>(command) ? 1 : 0;
}

void Ledger::note(const Event& event)
{
    if (const auto* leg = std::get_if<event::LegReturned>(&event)) {
        take(leg->leg, "leg");
        take(leg->leg->adapter, "adapter");
        take(leg->leg->monitor, "monitor");
        for (const auto* snoop = leg->leg->snoop; snoop != nullptr; snoop = snoop->next) {
            take(snoop, "snoop");
        }
    } else if (const auto* bridge = std::get_if<event::BridgeReturned>(&event)) {
        take(bridge->bridge, "bridge");
    } else if (const auto* trunk = std::get_if<event::TrunkReturned>(&event)) {
        take(trunk->end, "trunk end");
    } else if (const auto* adapter = std::get_if<event::AdapterReturned>(&event)) {
        take(adapter->adapter, "adapter");
    } else if (const auto* player = std::get_if<event::PlayerReturned>(&event)) {
        take(player->player, "player");
    } else if (const auto* recorder = std::get_if<event::RecorderReturned>(&event)) {
        take(recorder->recorder, "recorder");
    } else if (const auto* snoop = std::get_if<event::SnoopReturned>(&event)) {
        take(snoop->snoop, "snoop");
    } else if (const auto* tracks = std::get_if<event::TracksReturned>(&event)) {
        take(tracks->recorder, "track recorder");
    } else if (const auto* monitor = std::get_if<event::MonitorReturned>(&event)) {
        take(monitor->monitor, "monitor");
    } else if (const auto* received = std::get_if<event::DatagramReceived>(&event)) {
        lend(received->datagram, "datagram of the worker");
    } else if (const auto* sent = std::get_if<event::DatagramSent>(&event)) {
        take(sent->datagram, "datagram");
    } else if (const auto* rate = std::get_if<event::RateChanged>(&event)) {
        take(rate->change, "rate change");
        for (const auto& party : rate->change->parties) {
            take(party.adapter.get(), "adapter");
        }
    }
    plans_ -= std::holds_alternative<event::PlanReturned>(event) ? 1 : 0;
    lists_ -= std::holds_alternative<event::PartyListReturned>(event) ? 1 : 0;
}

std::string Ledger::open() const
{
    std::map<std::string, int> kinds;
    for (const auto& [object, kind] : lent_) {
        ++kinds[kind];
    }
    kinds["plan"] += plans_;
    kinds["party list"] += lists_;
    std::string text;
    for (const auto& [kind, number] : kinds) {
        if (number != 0) {
            text += (text.empty() ? "" : ", ") + std::to_string(number) + " " + kind;
        }
    }
    return text;
}

}  // namespace rb::test
