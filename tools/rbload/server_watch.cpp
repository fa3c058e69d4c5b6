#include "tools/rbload/server_watch.h"

#include "dataplane/base/clock.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>
#include <unistd.h>

namespace rb::load {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path)
{
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::optional<int> number_in(const std::string& text)
{
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

/// utime and stime of /proc/PID/stat: fields 14 and 15, counted from the end of the name, which may hold anything.
void read_ticks(const fs::path& process, ServerSample& sample)
{
    const std::string text = read_all(process / "stat");
    std::istringstream fields{text.substr(std::min(text.size(), text.rfind(')') + 1))};
    std::string skipped;
    constexpr int kFieldsBetween = 11;
    for (int i = 0; i < kFieldsBetween; ++i) {
        fields >> skipped;
    }
    fields >> sample.user_ticks >> sample.system_ticks;
}

std::uint64_t rss_kb(const fs::path& process)
{
    std::ifstream status{process / "status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stoull(line.substr(6));
        }
    }
    return 0;
}

/// Inodes of the UDP sockets bound to a port, from a table of /proc/net.
void collect_inodes(const char* table, std::uint16_t port, std::set<std::string>& inodes)
{
    std::ifstream file{table};
    std::string line;
    std::getline(file, line);  // headings
    while (std::getline(file, line)) {
        std::istringstream fields{line};
        std::string slot;
        std::string local;
        std::string skipped;
        std::string inode;
        fields >> slot >> local >> skipped >> skipped >> skipped >> skipped >> skipped >> skipped >> skipped >> inode;
        const auto colon = local.rfind(':');
        if (colon != std::string::npos && std::stoul(local.substr(colon + 1), nullptr, 16) == port) {
            inodes.insert("socket:[" + inode + "]");
        }
    }
}

bool holds_any(const fs::path& process, const std::set<std::string>& inodes)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{process / "fd", ignored}) {
        if (inodes.contains(fs::read_symlink(entry.path(), ignored).string())) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<ServerSample> sample_server(int pid)
{
    const fs::path process = fs::path{"/proc"} / std::to_string(pid);
    ServerSample sample;
    sample.at = SteadyClock::now();
    std::error_code problem;
    for (const auto& task : fs::directory_iterator{process / "task", problem}) {
        ThreadCpu thread{.name = read_all(task.path() / "comm")};
        while (thread.name.ends_with('\n')) {
            thread.name.pop_back();
        }
        std::int64_t used = 0;
        std::istringstream{read_all(task.path() / "schedstat")} >> used;
        thread.used = Nanos{used};
        sample.cpu += thread.used;
        sample.threads.emplace(number_in(task.path().filename().string()).value_or(0), std::move(thread));
    }
    if (problem) {
        return failure("cannot read process " + std::to_string(pid) + ": " + problem.message() +
                       "; give the server's process with --server-pid");
    }
    read_ticks(process, sample);
    sample.rss_kb = rss_kb(process);
    return sample;
}

Result<int> find_udp_server(std::uint16_t port)
{
    std::set<std::string> inodes;
    collect_inodes("/proc/net/udp", port, inodes);
    collect_inodes("/proc/net/udp6", port, inodes);
    std::error_code ignored;
    for (const auto& process : fs::directory_iterator{"/proc", ignored}) {
        const auto pid = number_in(process.path().filename().string());
        if (pid && *pid != getpid() && holds_any(process.path(), inodes)) {
            return *pid;
        }
    }
    return failure("no process on this host receives UDP on port " + std::to_string(port) +
                   "; give the server's with --server-pid, or start it");
}

}  // namespace rb::load
