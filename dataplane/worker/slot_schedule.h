// slot_schedule.h — what is due in which of the 20 slots of a frame: bridges and single legs that make frames.
#pragma once

#include "dataplane/base/assert.h"
#include "dataplane/base/time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb {

/// Twenty lists of T*, each T in at most one; T has `home_slot` and `ticking`.
/// Owner: its worker. The constructor allocates; nothing else does.
template <typename T>
class SlotSchedule {
public:
    /// most   largest number of members altogether
    explicit SlotSchedule(std::size_t most)
    {
        for (auto& list : slots_) {
            list.reserve(most);
        }
    }

    void add(T& member) noexcept
    {
        if (!member.ticking) {
            member.ticking = true;
            slots_[member.home_slot].push_back(&member);
        }
    }

    void remove(T& member) noexcept
    {
        if (!member.ticking) {
            return;
        }
        member.ticking = false;
        auto& list = slots_[member.home_slot];
        const auto at = std::find(list.begin(), list.end(), &member);
        RB_ASSERT(at != list.end());
        *at = list.back();
        list.pop_back();
    }

    /// The members due in a slot. visit may remove the member it is given, and only that.
    template <typename Visit>
    void for_each(unsigned slot, Visit&& visit)
    {
        auto& list = slots_[slot];
        for (std::size_t i = list.size(); i-- > 0;) {
            visit(*list[i]);
        }
    }

    /// The slot with the fewest members, for a newcomer.
    [[nodiscard]] std::uint8_t emptiest() const noexcept
    {
        const auto least = std::min_element(slots_.begin(), slots_.end(),
                                            [](const auto& a, const auto& b) { return a.size() < b.size(); });
        return static_cast<std::uint8_t>(least - slots_.begin());
    }

    [[nodiscard]] bool empty() const noexcept
    {
        return std::all_of(slots_.begin(), slots_.end(), [](const auto& list) { return list.empty(); });
    }

private:
    std::array<std::vector<T*>, kSlotsPerFrame> slots_;
};

}  // namespace rb
