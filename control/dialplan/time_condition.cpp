#include "control/dialplan/time_condition.h"

#include "control/config/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

namespace rb::dialplan {
namespace {

using config::trim;

constexpr std::array<std::string_view, 7> kDayNames{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 12> kMonthNames{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};

std::optional<std::size_t> read_number(std::string_view text)
{
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

/// "9:05" as minutes of the day.
std::optional<std::size_t> read_minute(std::string_view text)
{
    const auto colon = std::min(text.find(':'), text.size());
    const auto hour = read_number(text.substr(0, colon));
    const auto minute = colon == text.size() ? std::nullopt : read_number(text.substr(colon + 1));
    const bool good = hour && minute && *hour < 24 && *minute < 60;
    return good ? std::optional{*hour * 60 + *minute} : std::nullopt;
}

template <std::size_t Size>
std::optional<std::size_t> read_name(std::string_view text, const std::array<std::string_view, Size>& names)
{
    const auto found = std::find_if(names.begin(), names.end(), [text](std::string_view name) {
        return config::same_word(text.substr(0, 3), name);
    });
    return found == names.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - names.begin())};
}

std::optional<std::size_t> read_weekday(std::string_view text)
{
    return read_name(text, kDayNames);
}

std::optional<std::size_t> read_month(std::string_view text)
{
    return read_name(text, kMonthNames);
}

std::optional<std::size_t> read_day(std::string_view text)
{
    const auto day = read_number(text);
    return day && *day >= 1 && *day <= 31 ? std::optional{*day - 1} : std::nullopt;
}

/// `*`, or ranges parted by &, both of whose ends belong to them. False where one of them cannot be read.
template <std::size_t Size>
bool read_ranges(std::string_view text, std::optional<std::size_t> (*read)(std::string_view), std::bitset<Size>& set)
{
    if (trim(text).empty() || trim(text) == "*") {
        set.set();
        return true;
    }
    const auto ranges = config::split(text, '&');
    for (const std::string_view range : ranges) {
        const auto dash = std::min(range.find('-'), range.size());
        const auto first = read(trim(range.substr(0, dash)));
        const auto last = dash == range.size() ? first : read(trim(range.substr(dash + 1)));
        if (!first || !last) {
            return false;
        }
        for (std::size_t i = *first; i != *last; i = (i + 1) % Size) {
            set.set(i);
        }
        set.set(*last);
    }
    return !ranges.empty();
}

bool is_utc(std::string_view zone)
{
    return config::same_word(zone, "UTC") || config::same_word(zone, "Etc/UTC") || config::same_word(zone, "GMT");
}

}  // namespace

Result<TimeCondition> TimeCondition::parse(std::string_view text)
{
    std::array<std::string_view, 5> fields{};
    std::string_view rest = text;
    for (std::string_view& field : fields) {
        const auto comma = std::min(rest.find(','), rest.size());
        field = trim(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (!rest.empty()) {
        return failure("'" + std::string{text} + "' has more than times, weekdays, days, months and time zone");
    }
    const auto refused = [](const char* what, std::string_view field) {
        return failure("'" + std::string{field} + "' is no range of " + what);
    };
    TimeCondition condition;
    if (!read_ranges(fields[0], read_minute, condition.minutes_)) {
        return refused("times, as 09:00-17:00", fields[0]);
    }
    if (!read_ranges(fields[1], read_weekday, condition.weekdays_)) {
        return refused("weekdays, as mon-fri", fields[1]);
    }
    if (!read_ranges(fields[2], read_day, condition.days_)) {
        return refused("days of the month, as 1-15", fields[2]);
    }
    if (!read_ranges(fields[3], read_month, condition.months_)) {
        return refused("months, as jan-mar", fields[3]);
    }
    condition.utc_ = is_utc(fields[4]);
    if (!fields[4].empty() && !condition.utc_) {
        return failure("time zone '" + std::string{fields[4]} +
                       "': there are the system's, where none is given, and UTC");
    }
    return condition;
}

bool TimeCondition::holds_at(std::chrono::seconds since_1970) const
{
    const std::time_t seconds = since_1970.count();
    std::tm time{};
    if ((utc_ ? gmtime_r(&seconds, &time) : localtime_r(&seconds, &time)) == nullptr) {
        return false;
    }
    const auto minute = static_cast<std::size_t>(time.tm_hour * 60 + time.tm_min);
    return minutes_[minute] && weekdays_[static_cast<std::size_t>(time.tm_wday)] &&
           days_[static_cast<std::size_t>(time.tm_mday - 1)] && months_[static_cast<std::size_t>(time.tm_mon)];
}

}  // namespace rb::dialplan
