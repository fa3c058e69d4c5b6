#include "control/engine/worker_proxy.h"

namespace rb::engine {

WorkerProxy::WorkerProxy(CommandQueue& queue, std::size_t legs_max, std::size_t bridges_max)
    : queue_{queue}, legs_max_{legs_max}, bridges_max_{bridges_max}
{
}

void WorkerProxy::post(const Command& command)
{
    if (!overflow_.empty() || !queue_.push(command)) {
        overflow_.push_back(command);
        ++overflowed_;
    }
}

void WorkerProxy::flush()
{
    while (!overflow_.empty() && queue_.push(overflow_.front())) {
        overflow_.pop_front();
    }
}

template <typename T>
Handle<T> WorkerProxy::reserve(std::vector<Place<T>>& places, std::vector<std::uint32_t>& free, std::size_t most)
{
    if (free.empty()) {
        if (places.size() == most) {
            return {};
        }
        free.push_back(static_cast<std::uint32_t>(places.size()));
        places.emplace_back();
    }
    const std::uint32_t index = free.back();
    free.pop_back();
    Place<T>& place = places[index];
    // 24 bits of it travel through the packet I/O; 0 stands for nobody.
    place.generation = place.generation % 0xffffffU + 1;
    place.taken = true;
    return {.index = index, .generation = place.generation};
}

template <typename T>
std::uint64_t WorkerProxy::owner_in(const std::vector<Place<T>>& places, Handle<T> ref) noexcept
{
    const bool found =
        ref.index < places.size() && places[ref.index].taken && places[ref.index].generation == ref.generation;
    return found ? places[ref.index].owner : 0;
}

media::LegRef WorkerProxy::reserve_leg()
{
    const media::LegRef ref = reserve(legs_, free_legs_, legs_max_);
    leg_count_ += ref ? 1U : 0U;
    return ref;
}

void WorkerProxy::adopt_leg(std::unique_ptr<media::Leg> leg, std::uint64_t owner)
{
    Place<media::Leg>& place = legs_[leg->ref.index];
    RB_ASSERT(place.taken);
    RB_ASSERT(leg->holder == media::Holder::Control);
    leg->holder = media::Holder::Queue;
    place.object = std::move(leg);
    place.owner = owner;
    post(command::AdoptLeg{.leg = place.object.get()});
}

void WorkerProxy::cancel_leg(media::LegRef ref)
{
    RB_ASSERT(owner_in(legs_, ref) == 0);
    legs_[ref.index].taken = false;
    free_legs_.push_back(ref.index);
    --leg_count_;
}

std::unique_ptr<media::Leg> WorkerProxy::leg_returned(media::Leg& leg)
{
    Place<media::Leg>& place = legs_[leg.ref.index];
    RB_ASSERT(place.object.get() == &leg);
    RB_ASSERT(leg.holder == media::Holder::Queue);
    leg.holder = media::Holder::Control;
    place.taken = false;
    place.owner = 0;
    free_legs_.push_back(leg.ref.index);
    --leg_count_;
    return std::move(place.object);
}

std::uint64_t WorkerProxy::owner_of(media::LegRef ref) const noexcept
{
    return owner_in(legs_, ref);
}

bool WorkerProxy::send_datagram(media::LegRef leg, Socket socket, const Address& to,
                                std::span<const std::uint8_t> bytes)
{
    RB_ASSERT(bytes.size() <= kDatagramBytesMade);
    if (free_datagrams_.empty()) {
        if (datagrams_.size() == media::kSideDatagramsMax) {
            return false;
        }
        free_datagrams_.push_back(datagrams_.emplace_back(std::make_unique_for_overwrite<media::SideDatagram>()).get());
    }
    media::SideDatagram* datagram = free_datagrams_.back();
    free_datagrams_.pop_back();
    datagram->assign(bytes);
    post(command::SendDatagram{.leg = leg, .socket = socket, .to = to, .datagram = datagram});
    return true;
}

void WorkerProxy::datagram_sent(media::SideDatagram& datagram)
{
    free_datagrams_.push_back(&datagram);
}

bridges::BridgeRef WorkerProxy::adopt_bridge(const bridges::BridgeOptions& options, std::uint64_t owner)
{
    const bridges::BridgeRef ref = reserve(bridges_, free_bridges_, bridges_max_);
    if (!ref) {
        return ref;
    }
    ++bridge_count_;
    Place<bridges::Bridge>& place = bridges_[ref.index];
    place.object = std::make_unique<bridges::Bridge>(ref, options);
    place.object->holder = media::Holder::Queue;
    place.owner = owner;
    post(command::AdoptBridge{.bridge = place.object.get()});
    return ref;
}

void WorkerProxy::bridge_returned(bridges::Bridge& bridge)
{
    Place<bridges::Bridge>& place = bridges_[bridge.ref.index];
    RB_ASSERT(place.object.get() == &bridge);
    place.taken = false;
    place.owner = 0;
    free_bridges_.push_back(bridge.ref.index);
    --bridge_count_;
    place.object.reset();
}

std::uint64_t WorkerProxy::owner_of(bridges::BridgeRef ref) const noexcept
{
    return owner_in(bridges_, ref);
}

}  // namespace rb::engine
