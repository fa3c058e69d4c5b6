#include "control/events/bus.h"

#include "control/events/event_memory.h"
#include "dataplane/base/assert.h"

namespace rb::events {

Subscription::~Subscription()
{
    std::erase(bus_.subscriptions_, this);
    bus_.note_wanted();
}

EventPtr Subscription::take()
{
    if (queue_.empty()) {
        tell_lost();
    }
    if (queue_.empty()) {
        return nullptr;
    }
    const Waiting next = std::move(queue_.front());
    queue_.pop_front();
    queue_bytes_ -= next.bytes;
    return next.event;
}

void Subscription::put(const EventPtr& event, std::size_t bytes)
{
    if (queue_bytes_ + bytes > queue_bytes_max_) {
        ++lost_;
        lost_at_ = event->at;
        ++bus_.counts_.dropped;
        return;
    }
    tell_lost();
    queue_.push_back({.event = event, .bytes = bytes});
    queue_bytes_ += bytes;
}

/// Closes a gap. Its event weighs nothing: there is at most one between two that do.
void Subscription::tell_lost()
{
    if (const std::uint64_t count = std::exchange(lost_, 0); count > 0) {
        const Event lost{.at = lost_at_, .body = EventsLost{.count = count}};
        queue_.push_back({.event = std::make_shared<const Event>(lost)});
    }
}

Bus::~Bus()
{
    RB_ASSERT(subscriptions_.empty());  // they would speak to it
}

std::unique_ptr<Subscription> Bus::subscribe(const Types& types, std::size_t queue_bytes_max)
{
    std::unique_ptr<Subscription> subscription{new Subscription{*this, types, queue_bytes_max}};
    subscriptions_.push_back(subscription.get());
    note_wanted();
    return subscription;
}

void Bus::deliver(const EventPtr& event)
{
    ++counts_.published;
    const std::size_t bytes = memory_of(*event);
    for (Subscription* subscription : subscriptions_) {
        if (subscription->types_.test(event->body.index())) {
            subscription->put(event, bytes);
        }
    }
}

void Bus::note_wanted()
{
    wanted_.reset();
    for (const Subscription* subscription : subscriptions_) {
        wanted_ |= subscription->types_;
    }
}

}  // namespace rb::events
