#include "dataplane/worker/look_ahead.h"

#include "bridges/bridge.h"
#include "bridges/native_rtp.h"
#include "dataplane/base/prefetch.h"

namespace rb {
namespace {

/// Its streams, its counters, and what tells where it belongs.
void fetch_leg(const media::Leg& leg) noexcept
{
    prefetch(&leg, sizeof leg.ref + sizeof leg.lock + sizeof leg.receiver + sizeof leg.sender + kCacheLine);
    prefetch(&leg.counters, sizeof leg.counters + kCacheLine);
    prefetch(&leg.bridge, kCacheLine);
    prefetch(&leg.player, kCacheLine);
}

void fetch_plan(const media::Leg& leg) noexcept
{
    prefetch(leg.plan.get(), sizeof *leg.plan);
}

void fetch_agreed(const media::Leg& leg) noexcept
{
    fetch_plan(leg);
    if (leg.bridge != nullptr) {
        prefetch(leg.bridge, 2 * kCacheLine);
    }
}

void fetch_keys(const media::Leg& leg) noexcept
{
    leg.plan->protection.prefetch_receive();
    if (leg.bridge != nullptr) {
        prefetch(leg.bridge->parties.get(), kCacheLine);
    }
}

void fetch_parties(const media::Leg& leg) noexcept
{
    if (leg.bridge != nullptr && leg.bridge->technology == Technology::NativeRtp) {
        prefetch(leg.bridge->parties->legs().data(), kCacheLine);
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

void look_ahead(std::span<media::Leg* const> legs, std::span<const RxPacket> packets, std::ptrdiff_t next) noexcept
{
    const auto ahead = [&](std::ptrdiff_t by, auto fetch_of) {
        const auto index = static_cast<std::size_t>(next + by);  // below the first it is beyond the last
        if (index < packets.size()) {
            if (const media::Leg* const leg = legs[index_of(packets[index].slot)]) {
                fetch_of(*leg);
            }
        }
    };
    ahead(kLookAhead, fetch_leg);
    ahead(7, fetch_agreed);
    ahead(6, fetch_keys);
    ahead(5, fetch_parties);
    ahead(4, fetch_peer);
    ahead(3, fetch_peer_plan);
    ahead(2, fetch_peer_keys);
}

}  // namespace rb
