// event_line.h — an event as one line: JSON as ARI has it, or text for a reader.
#pragma once

#include "control/events/event.h"

#include <string>
#include <string_view>

namespace rb::events {

/// ISO 8601 with milliseconds and zone, as ARI writes times: "2026-05-01T12:00:00.123+0000".
[[nodiscard]] std::string timestamp(Nanos since_1970);

/// {"type":…,"timestamp":…,"asterisk_id":…,…}; whatever peers have called themselves, it is valid and holds no line
/// end.
///
/// asterisk_id   names the node; left out where it is empty
[[nodiscard]] std::string to_json(const Event& event, std::string_view asterisk_id);

/// "2026-05-01 12:00:00.123 ChannelDtmfReceived digit=5 duration_ms=100 channel=PJSIP/anna-00000001 …", in local time;
/// what is not printable is shown as '?'.
[[nodiscard]] std::string to_text(const Event& event);

}  // namespace rb::events
