#include "control/node/service_manager.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace rb::node {
namespace {

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes it
    return value == nullptr ? std::string{} : value;
}

}  // namespace

ServiceManager::ServiceManager() : path_{environment("NOTIFY_SOCKET")}
{
    if (path_.empty() || path_.size() >= sizeof(sockaddr_un::sun_path)) {
        return;
    }
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const std::string pid = environment("WATCHDOG_PID");
    const auto micros = std::strtoll(environment("WATCHDOG_USEC").c_str(), nullptr, 10);
    if (micros > 0 && (pid.empty() || pid == std::to_string(getpid()))) {
        interval_ = std::chrono::microseconds{micros} / 2;
    }
}

ServiceManager::~ServiceManager()
{
    if (fd_ >= 0) {
        close(fd_);
    }
}

void ServiceManager::alive(bool well, Nanos now)
{
    if (well && interval_ != kNever && now >= due_) {
        due_ = now + interval_;
        tell("WATCHDOG=1");
    }
}

void ServiceManager::tell(std::string_view state) const
{
    if (fd_ < 0) {
        return;
    }
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path_.data(), path_.size());
    if (path_.front() == '@') {
        name.sun_path[0] = '\0';  // an abstract name
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
    // A manager that does not read is its own affair.
    static_cast<void>(
        sendto(fd_, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&name), length));
}

}  // namespace rb::node
