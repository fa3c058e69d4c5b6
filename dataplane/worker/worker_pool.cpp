#include "dataplane/worker/worker_pool.h"

#include "dataplane/base/clock.h"
#include "dataplane/base/timely_thread.h"
#include "dataplane/io/mmsg_io.h"
#include "dataplane/io/uring_io.h"
#include "dataplane/worker/worker.h"

#include <cstring>
#include <ctime>
#include <pthread.h>

namespace rb {
namespace {

/// Slots between two readings of the thread's CPU clock, a system call: ten a second.
constexpr unsigned kCpuRound = 100;

Nanos thread_cpu() noexcept
{
    timespec used{};
    static_cast<void>(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used));
    return std::chrono::seconds{used.tv_sec} + Nanos{used.tv_nsec};
}

template <typename Io>
void loop(MediaCore& core, Io& io, Counters counters, const std::atomic<bool>& stopping)
{
    SteadyClock clock;
    Worker<MediaCore, Io, SteadyClock> worker{core, io, clock};
    for (unsigned step = 0; !stopping.load(std::memory_order_relaxed); ++step) {
        worker.step();
        if (step % kCpuRound == 0) {
            counters.set(WorkerCounter::ThreadCpuNanos, static_cast<std::uint64_t>(thread_cpu().count()));
            counters.set(WorkerCounter::SendFailed, io.counters().send_failed);
            counters.set(WorkerCounter::SendRefused, io.counters().send_refused);
            counters.set(WorkerCounter::ReceiveFailed, io.counters().receive_failed);
            counters.set(WorkerCounter::BuffersEnded, io.counters().buffers_ended);
            counters.set(WorkerCounter::Truncated, io.counters().truncated);
        }
    }
}

}  // namespace

Result<std::unique_ptr<WorkerPool>> WorkerPool::start(const WorkerPoolOptions& options,
                                                      std::span<const Counters> counters, std::span<const LegRows> rows)
{
    const auto io = choose_io(options.io, options.limits.legs);
    if (!io) {
        return tl::unexpected(io.error());
    }
    std::unique_ptr<WorkerPool> pool{new WorkerPool};
    pool->io_ = *io;
    for (std::size_t index = 0; index < options.cpus.size(); ++index) {
        auto& shared = *pool->threads_.emplace_back(std::make_unique<Shared>());
        const Views views{.counters = counters[index], .rows = rows.empty() ? LegRows{} : rows[index]};
        shared.thread =
            std::thread{[&shared, options, index, io = *io, views] { run(shared, options, index, io, views); }};
        shared.started.wait(0);
        if (shared.started < 0) {
            return failure(shared.error);
        }
        pool->realtime_ = shared.realtime;
    }
    return pool;
}

void WorkerPool::run(Shared& shared, const WorkerPoolOptions& options, std::size_t index, IoKind io, Views views)
{
    const auto report = [&shared](const Result<void>& outcome) {
        shared.error = outcome ? std::string{} : outcome.error().message;
        shared.started = outcome ? 1 : -1;
        shared.started.notify_one();
        return outcome.has_value();
    };
    const auto run_on = [&](auto created) {
        if (!created) {
            report(failure(created.error().message));
            return;
        }
        MediaCore core{options.limits, shared.commands, shared.events, views.counters, views.rows};
        report({});
        loop(core, **created, views.counters, shared.stopping);
    };
    static_cast<void>(pthread_setname_np(pthread_self(), ("worker-" + std::to_string(index)).c_str()));
    sleep_exactly();
    if (const auto pinned = pin_thread(options.cpus[index]); !pinned) {
        report(failure("a worker " + pinned.error().message + "; correct cpus in ringbridge.conf"));
        return;
    }
    shared.realtime = options.realtime && run_realtime();
    if (io == IoKind::Uring) {
        run_on(UringIo::create(options.limits.legs));
    } else {
        run_on(MmsgIo::create(options.limits.legs));
    }
}

void WorkerPool::stop() noexcept
{
    for (const auto& shared : threads_) {
        shared->stopping = true;
    }
    for (const auto& shared : threads_) {
        if (shared->thread.joinable()) {
            shared->thread.join();
        }
    }
}

}  // namespace rb
