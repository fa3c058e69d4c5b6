#include "dataplane/io/mmsg_io.h"

#include "dataplane/io/socket_ops.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/resource.h>
#include <unistd.h>

namespace rb {
namespace {

constexpr std::size_t kBufferBytes = 2048;

}  // namespace

Result<std::unique_ptr<MmsgIo>> MmsgIo::create(std::size_t legs)
{
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        return failure(std::string{"cannot create an epoll instance: "} + std::strerror(errno) + "; raise LimitNOFILE");
    }
    return std::unique_ptr<MmsgIo>{new MmsgIo{epoll, legs}};
}

MmsgIo::MmsgIo(int epoll, std::size_t legs)
    : epoll_{epoll},
      endpoints_(legs * kSocketsPerLeg),
      ready_(kRxBatchMax),
      buffers_{std::make_unique<std::uint8_t[]>((kRxBatchMax + kBurst) * kBufferBytes)},
      names_(kRxBatchMax + kBurst)
{
    received_.reserve(kRxBatchMax + kBurst);
    detached_.reserve(legs);
    detaching_.reserve(legs);
}

MmsgIo::~MmsgIo()
{
    close(epoll_);
}

std::span<const RxPacket> MmsgIo::receive()
{
    received_.clear();
    buffers_used_ = 0;
    // Detaching is synchronous here, but is reported a step later as the seam promises.
    detached_.swap(detaching_);
    detaching_.clear();
    for (const LegSlot slot : detached_) {
        endpoints_[endpoint_index(slot, Socket::Rtp)] = {};
        endpoints_[endpoint_index(slot, Socket::Rtcp)] = {};
    }
    const int count = epoll_wait(epoll_, ready_.data(), static_cast<int>(ready_.size()), 0);
    // What does not fit now stays readable: epoll is level-triggered and rotates its ready list.
    for (int i = 0; i < count && buffers_used_ < kRxBatchMax; ++i) {
        drain(ready_[static_cast<std::size_t>(i)].data.u64);
    }
    return received_;
}

void MmsgIo::drain(std::uint64_t tag)
{
    const Endpoint& endpoint = endpoints_[tag];
    std::array<mmsghdr, kBurst> messages{};
    std::array<iovec, kBurst> vectors{};
    const std::size_t first = buffers_used_;
    for (std::size_t i = 0; i < kBurst; ++i) {
        vectors[i] = {.iov_base = buffers_.get() + (first + i) * kBufferBytes, .iov_len = kBufferBytes};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &names_[first + i];
        messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    }
    const int count = recvmmsg(endpoint.fd, messages.data(), kBurst, MSG_DONTWAIT, nullptr);
    if (count < 0) {
        // A connected socket reports the ICMP errors of earlier sends here; the next receive goes on.
        (errno == ECONNREFUSED ? counters_.send_refused : counters_.receive_failed) += errno == EAGAIN ? 0 : 1;
        return;
    }
    buffers_used_ += static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        if (messages[i].msg_len > kDatagramBytesMax) {
            ++counters_.truncated;
            continue;
        }
        received_.push_back({.slot = LegSlot{static_cast<std::uint32_t>(tag / kSocketsPerLeg)},
                             .generation = endpoint.generation,
                             .socket = static_cast<Socket>(tag % kSocketsPerLeg),
                             .source = from_sockaddr(names_[first + i]),
                             .bytes = {static_cast<std::uint8_t*>(vectors[i].iov_base), messages[i].msg_len}});
    }
}

void MmsgIo::attach(const SocketChange& change)
{
    for (std::size_t i = 0; i < kSocketsPerLeg; ++i) {
        const std::size_t index = endpoint_index(change.slot, static_cast<Socket>(i));
        endpoints_[index] = {.fd = change.fds[i], .generation = change.generation};
        if (change.fds[i] >= 0) {
            epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
            counters_.receive_failed += epoll_ctl(epoll_, EPOLL_CTL_ADD, change.fds[i], &event) != 0 ? 1U : 0U;
        }
    }
}

void MmsgIo::detach(LegSlot slot)
{
    for (std::size_t i = 0; i < kSocketsPerLeg; ++i) {
        const Endpoint& endpoint = endpoints_[endpoint_index(slot, static_cast<Socket>(i))];
        if (endpoint.fd >= 0) {
            static_cast<void>(epoll_ctl(epoll_, EPOLL_CTL_DEL, endpoint.fd, nullptr));
        }
    }
    // The descriptors stay for what is still to be sent in this slot: an RTCP BYE.
    detaching_.push_back(slot);
}

void MmsgIo::send(TxBatch& batch)
{
    const auto packets = batch.packets();
    for (std::size_t begin = 0; begin < packets.size();) {
        std::size_t end = begin + 1;
        while (end < packets.size() && end - begin < kBurst && packets[end].slot == packets[begin].slot &&
               packets[end].socket == packets[begin].socket) {
            ++end;
        }
        send_run(batch, packets.subspan(begin, end - begin));
        begin = end;
    }
    batch.clear();
}

void MmsgIo::send_run(const TxBatch& batch, std::span<const TxPacket> run)
{
    std::array<mmsghdr, kBurst> messages{};
    std::array<iovec, kBurst> vectors{};
    std::array<sockaddr_storage, kBurst> names;
    for (std::size_t i = 0; i < run.size(); ++i) {
        const auto bytes = batch.bytes(run[i]);
        // sendmsg does not write through iov_base; the type is C's.
        vectors[i] = {
            .iov_base = const_cast<std::uint8_t*>(bytes.data()),  // NOLINT(cppcoreguidelines-pro-type-const-cast)
            .iov_len = bytes.size()};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        if (run[i].destination) {
            messages[i].msg_hdr.msg_namelen = to_sockaddr(run[i].destination, names[i]);
            messages[i].msg_hdr.msg_name = &names[i];
        }
    }
    const int fd = endpoints_[endpoint_index(run[0].slot, run[0].socket)].fd;
    int sent = sendmmsg(fd, messages.data(), static_cast<unsigned>(run.size()), MSG_DONTWAIT);
    if (sent < 0 && errno == ECONNREFUSED) {
        // The error belongs to an earlier datagram; this one has not been tried yet.
        ++counters_.send_refused;
        sent = sendmmsg(fd, messages.data(), static_cast<unsigned>(run.size()), MSG_DONTWAIT);
    }
    counters_.send_failed += run.size() - static_cast<std::size_t>(std::max(sent, 0));
}

void MmsgIo::wait_until(Nanos deadline)
{
    sleep_until(deadline);
}

}  // namespace rb
