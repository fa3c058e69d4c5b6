// worker_pool.h — the worker threads: started pinned, each with its core, its I/O and its two queues; stopped together.
#pragma once

#include "dataplane/base/counters.h"
#include "dataplane/base/error.h"
#include "dataplane/io/io_choice.h"
#include "dataplane/worker/command.h"
#include "dataplane/worker/media_core.h"

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace rb {

struct WorkerPoolOptions {
    std::vector<int> cpus;  ///< one worker each, pinned to it; −1 = not pinned
    IoKind io = IoKind::Auto;
    CoreLimits limits;      ///< of each worker
    bool realtime = false;  ///< ask for SCHED_FIFO; goes on without where not permitted
};

/// Owner: control.
class WorkerPool {
public:
    /// counters   kWorkerCounterCount words for each worker
    /// rows       the rows of legs for each worker; none = nowhere
    /// returns    the running pool, or an Error when no packet I/O can be had or a CPU does not exist
    [[nodiscard]] static Result<std::unique_ptr<WorkerPool>> start(const WorkerPoolOptions& options,
                                                                   std::span<const Counters> counters,
                                                                   std::span<const LegRows> rows = {});
    ~WorkerPool() { stop(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Stops and joins, for good: the process ends. What is still lent does not come home, and control may free it
    /// from now on; both queues stay.
    void stop() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return threads_.size(); }
    [[nodiscard]] IoKind io() const noexcept { return io_; }
    [[nodiscard]] bool realtime() const noexcept { return realtime_; }  ///< whether they run with SCHED_FIFO
    [[nodiscard]] CommandQueue& commands(std::size_t worker) noexcept { return threads_[worker]->commands; }
    [[nodiscard]] EventQueue& events(std::size_t worker) noexcept { return threads_[worker]->events; }

private:
    /// What one thread and control share: the two queues, and whether it is to go on.
    struct Shared {
        CommandQueue commands;
        EventQueue events;
        std::atomic<bool> stopping{false};
        std::atomic<int> started{0};  ///< 1 = running, −1 = failed with `error`
        std::string error;
        bool realtime = false;  ///< set before `started`
        std::thread thread;
    };

    WorkerPool() = default;
    /// One worker's views of the counter file.
    struct Views {
        Counters counters;
        LegRows rows;
    };
    static void run(Shared& shared, const WorkerPoolOptions& options, std::size_t index, IoKind io, Views views);

    std::vector<std::unique_ptr<Shared>> threads_;
    IoKind io_ = IoKind::Auto;
    bool realtime_ = false;
};

}  // namespace rb
