#include "control/engine/port_pool.h"

#include <algorithm>

namespace rb::engine {

PortPool::PortPool(std::uint16_t first, std::uint16_t last, std::size_t sockets_max) : sockets_max_{sockets_max}
{
    for (unsigned port = first + (first % 2U); port + 1 <= last; port += 2) {
        free_.push_back(static_cast<std::uint16_t>(port));
    }
    size_ = free_.size();
}

std::optional<std::uint16_t> PortPool::take()
{
    if (free_.empty()) {
        return std::nullopt;
    }
    const std::uint16_t port = free_.front();
    free_.pop_front();
    return port;
}

void PortPool::give_back(std::uint16_t port, const SocketPair& sockets, Nanos now, Environment& environment)
{
    const bool watched = open_ < sockets_max_;
    begin_rest({.port = port, .sockets = sockets, .since = now}, Phase::Settling, watched ? kRest - kListen : kQuiet,
               environment);
}

void PortPool::give_back_unheard(std::uint16_t port, const SocketPair& sockets, Nanos now, Environment& environment)
{
    begin_rest({.port = port, .sockets = sockets, .since = now}, Phase::Listening, kUnheardRest, environment);
}

/// Of too many pairs the sockets are closed: those rest unobserved.
void PortPool::begin_rest(const Resting& pair, Phase phase, Nanos lasts, Environment& environment)
{
    if (open_ < sockets_max_) {
        ++open_;
    } else {
        environment.close_sockets(pair.sockets);
        phase = Phase::Unobserved;
    }
    rest_on(pair, phase, pair.since + lasts);
}

void PortPool::give_back_unused(std::uint16_t port)
{
    free_.push_front(port);
}

void PortPool::rest_on(Resting pair, Phase phase, Nanos until)
{
    pair.phase = phase;
    sending_ += phase == Phase::Sending ? 1U : 0U;
    resting_.emplace(until, pair);
}

void PortPool::free_again(const Resting& pair, Environment& environment)
{
    if (pair.phase != Phase::Unobserved) {
        environment.close_sockets(pair.sockets);
        --open_;
    }
    free_.push_back(pair.port);
}

void PortPool::look(Nanos now, Environment& environment)
{
    while (next_look() <= now) {
        const Resting pair = resting_.begin()->second;
        resting_.erase(resting_.begin());
        const bool heard = pair.phase != Phase::Unobserved && environment.drain_sockets(pair.sockets);
        sending_ -= pair.phase == Phase::Sending ? 1U : 0U;
        switch (pair.phase) {
            case Phase::Settling:
                rest_on(pair, Phase::Listening, now + kListen);
                break;
            case Phase::Listening:
            case Phase::Sending:
                if (heard && now - pair.since < kRestMax) {
                    rest_on(pair, Phase::Sending, std::min(now + kQuiet, pair.since + kRestMax));
                    break;
                }
                [[fallthrough]];
            case Phase::Unobserved:
                free_again(pair, environment);
                break;
        }
    }
}

}  // namespace rb::engine
