// statsd_names.h — Asterisk's names for figures, and what every figure means, for the reference page.
#pragma once

#include <array>
#include <string_view>

namespace rb::stats {

/// A figure that Asterisk sends to statsd and we send under the same name; the engine gives its value.
struct AsteriskName {
    std::string_view name;
    std::string_view kind;
    std::string_view meaning;
};

inline constexpr std::array<AsteriskName, 8> kAsteriskNames{{
    {"channels.count", "gauge", "channels that exist"},
    {"channels.calltime", "timing", "milliseconds a channel existed, once it has ended"},
    {"endpoints.count", "gauge", "endpoints configured"},
    {"endpoints.state.unknown", "gauge", "of them without an aor"},
    {"endpoints.state.offline", "gauge", "with aors, none of which has a contact"},
    {"endpoints.state.online", "gauge", "with a contact"},
    {"endpoints.PJSIP.NAME.channels", "gauge", "channels of an endpoint, and a 0 when its last has ended"},
    {"PJSIP.contacts.states.NonQualified", "gauge", "contacts written into aors"},
}};

/// What a figure means, by its name in its block; empty where nobody has said so, which a test forbids.
[[nodiscard]] std::string_view meaning_of(std::string_view figure);

}  // namespace rb::stats
