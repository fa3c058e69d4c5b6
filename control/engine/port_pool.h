// port_pool.h — RTP ports in pairs, even and odd; a port given back rests before anybody else gets it (MED-05).
#pragma once

#include "dataplane/base/time.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace rb::engine {

/// Owner: control.
class PortPool {
public:
    /// How long a port rests after its call: the peer's last packets must not reach a stranger's call.
    static constexpr Nanos kRest = 5s;

    /// first, last   the range of rtp.conf; pairs begin at even ports
    PortPool(std::uint16_t first, std::uint16_t last);

    /// An even port whose pair is free, the one that has rested longest; nothing when all are taken or rest.
    [[nodiscard]] std::optional<std::uint16_t> take(Nanos now);
    /// Gives a pair back at the end of its call.
    void give_back(std::uint16_t port, Nanos now);
    /// Gives back a pair on which nobody ever sent anything: it needs no rest.
    void give_back_unused(std::uint16_t port);
    /// Puts a pair that another program has taken at the end of the line.
    void skip(std::uint16_t port);

    /// Pairs that may be taken now, and those that still rest.
    [[nodiscard]] std::size_t free(Nanos now) const;
    [[nodiscard]] std::size_t resting(Nanos now) const { return resting_.size() - free(now); }

private:
    struct Resting {
        std::uint16_t port = 0;
        Nanos until = 0ns;
    };
    std::deque<Resting> resting_;
};

}  // namespace rb::engine
