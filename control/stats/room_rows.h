// room_rows.h — the table "rooms" of the counter file: one row for each conference room, written when it changes.
#pragma once

#include "dataplane/base/row_table.h"
#include "dataplane/base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rb::stats {

/// Columns of the table "rooms".
inline constexpr std::array<Figure, 11> kRoomFigures{{
    {"name", FigureKind::Text, 8},
    {"rate", FigureKind::Gauge},
    {"members", FigureKind::Gauge},
    {"talking", FigureKind::Gauge},
    {"locked", FigureKind::Gauge},
    {"recorded", FigureKind::Gauge},
    {"worker", FigureKind::Gauge},
    {"bridge", FigureKind::Gauge},      ///< index + 1, as the legs' column of the same name
    {"started_at", FigureKind::Gauge},  ///< nanoseconds since 1970
    {"speaker", FigureKind::Gauge},     ///< row + 1 in "calls" of who leads the conversation; 0 = nobody
    {"speaker_changes"},
}};

struct RoomRow {
    std::string_view name;
    std::uint32_t rate = 0;  ///< of the mix, Hz
    std::size_t members = 0;
    std::size_t talking = 0;
    bool locked = false;
    bool recorded = false;
    std::size_t worker = 0;
    std::size_t bridge = 0;                ///< index of its bridge
    Nanos started_at = 0ns;                ///< wall clock
    std::optional<std::size_t> speaker{};  ///< row of the call that leads the conversation
    std::uint64_t speaker_changes = 0;
};

/// Owner: control. The index is the room's bridge's, or any other that is the room's alone while it lasts.
class RoomRows {
public:
    RoomRows() = default;
    explicit RoomRows(RowTable table) noexcept : table_{table} {}

    void set(std::size_t index, const RoomRow& row) noexcept;
    void clear(std::size_t index) noexcept { table_.clear(index); }

private:
    RowTable table_;
};

}  // namespace rb::stats
