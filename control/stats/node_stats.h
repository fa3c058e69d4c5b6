// node_stats.h — the blocks of a node's counter file, declared once, and the view each thread gets of it.
#pragma once

#include "control/stats/call_rows.h"
#include "control/stats/control_counters.h"
#include "control/stats/media_figures.h"
#include "control/stats/room_rows.h"
#include "dataplane/base/error_log.h"
#include "dataplane/base/stats_file.h"
#include "dataplane/worker/leg_rows.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace rb::stats {

/// How much there is to count; memory for all of it is taken at once (legs 192, calls 448, rooms 192 bytes each).
struct NodeShape {
    std::size_t workers = 1;
    std::size_t legs = 0;  ///< slots of each worker
    std::size_t calls = 0;
    std::size_t rooms = 0;  ///< of more than kRoomRowsMax, only the first are shown
};

/// The file thread: one figure, its heartbeat.
inline constexpr std::array<Figure, 1> kFileFigures{{{"heartbeat_ms", FigureKind::Gauge}}};

inline constexpr std::size_t kRoomRowsMax = 100'000;

/// Owner: control; outlives the threads it gave views to.
class NodeStats {
public:
    /// Fails as StatsFile::create does.
    [[nodiscard]] static Result<NodeStats> create(const std::string& path, const StatsIdentity& identity,
                                                  const NodeShape& shape);

    [[nodiscard]] Counters worker(std::size_t index) { return file_->counters("worker." + std::to_string(index)); }
    [[nodiscard]] LegRows legs(std::size_t worker) { return LegRows{file_->table("legs." + std::to_string(worker))}; }
    [[nodiscard]] Counters sip() { return file_->counters("sip"); }
    [[nodiscard]] Counters control() { return file_->counters("control"); }
    [[nodiscard]] Counters files() { return file_->counters("files"); }
    /// By media_figure().
    [[nodiscard]] Counters media() { return file_->counters("media"); }
    [[nodiscard]] CallRows calls() { return CallRows{file_->table("calls")}; }
    [[nodiscard]] RoomRows rooms() { return RoomRows{file_->table("rooms")}; }
    /// Once: the log remembers what it has written.
    [[nodiscard]] ErrorLog errors() { return ErrorLog{file_->table("errors")}; }

    [[nodiscard]] const std::string& path() const { return file_->path(); }

private:
    explicit NodeStats(std::unique_ptr<StatsFile> file) : file_{std::move(file)} {}
    std::unique_ptr<StatsFile> file_;
};

}  // namespace rb::stats
