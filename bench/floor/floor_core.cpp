#include "bench/floor/floor_core.h"

#include "dataplane/wire/rtp.h"

#include <algorithm>
#include <array>

namespace rb::bench {
namespace {

constexpr std::size_t kPayloadBytes = 160;  // 20 ms of G.711
constexpr std::array<std::uint8_t, kPayloadBytes> kPayload{};

}  // namespace

FloorCore::FloorCore(FloorMode mode, std::span<const std::array<int, kSocketsPerLeg>> fds) : mode_{mode}
{
    for (const auto& pair : fds) {
        legs_.push_back({.fds = pair});
    }
    changes_.reserve(2 * legs_.size());
}

void FloorCore::begin_slot(Nanos now) noexcept
{
    slot_ = now / kSlot;
    changes_.clear();
    for (std::uint32_t i = 0; !attached_ && i < legs_.size(); ++i) {
        changes_.push_back({.kind = SocketChange::Kind::Attach, .slot = LegSlot{i}, .fds = legs_[i].fds});
    }
    attached_ = true;
}

void FloorCore::on_packets(std::span<const RxPacket> packets) noexcept
{
    received_ += packets.size();
    for (const RxPacket& packet : packets) {
        if (packet.socket != Socket::Rtp) {
            continue;
        }
        if (!legs_[index_of(packet.slot)].latched) {
            latch(packet.slot, packet.source);
        }
        if (mode_ == FloorMode::Forward) {
            forward(packet);
        }
    }
}

void FloorCore::run_slot() noexcept
{
    if (mode_ != FloorMode::Send && mode_ != FloorMode::Duplex) {
        return;
    }
    const auto first = static_cast<std::uint32_t>(slot_ % kSlotsPerFrame);
    for (std::uint32_t i = first; i < legs_.size(); i += kSlotsPerFrame) {
        if (legs_[i].latched) {
            send_own(i);
        }
    }
}

void FloorCore::latch(LegSlot slot, const Address& source)
{
    Leg& leg = legs_[index_of(slot)];
    leg.latched = true;
    const Address rtcp = source.with_port(static_cast<std::uint16_t>(source.port() + 1));
    changes_.push_back({.kind = SocketChange::Kind::Connect, .slot = slot, .fds = leg.fds, .peers = {source, rtcp}});
}

void FloorCore::forward(const RxPacket& packet) noexcept
{
    const std::uint32_t to = index_of(packet.slot) ^ 1U;
    const auto out = tx_.reserve(packet.bytes.size());
    if (!legs_[to].latched || out.size() < wire::kRtpHeaderBytes) {
        return;
    }
    std::copy(packet.bytes.begin(), packet.bytes.end(), out.begin());
    write_header(out, to);
    tx_.commit(LegSlot{to}, Socket::Rtp, out.size(), {});
    ++sent_;
}

void FloorCore::send_own(std::uint32_t index) noexcept
{
    const auto out = tx_.reserve(wire::kRtpHeaderBytes + kPayloadBytes);
    if (out.empty()) {
        return;
    }
    write_header(out, index);
    std::copy(kPayload.begin(), kPayload.end(), out.begin() + wire::kRtpHeaderBytes);
    tx_.commit(LegSlot{index}, Socket::Rtp, out.size(), {});
    ++sent_;
}

void FloorCore::write_header(std::span<std::uint8_t> bytes, std::uint32_t index) noexcept
{
    Leg& leg = legs_[index];
    wire::write_rtp_header(bytes, {.sequence = leg.sequence++, .timestamp = leg.timestamp, .ssrc = index});
    leg.timestamp += kPayloadBytes;
}

}  // namespace rb::bench
