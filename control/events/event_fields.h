// event_fields.h — what an event carries, member by member: the one description from which each way to write it comes.
#pragma once

#include "control/events/event.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rb::events {

/// Points into the event it is of.
struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool, const ChannelSnapshot*, const BridgeSnapshot*,
                 const RecordingSnapshot*>
        value;
};

/// In the order in which they are written; type and time are not among them.
[[nodiscard]] std::vector<Field> fields_of(const Event& event);

[[nodiscard]] inline std::string_view type_name(const Event& event)
{
    return kTypeNames[event.body.index()];
}

}  // namespace rb::events
