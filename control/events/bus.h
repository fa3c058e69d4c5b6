// bus.h — who wants to know what happens: events go from one publisher to the queues of many subscribers.
#pragma once

#include "control/events/event.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace rb::events {

class Bus;

/// One reader's queue, until it is destroyed; the bus outlives it. Owner: control.
class Subscription {
public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// The next event in the order of cause, or nullptr when there is none now. Where the queue was full, EventsLost
    /// says how many are missing, in their place.
    [[nodiscard]] EventPtr take();

private:
    friend class Bus;
    Subscription(Bus& bus, const Types& types, std::size_t queue_bytes_max)
        : bus_{bus}, types_{types}, queue_bytes_max_{queue_bytes_max}
    {
    }
    void put(const EventPtr& event, std::size_t bytes);
    void tell_lost();

    Bus& bus_;
    Types types_;
    struct Waiting {
        EventPtr event;
        std::size_t bytes = 0;
    };

    std::size_t queue_bytes_max_;
    std::size_t queue_bytes_ = 0;
    std::deque<Waiting> queue_;
    std::uint64_t lost_ = 0;  // since the newest in the queue
    Nanos lost_at_ = 0ns;     // the newest of them
};

/// Publishing neither waits nor calls anybody. Owner: control.
class Bus {
public:
    Bus() = default;
    ~Bus();
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;

    /// types             that it is to get; EventsLost comes unasked
    /// queue_bytes_max   what the events may come to (memory_of) that wait for it; what comes on top of them is lost
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(const Types& types, std::size_t queue_bytes_max);

    /// Whether somebody has subscribed to this type.
    template <typename Kind>
    [[nodiscard]] bool wanted() const noexcept
    {
        return wanted_.test(kTypeOf<Kind>);
    }

    /// Gives what `make` returns, one of the kinds of Body, to all who want it. Where nobody does, it is not made.
    template <typename Make>
    void publish(Nanos at, Make&& make)
    {
        if (wanted<std::invoke_result_t<Make>>()) {
            deliver(std::make_shared<const Event>(Event{.at = at, .body = std::forward<Make>(make)()}));
        }
    }

    struct Counts {
        std::uint64_t published = 0;
        std::uint64_t dropped = 0;  ///< of the queues of subscribers that were too slow
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    friend class Subscription;
    void deliver(const EventPtr& event);
    void note_wanted();

    std::vector<Subscription*> subscriptions_;
    Types wanted_;
    Counts counts_;
};

}  // namespace rb::events
