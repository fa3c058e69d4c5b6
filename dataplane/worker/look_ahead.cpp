#include "dataplane/worker/look_ahead.h"

#include "bridges/bridge.h"
#include "bridges/native_rtp.h"

#include <cstddef>

namespace rb {
namespace {

constexpr std::size_t kLine = 64;

void fetch(const void* begin, std::size_t bytes) noexcept
{
    const auto* const first = static_cast<const std::byte*>(begin);
    for (std::size_t at = 0; at < bytes; at += kLine) {
        __builtin_prefetch(first + at);
    }
}

/// Its streams, its counters, and what tells where it belongs.
void fetch_leg(const media::Leg& leg) noexcept
{
    fetch(&leg, sizeof leg.ref + sizeof leg.lock + sizeof leg.receiver + sizeof leg.sender + kLine);
    fetch(&leg.counters, sizeof leg.counters + kLine);
    fetch(&leg.bridge, kLine);
    fetch(&leg.player, kLine);
}

void fetch_plan(const media::Leg& leg) noexcept
{
    fetch(leg.plan.get(), sizeof *leg.plan);
}

void fetch_agreed(const media::Leg& leg) noexcept
{
    fetch_plan(leg);
    if (leg.bridge != nullptr) {
        fetch(leg.bridge, 2 * kLine);
    }
}

void fetch_keys(const media::Leg& leg) noexcept
{
    leg.plan->protection.prefetch_receive();
    if (leg.bridge != nullptr) {
        fetch(leg.bridge->parties.get(), kLine);
    }
}

void fetch_parties(const media::Leg& leg) noexcept
{
    if (leg.bridge != nullptr && leg.bridge->technology == Technology::NativeRtp) {
        fetch(leg.bridge->parties->legs().data(), kLine);
    }
}

void fetch_peer(const media::Leg& leg) noexcept
{
    if (const media::Leg* const peer = bridges::native_peer(leg)) {
        fetch_leg(*peer);
    }
}

void fetch_peer_plan(const media::Leg& leg) noexcept
{
    if (const media::Leg* const peer = bridges::native_peer(leg)) {
        fetch_plan(*peer);
    }
}

void fetch_peer_keys(const media::Leg& leg) noexcept
{
    if (const media::Leg* const to = leg.echo ? &leg : bridges::native_peer(leg)) {
        to->plan->protection.prefetch_send();
    }
}

}  // namespace

void look_ahead(std::span<media::Leg* const> legs, std::span<const RxPacket> coming) noexcept
{
    const auto ahead = [&](std::size_t packets, auto fetch_of) {
        if (packets < coming.size()) {
            if (const media::Leg* const leg = legs[index_of(coming[packets].slot)]) {
                fetch_of(*leg);
            }
        }
    };
    ahead(6, fetch_leg);
    ahead(5, fetch_agreed);
    ahead(4, fetch_keys);
    ahead(3, fetch_parties);
    ahead(2, fetch_peer);
    ahead(1, fetch_peer_plan);
    ahead(0, fetch_peer_keys);
}

}  // namespace rb
