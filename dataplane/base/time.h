// time.h — the one type of time: nanoseconds since an arbitrary start that never goes back.
//
// Points and spans share the type, as they do in RTP. Only the thread loops obtain one (base/clock.h); everything below
// is told the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace rb {

using Nanos = std::chrono::nanoseconds;

using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

inline constexpr Nanos kNever = Nanos::max();

/// The metronome of a worker: one slot, and how many make the 20 ms of a frame.
inline constexpr Nanos kSlot = 1ms;
inline constexpr unsigned kSlotsPerFrame = 20;
inline constexpr Nanos kFrame = kSlot * kSlotsPerFrame;

/// Whole milliseconds in a span, rounded down.
constexpr std::int64_t to_ms(Nanos span)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

}  // namespace rb
