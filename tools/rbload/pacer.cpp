#include "tools/rbload/pacer.h"

#include "dataplane/base/clock.h"
#include "dataplane/base/timely_thread.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace rb::load {
namespace {

constexpr Nanos kTick = 1ms;

volatile std::sig_atomic_t caught = 0;

void on_signal(int)
{
    caught = 1;
}

Nanos own_cpu() noexcept
{
    timespec used{};
    static_cast<void>(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used));
    return std::chrono::seconds{used.tv_sec} + Nanos{used.tv_nsec};
}

}  // namespace

Result<void> pin_to(int cpu)
{
    sleep_exactly();
    run_realtime();
    if (const auto pinned = pin_thread(cpu); !pinned) {
        return failure("rbload " + pinned.error().message + "; correct --cpu");
    }
    return {};
}

void catch_interrupts()
{
    static_cast<void>(std::signal(SIGINT, on_signal));
    static_cast<void>(std::signal(SIGTERM, on_signal));
}

bool interrupted() noexcept
{
    return caught != 0;
}

Nanos Pacer::tick() noexcept
{
    const Nanos now = SteadyClock::now();
    if (next_ == Nanos{}) {
        next_ = now;
    }
    next_ += kTick;
    if (next_ <= now) {
        next_ += (now - next_) / kTick * kTick;
        return now;
    }
    const timespec until{.tv_sec = next_ / 1s, .tv_nsec = (next_ % 1s).count()};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR && !interrupted()) {
    }
    return SteadyClock::now();
}

void OwnCpu::begin() noexcept
{
    began_ = SteadyClock::now();
    began_cpu_ = own_cpu();
}

void OwnCpu::end() noexcept
{
    ended_ = SteadyClock::now();
    ended_cpu_ = own_cpu();
}

double OwnCpu::percent() const noexcept
{
    const Nanos wall = std::max(ended_ - began_, 1ns);
    return 100 * static_cast<double>((ended_cpu_ - began_cpu_).count()) / static_cast<double>(wall.count());
}

}  // namespace rb::load
