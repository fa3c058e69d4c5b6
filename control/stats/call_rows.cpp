#include "control/stats/call_rows.h"

namespace rb::stats {
namespace {

template <std::size_t Column>
using Text = std::array<std::uint64_t, kCallFigures[Column].words>;

struct Words {
    Text<0> id{};
    Text<1> name{};
    Text<2> state{};
    Text<3> endpoint{};
    Text<4> caller{};
    Text<5> number{};
    Text<6> application{};
    Text<7> codec{};
    Text<8> room{};
    Text<9> keys{};
    Text<10> suite{};
    Text<11> ice{};
    std::uint64_t worker = 0;
    std::uint64_t leg = 0;
    std::uint64_t started_at = 0;
    std::uint64_t answered_at = 0;
};
static_assert(sizeof(Words) == words_of(kCallFigures) * sizeof(std::uint64_t));

template <std::size_t Size>
void put(std::array<std::uint64_t, Size>& words, std::string_view text) noexcept
{
    words = text_words<Size>(text);
}

}  // namespace

void CallRows::set(std::size_t index, const CallRow& row) noexcept
{
    Words words;
    put(words.id, row.id);
    put(words.name, row.name);
    put(words.state, row.state);
    put(words.endpoint, row.endpoint);
    put(words.caller, row.caller);
    put(words.number, row.number);
    put(words.application, row.application);
    put(words.codec, row.codec);
    put(words.room, row.room);
    put(words.keys, row.keys);
    put(words.suite, row.suite);
    put(words.ice, row.ice);
    words.worker = row.worker ? *row.worker + 1 : 0;
    words.leg = row.leg ? *row.leg + 1 : 0;
    words.started_at = static_cast<std::uint64_t>(row.started_at.count());
    words.answered_at = static_cast<std::uint64_t>(row.answered_at.count());
    table_.publish_row(index, words);
}

}  // namespace rb::stats
