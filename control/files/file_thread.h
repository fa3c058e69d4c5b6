// file_thread.h — a thread that may take its time, for the disk or for a handshake: takes jobs in order, hands what
// follows back to control.
#pragma once

#include "dataplane/base/time.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace rb::files {

/// Owner: control, which submits and polls; jobs run on the thread itself.
class FileThread {
public:
    /// What a job leaves to be done on the control thread; may be empty.
    using Continuation = std::function<void()>;
    using Job = std::function<Continuation()>;

    /// name   as the system shows it, at most 15 characters
    explicit FileThread(std::string name = "files");
    /// Finishes the jobs submitted, then stops.
    ~FileThread();
    FileThread(const FileThread&) = delete;
    FileThread& operator=(const FileThread&) = delete;

    void submit(Job job);
    /// Runs the continuations that wait.
    void poll();
    /// Readable when poll() has something to do.
    [[nodiscard]] int event_fd() const noexcept { return event_fd_; }
    /// When its loop last turned; it does once a second, unless a job takes longer.
    [[nodiscard]] Nanos beat() const noexcept { return Nanos{beat_.load(std::memory_order_relaxed)}; }

private:
    void run();

    std::string name_;
    int event_fd_;
    std::mutex mutex_;
    std::condition_variable waiting_;
    std::deque<Job> jobs_;
    std::deque<Continuation> done_;
    bool stopping_ = false;
    std::atomic<std::int64_t> beat_{0};
    std::thread thread_;
};

}  // namespace rb::files
