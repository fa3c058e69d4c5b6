// What shares a leg's socket with its media and is control's business; side_datagram.h has the contract.
#include "dataplane/worker/media_core.h"

namespace rb {
namespace {

/// With ICE control cannot tell where the peer is: what it sends elsewhere goes to the address nominated, if there is
/// one yet.
Address destination_of(const media::Leg& leg, const command::SendDatagram& command, Nanos now) noexcept
{
    const bool unknown = leg.plan->ice && !leg.plan->ice->validated(command.to, command.socket, now);
    return unknown ? leg.plan->ice->destination(command.socket) : command.to;
}

}  // namespace

void MediaCore::on_dtls(media::Leg& leg, const RxPacket& packet) noexcept
{
    // Of two sockets the second has no handshake of its own: RTCP comes on the first, or not at all.
    if (!leg.plan->dtls || packet.socket == Socket::Rtcp) {
        return drop(leg, Drop::Unsupported);
    }
    if (!leg.knows(packet.source, now_)) {
        return drop(leg, Drop::DtlsStranger);
    }
    hand_up(leg, leg.dtls_budget, packet, wire::Protocol::Dtls);
}

void MediaCore::hand_up(media::Leg& leg, media::SideBudget& budget, const RxPacket& packet,
                        wire::Protocol protocol) noexcept
{
    if (!budget.take(now_)) {
        return drop(leg, Drop::SideRate);
    }
    if (free_datagrams_.empty()) {
        return drop(leg, Drop::SideFull);
    }
    heard_at_ = now_;  // the answer is not to wait for a resting worker
    media::SideDatagram* datagram = free_datagrams_.back();
    free_datagrams_.pop_back();
    datagram->assign(packet.bytes);
    outbox_.give_back(event::DatagramReceived{
        .leg = leg.ref, .protocol = protocol, .socket = packet.socket, .source = packet.source, .datagram = datagram});
    consume(leg);
}

void MediaCore::on(const command::DatagramRead& command) noexcept
{
    RB_ASSERT(free_datagrams_.size() < media::kSideDatagramsMax);
    free_datagrams_.push_back(command.datagram);
}

void MediaCore::on(const command::SendDatagram& command) noexcept
{
    media::Leg* leg = find(command.leg);
    const auto bytes = command.datagram->bytes();
    const Address to = leg == nullptr ? Address{} : destination_of(*leg, command, now_);
    if (const auto out = to ? tx_.reserve(bytes.size()) : std::span<std::uint8_t>{}; !out.empty()) {
        std::copy(bytes.begin(), bytes.end(), out.begin());
        tx_.commit(leg->slot(), command.socket, bytes.size(), to);
        ++leg->counters.sent;
        heard_at_ = now_;  // somebody is going to answer
    } else if (to) {
        ++tx_.refused;
    }
    outbox_.give_back(event::DatagramSent{.datagram = command.datagram});
}

}  // namespace rb
