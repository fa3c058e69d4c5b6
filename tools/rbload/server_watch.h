// server_watch.h — what the server's process costs, as the kernel accounts for it: CPU time by thread, and memory.
#pragma once

#include "dataplane/base/error.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <map>
#include <string>

namespace rb::load {

struct ThreadCpu {
    std::string name;
    Nanos used{};
};

/// One reading of /proc.
struct ServerSample {
    Nanos at{};
    Nanos cpu{};                   ///< of all threads, by the scheduler's nanoseconds
    std::uint64_t user_ticks = 0;  ///< sampled 100 times a second: good for the shares of user and system only
    std::uint64_t system_ticks = 0;
    std::map<int, ThreadCpu> threads;
    std::uint64_t rss_kb = 0;
};

/// Reads a process. An Error when there is none of that number, or it may not be read.
[[nodiscard]] Result<ServerSample> sample_server(int pid);

/// The process of this host that receives UDP on a port.
/// returns   an Error when nobody visible to us does
[[nodiscard]] Result<int> find_udp_server(std::uint16_t port);

}  // namespace rb::load
