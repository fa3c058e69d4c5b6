// error_log.h — the distinct errors of the node as a table of the counter file: each message once, with how often and
// when it was seen. `rbctl errors` reads it after the log has scrolled away.
#pragma once

#include "dataplane/base/row_table.h"
#include "dataplane/base/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rb {

/// Columns of the table "errors".
inline constexpr std::array<Figure, 4> kErrorFigures{{
    {"count", FigureKind::Counter},
    {"first_at", FigureKind::Gauge},  ///< nanoseconds since 1970, as last_at
    {"last_at", FigureKind::Gauge},
    {"message", FigureKind::Text, 24},
}};

/// Rows enough for a bad day; beyond that the message unseen for longest makes room.
inline constexpr std::uint32_t kErrorRows = 128;

/// Owner: control, to which every thread's messages come.
class ErrorLog {
public:
    explicit ErrorLog(RowTable table) : table_{table} {}

    /// One more of this message, of which the first 192 bytes count.
    ///
    /// at   wall clock
    void note(std::string_view message, Nanos at);

private:
    struct Entry {
        std::string message;
        std::uint64_t count = 0;
        Nanos first_at = 0ns;
        Nanos last_at = 0ns;
    };

    [[nodiscard]] Entry& entry_of(std::string_view message, Nanos at);

    RowTable table_;
    std::vector<Entry> entries_;  // by row
};

}  // namespace rb
