// time_condition.h — GotoIfTime's "09:00-17:00,mon-fri,*,*": whether it is that time.
#pragma once

#include "dataplane/base/error.h"

#include <bitset>
#include <chrono>
#include <string_view>

namespace rb::dialplan {

/// A condition on the wall clock, to the minute. A range that ends before it begins goes around: fri-mon, 22:00-06:00.
class TimeCondition {
public:
    /// times[,weekdays[,days of the month[,months[,time zone]]]], each `*` or ranges parted by &; what is left out is
    /// `*`. Weekdays and months are called by the first three letters of their English names. The zone is that of the
    /// system where none is given, else UTC.
    [[nodiscard]] static Result<TimeCondition> parse(std::string_view text);

    /// since_1970   the time, of UTC
    [[nodiscard]] bool holds_at(std::chrono::seconds since_1970) const;

private:
    static constexpr std::size_t kMinutes = 24 * 60;
    static constexpr std::size_t kWeekdays = 7;
    static constexpr std::size_t kDays = 31;
    static constexpr std::size_t kMonths = 12;

    std::bitset<kMinutes> minutes_;
    std::bitset<kWeekdays> weekdays_;
    std::bitset<kDays> days_;
    std::bitset<kMonths> months_;
    bool utc_ = false;
};

}  // namespace rb::dialplan
