// test_directory.h — a directory that goes with its test, and jobs of a file thread run to their end.
#pragma once

#include "control/files/file_thread.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace rb::files {

class TestDirectory {
public:
    TestDirectory()
    {
        std::string pattern = std::filesystem::temp_directory_path() / "ringbridge-XXXXXX";
        path_ = mkdtemp(pattern.data());
    }
    ~TestDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestDirectory(const TestDirectory&) = delete;
    TestDirectory& operator=(const TestDirectory&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Writes a file of samples, .sln as Asterisk knows it: all of one value, so that they can be told apart.
    void write_sln(const std::string& name, std::int16_t value, std::size_t samples) const
    {
        const std::vector<std::int16_t> content(samples, value);
        std::filesystem::create_directories((std::filesystem::path{path_} / name).parent_path());
        std::ofstream file{path_ + "/" + name, std::ios::binary};
        file.write(reinterpret_cast<const char*>(content.data()),
                   static_cast<std::streamsize>(content.size() * sizeof(std::int16_t)));
    }

private:
    std::string path_;
};

/// Polls until it is so, or five seconds have passed.
inline bool wait_for(FileThread& thread, const std::function<bool()>& so)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (!so() && std::chrono::steady_clock::now() < until) {
        pollfd waiting{.fd = thread.event_fd(), .events = POLLIN, .revents = 0};
        static_cast<void>(poll(&waiting, 1, 50));
        thread.poll();
    }
    return so();
}

/// Waits until all jobs submitted so far, and what follows from them, are done.
inline void finish_jobs(FileThread& thread)
{
    bool done = false;
    thread.submit([&done]() -> FileThread::Continuation { return [&done] { done = true; }; });
    static_cast<void>(wait_for(thread, [&done] { return done; }));
}

}  // namespace rb::files
