// event_outbox.h — events on their way to control: those that carry ownership are never lost, the others when it is
// full.
#pragma once

#include "dataplane/base/assert.h"
#include "dataplane/media/event.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace rb {

/// A ring between the media code and the queue to control, which may be full for a while.
/// Owner: its worker. The constructor allocates; nothing else does.
class EventOutbox {
public:
    /// owned_max   most objects lent at a time: so many returns must find room
    explicit EventOutbox(std::size_t owned_max)
        : capacity_{owned_max + kInformativeMax}, events_{std::make_unique_for_overwrite<Event[]>(capacity_)}
    {
    }

    /// Sends an object home. Never fails: there is room for every object ever lent.
    template <typename Owned>
    void give_back(const Owned& event) noexcept
    {
        RB_ASSERT(size_ < capacity_);
        append(event);
    }

    /// Tells something; dropped and counted while control lags too far behind.
    template <typename Informative>
    void tell(const Informative& event) noexcept
    {
        if (informative_ == kInformativeMax) {
            ++dropped_;
            return;
        }
        ++informative_;
        append(event);
    }

    /// Moves events into the queue until it is full.
    template <typename Queue>
    void flush(Queue& queue) noexcept
    {
        while (size_ > 0 && queue.push(events_[first_])) {
            first_ = (first_ + 1) % capacity_;
            --size_;
        }
        if (size_ == 0) {
            informative_ = 0;
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

private:
    static constexpr std::size_t kInformativeMax = 4096;

    void append(const Event& event) noexcept
    {
        events_[(first_ + size_) % capacity_] = event;
        ++size_;
    }

    std::size_t capacity_;
    std::unique_ptr<Event[]> events_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
    std::size_t informative_ = 0;  // since it was last empty
    std::uint64_t dropped_ = 0;
};

}  // namespace rb
