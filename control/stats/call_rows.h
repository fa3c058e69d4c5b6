// call_rows.h — the table "calls" of the counter file: one row for each channel, written by control when it changes.
#pragma once

#include "dataplane/base/row_table.h"
#include "dataplane/base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rb::stats {

/// Columns of the table "calls".
inline constexpr std::array<Figure, 16> kCallFigures{{
    {"id", FigureKind::Text, 8},
    {"name", FigureKind::Text, 8},
    {"state", FigureKind::Text, 2},
    {"endpoint", FigureKind::Text, 5},
    {"caller", FigureKind::Text, 6},
    {"number", FigureKind::Text, 6},
    {"application", FigureKind::Text, 4},
    {"codec", FigureKind::Text, 2},
    {"room", FigureKind::Text, 5},
    {"keys", FigureKind::Text, 1},
    {"suite", FigureKind::Text, 4},
    {"ice", FigureKind::Text, 8},
    {"worker", FigureKind::Gauge},      ///< + 1; 0 = has no leg, as the next
    {"leg", FigureKind::Gauge},         ///< slot of its leg + 1
    {"started_at", FigureKind::Gauge},  ///< nanoseconds since 1970, as the next
    {"answered_at", FigureKind::Gauge},
}};

/// What control knows of a call; texts are cut at the width of their column.
struct CallRow {
    std::string_view id;     ///< as `rbctl call` and `hangup` take it
    std::string_view name;   ///< of the channel, "PJSIP/alice-00000001"
    std::string_view state;  ///< "Ring", "Ringing", "Up", as ARI spells them
    std::string_view endpoint;
    std::string_view caller;       ///< number of the caller
    std::string_view number;       ///< dialled
    std::string_view application;  ///< running now
    std::string_view codec;        ///< as `allow=` spells it, or t38
    std::string_view room;         ///< empty = in none
    std::string_view keys;         ///< "sdes", "dtls"; empty = media in the clear
    std::string_view suite;        ///< of SRTP, as SDP spells it; empty = no keys, or none yet
    std::string_view ice;          ///< "checking", or the address the peer has nominated; empty = no ICE
    std::optional<std::size_t> worker;
    std::optional<std::size_t> leg;  ///< its slot, the row of its worker's table "legs.N"
    Nanos started_at = 0ns;          ///< wall clock
    Nanos answered_at = 0ns;         ///< 0 = not yet
};

/// Owner: control. The index is the channel's in its table.
class CallRows {
public:
    CallRows() = default;
    explicit CallRows(RowTable table) noexcept : table_{table} {}

    void set(std::size_t index, const CallRow& row) noexcept;
    void clear(std::size_t index) noexcept { table_.clear(index); }

private:
    RowTable table_;
};

}  // namespace rb::stats
