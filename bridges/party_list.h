// party_list.h — the legs of one bridge, close together in memory: a mix walks over thousands of them.
#pragma once

#include "bridges/group_encoder.h"
#include "dataplane/base/assert.h"
#include "dataplane/media/leg.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::bridges {

/// What all listeners hear in one tick, and what those of one group are sent: encoded once.
struct SharedPayloads {
    struct Entry {
        std::uint32_t size = 0;  ///< 0 = not encoded this tick
        std::array<std::uint8_t, codecs::kFrameSamplesMax * sizeof(codecs::Sample)> bytes;
    };
    std::array<Entry, kGroupsMax> of;
    std::array<codecs::Sample, codecs::kFrameSamplesMax> mixed;  ///< at the rate of the mix
    bool silent = false;                                         ///< there is nothing in it

    void clear() noexcept
    {
        for (Entry& entry : of) {
            entry.size = 0;
        }
    }
};

/// Most parties served in one slot: about 0.3 ms of sending. Larger rooms go on in the slots that follow.
inline constexpr std::uint32_t kFanOutPerSlot = 256;

/// Control allocates it; when a bridge outgrows its list, control lends it a longer one with GrowBridge.
/// Owner: its bridge.
class PartyList {
public:
    explicit PartyList(std::uint32_t capacity)
        : capacity_{capacity},
          legs_{std::make_unique<media::Leg*[]>(capacity)},
          shared_{capacity > kFanOutPerSlot ? std::make_unique<SharedPayloads>() : nullptr}
    {
    }

    void add(media::Leg& leg) noexcept
    {
        RB_ASSERT(size_ < capacity_);
        leg.party_index = size_;
        legs_[size_++] = &leg;
    }

    /// Takes a leg out. `cursor` parts those a running fan-out has served from those it has not; it moves so that
    /// nobody is served twice or passed over.
    void remove(media::Leg& leg, std::uint32_t& cursor) noexcept
    {
        std::uint32_t hole = leg.party_index;
        RB_ASSERT(hole < size_);
        RB_ASSERT(legs_[hole] == &leg);
        if (hole < cursor) {
            --cursor;
            place(legs_[cursor], hole);
            hole = cursor;
        }
        --size_;
        if (hole != size_) {
            place(legs_[size_], hole);
        }
    }

    /// Moves all legs here from a shorter list.
    void take_over(PartyList& other) noexcept
    {
        RB_ASSERT(size_ == 0);
        RB_ASSERT(other.size_ <= capacity_);
        std::copy_n(other.legs_.get(), other.size_, legs_.get());
        size_ = other.size_;
        other.size_ = 0;
    }

    [[nodiscard]] std::span<media::Leg* const> legs() const noexcept { return {legs_.get(), size_}; }
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    /// Payloads that must last while a fan-out runs over several slots; nullptr where one slot suffices.
    [[nodiscard]] SharedPayloads* shared() noexcept { return shared_.get(); }
    [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }

private:
    void place(media::Leg* leg, std::uint32_t index) noexcept
    {
        legs_[index] = leg;
        leg->party_index = index;
    }

    std::uint32_t capacity_;
    std::uint32_t size_ = 0;
    std::unique_ptr<media::Leg*[]> legs_;
    std::unique_ptr<SharedPayloads> shared_;
};

}  // namespace rb::bridges
