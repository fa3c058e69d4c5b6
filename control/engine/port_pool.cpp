#include "control/engine/port_pool.h"

#include <algorithm>

namespace rb::engine {

PortPool::PortPool(std::uint16_t first, std::uint16_t last)
{
    for (unsigned port = first + (first % 2U); port + 1 <= last; port += 2) {
        resting_.push_back({.port = static_cast<std::uint16_t>(port)});
    }
}

std::optional<std::uint16_t> PortPool::take(Nanos now)
{
    if (resting_.empty() || resting_.front().until > now) {
        return std::nullopt;
    }
    const std::uint16_t port = resting_.front().port;
    resting_.pop_front();
    return port;
}

void PortPool::give_back(std::uint16_t port, Nanos now)
{
    resting_.push_back({.port = port, .until = now + kRest});
}

void PortPool::give_back_unused(std::uint16_t port) { resting_.push_front({.port = port}); }

void PortPool::skip(std::uint16_t port)
{
    resting_.push_back({.port = port, .until = resting_.empty() ? 0ns : resting_.back().until});
}

std::size_t PortPool::free(Nanos now) const
{
    // In the order in which they may be taken.
    const auto first_resting = std::partition_point(resting_.begin(), resting_.end(),
                                                    [now](const Resting& pair) { return pair.until <= now; });
    return static_cast<std::size_t>(first_resting - resting_.begin());
}

}  // namespace rb::engine
