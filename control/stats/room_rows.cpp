#include "control/stats/room_rows.h"

namespace rb::stats {
namespace {

struct Words {
    std::array<std::uint64_t, kRoomFigures[0].words> name{};
    std::uint64_t rate = 0;
    std::uint64_t members = 0;
    std::uint64_t talking = 0;
    std::uint64_t locked = 0;
    std::uint64_t recorded = 0;
    std::uint64_t worker = 0;
    std::uint64_t bridge = 0;
    std::uint64_t started_at = 0;
    std::uint64_t speaker = 0;
    std::uint64_t speaker_changes = 0;
};
static_assert(sizeof(Words) == words_of(kRoomFigures) * sizeof(std::uint64_t));

}  // namespace

void RoomRows::set(std::size_t index, const RoomRow& row) noexcept
{
    table_.publish_row(index, Words{.name = text_words<kRoomFigures[0].words>(row.name),
                                    .rate = row.rate,
                                    .members = row.members,
                                    .talking = row.talking,
                                    .locked = row.locked ? 1U : 0U,
                                    .recorded = row.recorded ? 1U : 0U,
                                    .worker = row.worker,
                                    .bridge = row.bridge + 1,
                                    .started_at = static_cast<std::uint64_t>(row.started_at.count()),
                                    .speaker = row.speaker ? *row.speaker + 1 : 0,
                                    .speaker_changes = row.speaker_changes});
}

}  // namespace rb::stats
