#include "dataplane/base/error_log.h"

#include <algorithm>

namespace rb {
namespace {

constexpr std::size_t kMessageWords = kErrorFigures[3].words;

struct ErrorRow {
    std::uint64_t count = 0;
    std::uint64_t first_at = 0;
    std::uint64_t last_at = 0;
    std::array<std::uint64_t, kMessageWords> message{};
};
static_assert(sizeof(ErrorRow) == words_of(kErrorFigures) * sizeof(std::uint64_t));

}  // namespace

void ErrorLog::note(std::string_view message, Nanos at)
{
    if (table_.rows() == 0) {
        return;
    }
    Entry& entry = entry_of(message.substr(0, kMessageWords * sizeof(std::uint64_t)), at);
    ++entry.count;
    entry.last_at = at;
    const ErrorRow row{.count = entry.count,
                       .first_at = static_cast<std::uint64_t>(entry.first_at.count()),
                       .last_at = static_cast<std::uint64_t>(at.count()),
                       .message = text_words<kMessageWords>(entry.message)};
    table_.publish_row(static_cast<std::size_t>(&entry - entries_.data()), row);
}

ErrorLog::Entry& ErrorLog::entry_of(std::string_view message, Nanos at)
{
    const auto known = std::find_if(entries_.begin(), entries_.end(),
                                    [message](const Entry& entry) { return entry.message == message; });
    if (known != entries_.end()) {
        return *known;
    }
    if (entries_.size() < table_.rows()) {
        return entries_.emplace_back(Entry{.message = std::string{message}, .first_at = at});
    }
    const auto oldest = std::min_element(entries_.begin(), entries_.end(),
                                         [](const Entry& a, const Entry& b) { return a.last_at < b.last_at; });
    *oldest = {.message = std::string{message}, .first_at = at};
    return *oldest;
}

}  // namespace rb
