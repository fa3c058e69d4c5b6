#include "control/stats/node_stats.h"

#include "dataplane/worker/worker_counters.h"
#include "signaling/counters.h"

#include <algorithm>
#include <vector>

namespace rb::stats {

Result<NodeStats> NodeStats::create(const std::string& path, const StatsIdentity& identity, const NodeShape& shape)
{
    std::vector<StatsBlock> blocks{{.name = "control", .figures = kControlFigures},
                                   {.name = "sip", .figures = sip::kSipFigures},
                                   {.name = "media", .figures = media_figures()},
                                   {.name = "files", .figures = kFileFigures}};
    const auto table = [&blocks](std::string name, std::span<const Figure> figures, std::size_t rows) {
        blocks.push_back({.name = std::move(name),
                          .figures = figures,
                          .rows = static_cast<std::uint32_t>(std::max<std::size_t>(rows, 1))});
    };
    for (std::size_t index = 0; index < shape.workers; ++index) {
        blocks.push_back({.name = "worker." + std::to_string(index), .figures = worker_figures()});
        table("legs." + std::to_string(index), kLegFigures, shape.legs);
    }
    table("calls", kCallFigures, shape.calls);
    table("rooms", kRoomFigures, std::min(shape.rooms, kRoomRowsMax));
    table("errors", kErrorFigures, kErrorRows);
    auto file = StatsFile::create(path, identity, blocks);
    if (!file) {
        return tl::unexpected(file.error());
    }
    return NodeStats{std::move(*file)};
}

}  // namespace rb::stats
