// event_outbox.h — events on their way to control: those that carry ownership are never lost, the others when it is
// full.
#pragma once

#include "dataplane/base/assert.h"
#include "dataplane/media/event.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rb {

/// A line between the media code and the queue to control, which may be full for a while. It begins anew whenever it
/// is empty, so that of its room only what was ever needed at once is touched: the rest costs no memory.
/// Owner: its worker. The constructor allocates; nothing else does.
class EventOutbox {
public:
    /// owned_max   most objects lent at a time: so many returns must find room
    explicit EventOutbox(std::size_t owned_max) : capacity_{owned_max + kInformativeMax} { events_.reserve(capacity_); }

    /// Sends an object home. Never fails: there is room for every object ever lent.
    template <typename Owned>
    void give_back(const Owned& event) noexcept
    {
        RB_ASSERT(size() < capacity_);
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
        while (first_ < events_.size() && queue.push(events_[first_])) {
            ++first_;
        }
        if (first_ == events_.size()) {
            events_.clear();
            first_ = 0;
            informative_ = 0;
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return events_.size() - first_; }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

private:
    static constexpr std::size_t kInformativeMax = 4096;

    void append(const Event& event) noexcept
    {
        if (events_.size() == capacity_) {
            events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(first_));
            first_ = 0;
        }
        events_.push_back(event);
    }

    std::size_t capacity_;
    std::vector<Event> events_;
    std::size_t first_ = 0;        // not yet flushed
    std::size_t informative_ = 0;  // since it was last empty
    std::uint64_t dropped_ = 0;
};

}  // namespace rb
