#include "dataplane/base/timely_thread.h"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

namespace rb {

Result<void> pin_thread(int cpu)
{
    if (cpu < 0) {
        return {};
    }
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
        return failure("cannot run on CPU " + std::to_string(cpu) + ": no such CPU for this process");
    }
    return {};
}

void sleep_exactly() noexcept
{
    static_cast<void>(prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL));
}

bool run_realtime() noexcept
{
    const sched_param priority{.sched_priority = 10};
    return pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) == 0;
}

}  // namespace rb
