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

inline constexpr std::array<AsteriskName, 3> kAsteriskNames{{
    {"channels.count", "gauge", "channels that exist"},
    {"channels.calltime", "timing", "milliseconds a channel existed, once it has ended"},
    {"endpoints.count", "gauge", "endpoints configured"},
}};

/// What a figure means, by its name in its block; empty where nobody has said so, which a test forbids.
[[nodiscard]] std::string_view meaning_of(std::string_view figure);

}  // namespace rb::stats
