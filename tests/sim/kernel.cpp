#include "sim/kernel.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace rb::sim {

std::size_t Kernel::HashOfAddress::operator()(const Address& address) const
{
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(&address), sizeof address});
}

bool Kernel::open(int descriptor, const Address& local)
{
    if (!bound_.emplace(local, descriptor).second) {
        return false;
    }
    sockets_[descriptor] = {.local = local, .peer = {}, .buffer = {}};
    return true;
}

void Kernel::close(int descriptor)
{
    const auto closed = sockets_.extract(descriptor);
    if (!closed.empty()) {
        bound_.erase(closed.mapped().local);
    }
}

void Kernel::connect(int descriptor, const Address& peer, bool clean)
{
    Bound& socket = sockets_[descriptor];
    socket.peer = peer;
    if (clean) {
        socket.buffer.clear();
    }
}

Address Kernel::peer(int descriptor) const
{
    const auto found = sockets_.find(descriptor);
    return found == sockets_.end() ? Address{} : found->second.peer;
}

std::optional<int> Kernel::at(const Address& local) const
{
    const auto found = bound_.find(local);
    return found == bound_.end() ? std::nullopt : std::optional{found->second};
}

void Kernel::deliver(int descriptor, InSocket datagram)
{
    Bound& socket = sockets_[descriptor];
    const bool welcome = !socket.peer || socket.peer == datagram.source;
    if (welcome && socket.buffer.size() < kBufferMax) {
        socket.buffer.push_back(std::move(datagram));
        const auto index = static_cast<std::size_t>(descriptor);
        may_wait_.resize(std::max(may_wait_.size(), index + 1));
        may_wait_[index] = true;
    }
}

std::optional<InSocket> Kernel::read(int descriptor)
{
    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= may_wait_.size() || !may_wait_[index]) {
        return std::nullopt;
    }
    const auto found = sockets_.find(descriptor);
    if (found == sockets_.end() || found->second.buffer.empty()) {
        may_wait_[index] = false;
        return std::nullopt;
    }
    InSocket datagram = std::move(found->second.buffer.front());
    found->second.buffer.pop_front();
    return datagram;
}

bool Kernel::drain(int descriptor)
{
    return !std::exchange(sockets_[descriptor].buffer, {}).empty();
}

}  // namespace rb::sim
