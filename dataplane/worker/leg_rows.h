// leg_rows.h — one row of the counter file for each leg: what `rbctl call` and the worst legs of `rbctl top` show.
#pragma once

#include "dataplane/base/row_table.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace rb {

/// Columns of a worker's table "legs.N"; the row is the leg's slot.
inline constexpr std::array<Figure, 28> kLegFigures{{
    {"generation", FigureKind::Gauge},  ///< of the leg, so that a row is not taken for its predecessor's
    {"codec", FigureKind::Text, 2},
    {"bridge", FigureKind::Gauge},  ///< index + 1; 0 = in none
    {"talking", FigureKind::Gauge},
    {"received"},
    {"sent"},
    {"forwarded"},
    {"dropped"},
    {"lost"},       ///< RTP packets expected and not received
    {"concealed"},  ///< frames made up in place of lost or late ones
    {"late"},
    {"discarded"},  ///< too late to be played, or given up to keep the delay below its cap
    {"lost_lately_permille", FigureKind::Gauge},       ///< of the packets of the last ten seconds or so …
    {"discarded_lately_permille", FigureKind::Gauge},  ///< … the same
    {"unheard_ms", FigureKind::Gauge},                 ///< since its last RTP packet that was taken; 0 = none is wanted
    {"jitter_us", FigureKind::Gauge},
    {"jitter_buffer_us", FigureKind::Gauge},  ///< the delay it adds now
    {"round_trip_us", FigureKind::Gauge},     ///< 0 = not known yet, as the next two
    {"remote_lost_percent", FigureKind::Gauge},
    {"remote_jitter_us", FigureKind::Gauge},
    {"mos_milli", FigureKind::Gauge},  ///< opinion of the E-model, 1000 to 4500; 0 = not known yet, as the next three
    {"mos_min_milli", FigureKind::Gauge},
    {"mos_mean_milli", FigureKind::Gauge},
    {"remote_mos_milli", FigureKind::Gauge},  ///< the peer's own, from its VoIP metrics
    {"voice_level", FigureKind::Gauge},       ///< mean |sample| of speech, where the leg is mixed
    {"voice_frames"},                         ///< of 20 ms that were speech
    {"clipped_frames"},                       ///< of these, overdriven
    {"updated_ms", FigureKind::Gauge},        ///< monotonic clock
}};

struct LegRow {
    std::uint64_t generation = 0;
    std::array<std::uint64_t, 2> codec{};
    std::uint64_t bridge = 0;
    std::uint64_t talking = 0;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t forwarded = 0;
    std::uint64_t dropped = 0;
    std::uint64_t lost = 0;
    std::uint64_t concealed = 0;
    std::uint64_t late = 0;
    std::uint64_t discarded = 0;
    std::uint64_t lost_lately_permille = 0;
    std::uint64_t discarded_lately_permille = 0;
    std::uint64_t unheard_ms = 0;
    std::uint64_t jitter_us = 0;
    std::uint64_t jitter_buffer_us = 0;
    std::uint64_t round_trip_us = 0;
    std::uint64_t remote_lost_percent = 0;
    std::uint64_t remote_jitter_us = 0;
    std::uint64_t mos_milli = 0;
    std::uint64_t mos_min_milli = 0;
    std::uint64_t mos_mean_milli = 0;
    std::uint64_t remote_mos_milli = 0;
    std::uint64_t voice_level = 0;
    std::uint64_t voice_frames = 0;
    std::uint64_t clipped_frames = 0;
    std::uint64_t updated_ms = 0;
};
static_assert(sizeof(LegRow) == words_of(kLegFigures) * sizeof(std::uint64_t));

/// One worker's view of the table; a default one swallows everything.
/// Owner: the worker.
class LegRows {
public:
    LegRows() = default;
    explicit LegRows(RowTable table) noexcept : table_{table} {}

    [[nodiscard]] bool empty() const noexcept { return table_.rows() == 0; }
    void set(std::size_t slot, const LegRow& row) noexcept { table_.publish_row(slot, row); }
    void clear(std::size_t slot) noexcept { table_.clear(slot); }

private:
    RowTable table_;
};

}  // namespace rb
