// hearing.h — whom one party hears otherwise than the rest of its bridge does.
#pragma once

#include "dataplane/base/handle.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace rb::media {

class Leg;

/// Whoever speaks is heard by all, whoever whispers by nobody; but for each exception it is the other way round.
/// Owner: whoever holds the leg.
class Hearing {
public:
    using Talker = Handle<Leg>;
    static constexpr std::size_t kExceptionsMax = 16;

    bool whispers = false;  ///< what the party itself says is no part of the mix

    /// Makes an exception of a talker, or none any more; false when there are too many.
    bool set(Talker talker, bool exception) noexcept
    {
        const auto end = talkers_.begin() + count_;
        const auto found = std::find(talkers_.begin(), end, talker);
        if (exception == (found != end)) {
            return true;
        }
        if (!exception) {
            *found = talkers_[--count_];
            return true;
        }
        if (count_ == kExceptionsMax) {
            return false;
        }
        talkers_[count_++] = talker;
        return true;
    }
    [[nodiscard]] bool excepts(Talker talker) const noexcept
    {
        const auto end = talkers_.begin() + count_;
        return std::find(talkers_.begin(), end, talker) != end;
    }
    [[nodiscard]] bool any() const noexcept { return count_ > 0; }

private:
    std::array<Talker, kExceptionsMax> talkers_{};
    std::uint8_t count_ = 0;
};

}  // namespace rb::media
