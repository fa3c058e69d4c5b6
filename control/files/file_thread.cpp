#include "control/files/file_thread.h"

#include "dataplane/base/clock.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace rb::files {
namespace {

constexpr Nanos kBeat = 1s;

}  // namespace

FileThread::FileThread(std::string name)
    : name_{std::move(name)}, event_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)}, thread_{[this] { run(); }}
{
}

FileThread::~FileThread()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    waiting_.notify_one();
    thread_.join();
    close(event_fd_);
}

void FileThread::submit(Job job)
{
    {
        const std::lock_guard lock{mutex_};
        jobs_.push_back(std::move(job));
    }
    waiting_.notify_one();
}

void FileThread::poll()
{
    eventfd_t ignored = 0;
    static_cast<void>(eventfd_read(event_fd_, &ignored));
    std::deque<Continuation> done;
    {
        const std::lock_guard lock{mutex_};
        done.swap(done_);
    }
    for (const Continuation& continuation : done) {
        continuation();
    }
}

void FileThread::run()
{
    static_cast<void>(pthread_setname_np(pthread_self(), name_.c_str()));
    for (;;) {
        Job job;
        {
            std::unique_lock lock{mutex_};
            beat_.store(SteadyClock::now().count(), std::memory_order_relaxed);
            if (!waiting_.wait_for(lock, kBeat, [this] { return stopping_ || !jobs_.empty(); })) {
                continue;
            }
            if (jobs_.empty()) {
                return;
            }
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        if (Continuation continuation = job()) {
            {
                const std::lock_guard lock{mutex_};
                done_.push_back(std::move(continuation));
            }
            static_cast<void>(eventfd_write(event_fd_, 1));
        }
    }
}

}  // namespace rb::files
