// service_manager.h — what systemd is told of a service of Type=notify: ready, alive, stopping (sd_notify(3)).
#pragma once

#include "dataplane/base/time.h"

#include <string>
#include <string_view>

namespace rb::node {

/// Does nothing where no service manager listens. Owner: control.
class ServiceManager {
public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    ServiceManager();
    ~ServiceManager();
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    void ready() const { tell("READY=1"); }
    void stopping() const { tell("STOPPING=1"); }
    /// Called every turn; says WATCHDOG=1 twice in the interval the manager wants it in, while `well`.
    void alive(bool well, Nanos now);

private:
    void tell(std::string_view state) const;

    int fd_ = -1;
    std::string path_;
    Nanos interval_ = kNever;
    Nanos due_ = 0ns;
};

}  // namespace rb::node
