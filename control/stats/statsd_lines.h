// statsd_lines.h — figures as statsd's text, packed into datagrams. Pure: no socket, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rb::stats {

/// What fits into one packet of an Ethernet path without fragments.
inline constexpr std::size_t kStatsdDatagramMax = 1400;

enum class Kind : std::uint8_t {
    Counter,  ///< "|c", a difference
    Gauge,    ///< "|g", a state
    Timing,   ///< "|ms"
    Meter,    ///< "|m"; for servers without meters a counter whose name ends in "_meter"
};

struct StatsdValue {
    std::string_view name;
    std::int64_t value = 0;
    Kind kind = Kind::Counter;
};

struct StatsdFormat {
    std::string prefix;        ///< before each name, with a dot between; empty = none
    bool add_newline = false;  ///< after the last line of a datagram too
    bool meter_support = true;
};

/// A name part as statsd can take it: what would end a name or a line becomes '_', as does '.' where `dots` is false.
[[nodiscard]] std::string statsd_name(std::string_view text, bool dots = true);

/// Owner: control.
class StatsdLines {
public:
    using Send = std::function<void(std::string_view datagram)>;

    /// send   gets each datagram when the next line would not fit any more, or flush() asks for it
    StatsdLines(StatsdFormat format, Send send) : format_{std::move(format)}, send_{std::move(send)} {}

    /// Adds a line; one longer than a datagram is left out.
    void add(const StatsdValue& value);
    void flush();

private:
    StatsdFormat format_;
    Send send_;
    std::string datagram_;
};

}  // namespace rb::stats
