// bridge_book.h — what control keeps of each bridge it has lent.
#pragma once

#include "bridges/bridge.h"
#include "codecs/encoder.h"
#include "control/engine/channel.h"
#include "dataplane/media/event.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace rb::engine {

/// A room that may have gone meanwhile, or given its name to another.
struct RoomKey {
    std::string room;
    std::uint64_t serial = 0;
};

/// What a bridge has been lent besides its parties.
struct BridgeBook {
    RoomKey room{};  ///< that it is a part of
    std::uint32_t rate = 8000;
    Technology technology = Technology::None;
    std::array<bool, bridges::kGroupsMax> groups{};                               ///< lent
    std::array<std::optional<codecs::OpusOptions>, bridges::kOpusKinds> kinds{};  ///< of its members so far

    /// Which of the kinds of Opus the channel is sent; noted when it is new and there is room.
    std::uint8_t kind_of(const Channel& channel);
};

}  // namespace rb::engine
