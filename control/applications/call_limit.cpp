#include "control/applications/call_limit.h"

#include "control/applications/say.h"
#include "control/config/text.h"
#include "control/engine/call_engine.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace rb::applications {
namespace {

using Millis = std::chrono::milliseconds;

/// A year: longer is for ever, and adding it up stays within Nanos.
constexpr long kLongest_ms = 365L * 24 * 3600 * 1000;

/// "60000:20000:5000"; what is no number is 0.
std::array<long, 3> read_times(std::string_view text)
{
    std::array<long, 3> times{};
    std::size_t i = 0;
    for (const std::string_view part : config::split(text, ':')) {
        if (i < times.size()) {
            std::from_chars(part.data(), part.data() + part.size(), times[i]);
            times[i] = std::clamp(times[i], 0L, kLongest_ms);
            ++i;
        }
    }
    return times;
}

/// A warning that would come before the call begins comes its first repetition later that does not.
long settled_warning(long limit, long left, long repeat)
{
    if (left <= limit || repeat == 0) {
        return left <= limit ? left : 0;
    }
    const long steps = (left - limit + repeat - 1) / repeat;
    return std::max(left - steps * repeat, 0L);
}

/// Of the channel, else of all.
std::string variable_of(engine::Channel& channel, const char* name)
{
    const std::string* value = channel.variables().find(name);
    value = value == nullptr ? channel.globals().find(name) : value;
    return value == nullptr ? std::string{} : *value;
}

bool says_yes(engine::Channel& channel, const char* variable, bool otherwise)
{
    const std::string value = variable_of(channel, variable);
    return value.empty() ? otherwise : config::read_yes_no(value).value_or(false);
}

}  // namespace

std::optional<CallLimit> read_call_limit(const Arguments& arguments, std::size_t index, engine::Channel& caller)
{
    CallLimit limit;
    if (const auto text = arguments.option(index, 'L')) {
        const auto [ms, left, repeat] = read_times(*text);
        if (ms == 0) {
            return std::nullopt;
        }
        const long first = settled_warning(ms, left, repeat);
        limit.limit = Millis{ms};
        limit.warning = first > 0 ? Nanos{Millis{ms - first}} : kNever;
        limit.repeat = Millis{repeat};
        limit.to_callee = says_yes(caller, "LIMIT_PLAYAUDIO_CALLEE", false);
        limit.to_caller = says_yes(caller, "LIMIT_PLAYAUDIO_CALLER", true) || !limit.to_callee;
        limit.connect_sound = variable_of(caller, "LIMIT_CONNECT_FILE");
        limit.warning_sound = variable_of(caller, "LIMIT_WARNING_FILE");
        limit.warning_sound = limit.warning_sound.empty() ? "timeleft" : limit.warning_sound;
        limit.end_sound = variable_of(caller, "LIMIT_TIMEOUT_FILE");
    } else if (const auto seconds = arguments.option(index, 'S')) {
        const Nanos span = Arguments{*seconds}.seconds(0, 0s);
        if (span == 0s) {
            return std::nullopt;
        }
        limit.limit = span;
    }
    return limit;
}

void LimitKeeper::begin(engine::Call& call)
{
    if (limit_.limit != kNever) {
        over_at_ = call.now() + limit_.limit;
        warn_at_ = limit_.warning == kNever ? kNever : call.now() + limit_.warning;
    }
    call.wake_at(std::min(warn_at_, over_at_));
}

void LimitKeeper::connected(engine::Call& call, const Ends& ends)
{
    if (!std::exchange(greeted_, true) && !limit_.connect_sound.empty()) {
        tell(call, ends, {limit_.connect_sound});
    }
}

bool LimitKeeper::on_time(engine::Call& call, const Ends& ends)
{
    if (call.now() < over_at_) {
        warn_at_ = limit_.repeat > 0s ? warn_at_ + limit_.repeat : kNever;
        call.wake_at(std::min(warn_at_, over_at_));
        const bool time = limit_.warning_sound == "timeleft";
        tell(call, ends, time ? say_time_left(over_at_ - call.now()) : std::vector{limit_.warning_sound});
        return false;
    }
    constexpr Nanos kLastWordsMax = 60s;
    call.log(3, "the call has reached its limit");
    if (last_words_ || limit_.end_sound.empty()) {
        return true;
    }
    over_at_ = call.now() + kLastWordsMax;
    call.wake_at(over_at_);
    last_words_ = true;
    return !tell(call, ends, {limit_.end_sound});
}

bool LimitKeeper::on_played()
{
    hearing_ -= hearing_ > 0 ? 1U : 0U;
    return hearing_ == 0 && std::exchange(last_words_, false);
}

/// False where nobody is to hear it. Their end may be told before this returns.
bool LimitKeeper::tell(engine::Call& call, const Ends& ends, const std::vector<std::string>& sounds)
{
    const bool to_caller = limit_.to_caller && ends.caller != nullptr;
    const bool to_callee = limit_.to_callee && ends.callee != nullptr;
    hearing_ = (to_caller ? 1U : 0U) + (to_callee ? 1U : 0U);
    if (to_callee) {
        call.engine().stop_playing(*ends.callee);
        call.engine().play(*ends.callee, {.names = sounds, .background = true});
    }
    if (to_caller) {
        call.stop_playing();
        call.play(sounds);
    }
    return to_caller || to_callee;
}

std::vector<std::string> say_time_left(Nanos left)
{
    const long seconds = std::max<long>((left + 500ms) / 1s, 0);
    const long minutes = seconds < 120 ? 0 : seconds / 60;
    const long rest = seconds - minutes * 60;
    std::vector<std::string> sounds{"vm-youhave"};
    const auto say = [&sounds](long number, const char* what) {
        if (number > 0) {
            const auto spoken = say_number(number);
            sounds.insert(sounds.end(), spoken.begin(), spoken.end());
            sounds.emplace_back(what);
        }
    };
    say(minutes, "queue-minutes");
    say(rest, "queue-seconds");
    return seconds == 0 ? std::vector<std::string>{} : sounds;
}

}  // namespace rb::applications
