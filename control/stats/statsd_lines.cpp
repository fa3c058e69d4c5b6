#include "control/stats/statsd_lines.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rb::stats {
namespace {

constexpr std::string_view suffix(Kind kind, bool meter_support) noexcept
{
    switch (kind) {
        case Kind::Counter:
            return "|c";
        case Kind::Gauge:
            return "|g";
        case Kind::Timing:
            return "|ms";
        case Kind::Meter:
            return meter_support ? "|m" : "|c";
    }
    return "";
}

}  // namespace

std::string statsd_name(std::string_view text, bool dots)
{
    std::string name{text};
    std::replace_if(
        name.begin(), name.end(),
        [dots](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte <= ' ' || byte == 0x7f || c == ':' || c == '|' || c == '@' || c == '#' || (c == '.' && !dots);
        },
        '_');
    return name;
}

void StatsdLines::add(const StatsdValue& value)
{
    std::string line = format_.prefix.empty() ? std::string{} : format_.prefix + '.';
    line += value.name;
    line += value.kind == Kind::Meter && !format_.meter_support ? "_meter:" : ":";
    // A gauge with a sign would be a difference: it is set to 0 first, as the protocol asks.
    if (value.kind == Kind::Gauge && value.value < 0) {
        add({.name = value.name, .value = 0, .kind = Kind::Gauge});
    }
    line += std::to_string(value.value);
    line += suffix(value.kind, format_.meter_support);
    const std::size_t end = format_.add_newline ? 1 : 0;
    if (line.size() + end > kStatsdDatagramMax) {
        return;
    }
    if (!datagram_.empty() && datagram_.size() + 1 + line.size() + end > kStatsdDatagramMax) {
        flush();
    }
    if (!datagram_.empty()) {
        datagram_ += '\n';
    }
    datagram_ += line;
}

void StatsdLines::flush()
{
    if (datagram_.empty()) {
        return;
    }
    if (format_.add_newline) {
        datagram_ += '\n';
    }
    send_(datagram_);
    datagram_.clear();
}

}  // namespace rb::stats
