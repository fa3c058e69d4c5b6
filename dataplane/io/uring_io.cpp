#include "dataplane/io/uring_io.h"

#include "dataplane/io/socket_ops.h"

#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <netinet/in.h>
#include <string>
#include <sys/mman.h>
#include <utility>

namespace rb {
namespace {

constexpr unsigned kSubmissions = 2048;
constexpr unsigned kCompletions = 16384;
// More buffers than two ticks of packets: running out ends every multishot receive at once.
constexpr unsigned kBuffers = 4096;
constexpr std::size_t kBufferBytes = 2048;
constexpr int kBufferGroup = 0;

enum class Op : std::uint8_t {
    Receive,
    Send,
    Cancel
};

constexpr std::uint64_t user_data(Op op, std::uint32_t generation, std::uint32_t index) noexcept
{
    return std::uint64_t{static_cast<std::uint8_t>(op)} << 56U | std::uint64_t{generation & 0xffffffU} << 32U | index;
}

bool forbidden_by_sysctl()
{
    int level = 0;
    return std::ifstream{"/proc/sys/kernel/io_uring_disabled"} >> level && level > 0;
}

std::string why_no_ring(int error)
{
    const std::string cause = "cannot set up io_uring: ";
    if (error == EPERM && forbidden_by_sysctl()) {
        return cause + "kernel.io_uring_disabled forbids it; set it to 0 (sysctl -w kernel.io_uring_disabled=0)";
    }
    if (error == EPERM || error == EACCES) {
        return cause + "not permitted; the container's seccomp profile must allow io_uring_setup, _enter and _register";
    }
    if (error == ENOSYS || error == EINVAL) {
        return cause + "the kernel lacks what is needed; Linux 6.1 or later is required";
    }
    if (error == ENOMEM) {
        return cause + "no locked memory; raise LimitMEMLOCK (ulimit -l) to at least 64 MiB";
    }
    return cause + std::strerror(error);
}

}  // namespace

struct UringIo::Ring {
    io_uring uring{};
    bool ready = false;
    io_uring_buf_ring* buffer_ring = nullptr;
    std::uint8_t* buffers = nullptr;
    msghdr receive_header{};  ///< template of recvmsg: how much room for the source address

    static constexpr std::size_t kBufferRingBytes = kBuffers * sizeof(io_uring_buf);

    ~Ring()
    {
        if (ready) {
            io_uring_queue_exit(&uring);
        }
        if (buffer_ring != nullptr) {
            munmap(buffer_ring, kBufferRingBytes);
        }
        if (buffers != nullptr) {
            munmap(buffers, kBuffers * kBufferBytes);
        }
    }

    /// The next submission entry; a full queue is submitted first, so there always is one.
    io_uring_sqe* sqe()
    {
        io_uring_sqe* entry = io_uring_get_sqe(&uring);
        if (entry == nullptr) {
            io_uring_submit(&uring);
            entry = io_uring_get_sqe(&uring);
            RB_ASSERT(entry != nullptr);
        }
        return entry;
    }
};

Result<std::unique_ptr<UringIo>> UringIo::create(std::size_t legs)
{
    std::unique_ptr<UringIo> io{new UringIo{std::make_unique<Ring>(), legs}};
    if (auto ready = io->set_up(legs); !ready) {
        return tl::unexpected(std::move(ready.error()));
    }
    return io;
}

UringIo::UringIo(std::unique_ptr<Ring> ring, std::size_t legs)
    : ring_{std::move(ring)}, endpoints_(legs * kSocketsPerLeg)
{
    received_.reserve(kRxBatchMax);
    held_.reserve(kBuffers);  // every one may be lent out at once, and a worker does not allocate
    detached_.reserve(legs * kSocketsPerLeg);
    names_.reserve(TxBatch::kPacketsMax);
}

UringIo::~UringIo() = default;

Result<void> UringIo::set_up(std::size_t legs)
{
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    params.cq_entries = kCompletions;
    if (const int error = io_uring_queue_init_params(kSubmissions, &ring_->uring, &params); error < 0) {
        return failure(why_no_ring(-error));
    }
    ring_->ready = true;
    const auto files = static_cast<unsigned>(legs * kSocketsPerLeg);
    if (const int error = io_uring_register_files_sparse(&ring_->uring, files); error < 0) {
        return failure("cannot register " + std::to_string(files) + " sockets with io_uring: " + std::strerror(-error) +
                       "; raise LimitNOFILE (ulimit -n) above it");
    }
    constexpr int kProtection = PROT_READ | PROT_WRITE;
    constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    void* descriptors = mmap(nullptr, Ring::kBufferRingBytes, kProtection, kAnonymous, -1, 0);
    void* buffers = mmap(nullptr, kBuffers * kBufferBytes, kProtection, kAnonymous, -1, 0);
    if (descriptors == MAP_FAILED || buffers == MAP_FAILED) {
        return failure("cannot allocate the receive buffers of a worker: out of memory");
    }
    ring_->buffer_ring = static_cast<io_uring_buf_ring*>(descriptors);
    ring_->buffers = static_cast<std::uint8_t*>(buffers);
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uint64_t>(descriptors);
    registration.ring_entries = kBuffers;
    registration.bgid = kBufferGroup;
    if (const int error = io_uring_register_buf_ring(&ring_->uring, &registration, 0); error < 0) {
        return failure(why_no_ring(-error));
    }
    io_uring_buf_ring_init(ring_->buffer_ring);
    for (unsigned id = 0; id < kBuffers; ++id) {
        held_.push_back(static_cast<std::uint16_t>(id));
        if (held_.size() == kRxBatchMax) {
            recycle_buffers();
        }
    }
    ring_->receive_header.msg_namelen = sizeof(sockaddr_in6);
    return {};
}

void UringIo::recycle_buffers() noexcept
{
    const int mask = io_uring_buf_ring_mask(kBuffers);
    for (std::size_t i = 0; i < held_.size(); ++i) {
        io_uring_buf_ring_add(ring_->buffer_ring, ring_->buffers + held_[i] * kBufferBytes, kBufferBytes, held_[i],
                              mask, static_cast<int>(i));
    }
    io_uring_buf_ring_advance(ring_->buffer_ring, static_cast<int>(held_.size()));
    held_.clear();
}

std::span<const RxPacket> UringIo::receive()
{
    recycle_buffers();
    received_.clear();
    detached_.clear();
    // One multishot run yields some 33 packets and is requeued: ask until nothing more comes.
    while (received_.size() < kRxBatchMax) {
        io_uring_submit_and_get_events(&ring_->uring);
        unsigned head = 0;
        unsigned seen = 0;
        io_uring_cqe* cqe = nullptr;
        io_uring_for_each_cqe(&ring_->uring, head, cqe)
        {
            if (received_.size() == kRxBatchMax) {
                break;
            }
            ++seen;
            complete(*cqe);
        }
        io_uring_cq_advance(&ring_->uring, seen);
        if (seen == 0) {
            break;
        }
    }
    return received_;
}

void UringIo::complete(const io_uring_cqe& cqe)
{
    switch (static_cast<Op>(cqe.user_data >> 56U)) {
        case Op::Receive:
            complete_receive(cqe, static_cast<std::uint32_t>(cqe.user_data));
            break;
        case Op::Send:  // only failures complete
            (cqe.res == -ECONNREFUSED ? counters_.send_refused : counters_.send_failed) += cqe.res < 0 ? 1U : 0U;
            break;
        case Op::Cancel:
            break;  // the receive it ends reports for itself
    }
}

void UringIo::complete_receive(const io_uring_cqe& cqe, std::uint32_t index)
{
    Endpoint& endpoint = endpoints_[index];
    if ((cqe.flags & IORING_CQE_F_BUFFER) != 0) {
        held_.push_back(static_cast<std::uint16_t>(cqe.flags >> IORING_CQE_BUFFER_SHIFT));
        // Until it is named anybody may have sent it.
        if (cqe.res >= 0 && !endpoint.ending && !endpoint.renaming) {
            deliver(cqe, index, endpoint);
        }
    }
    if ((cqe.flags & IORING_CQE_F_MORE) == 0) {
        finish_receive(cqe.res, index);
    }
}

void UringIo::deliver(const io_uring_cqe& cqe, std::uint32_t index, const Endpoint& endpoint)
{
    std::uint8_t* buffer = ring_->buffers + held_.back() * kBufferBytes;
    RxPacket packet{.slot = LegSlot{index / static_cast<std::uint32_t>(kSocketsPerLeg)},
                    .generation = endpoint.generation,
                    .socket = static_cast<Socket>(index % kSocketsPerLeg),
                    .source = endpoint.peer,
                    .bytes = {buffer, static_cast<std::size_t>(cqe.res)}};
    if (endpoint.named) {
        io_uring_recvmsg_out* out = io_uring_recvmsg_validate(buffer, cqe.res, &ring_->receive_header);
        if (out == nullptr || (out->flags & MSG_TRUNC) != 0) {
            ++counters_.truncated;
            return;
        }
        sockaddr_storage name{};
        std::memcpy(&name, io_uring_recvmsg_name(out), std::min<std::size_t>(out->namelen, sizeof(sockaddr_in6)));
        packet.source = from_sockaddr(name);
        packet.bytes = {static_cast<std::uint8_t*>(io_uring_recvmsg_payload(out, &ring_->receive_header)),
                        io_uring_recvmsg_payload_length(out, cqe.res, &ring_->receive_header)};
    }
    if (packet.bytes.size() > kDatagramBytesMax) {
        ++counters_.truncated;
        return;
    }
    received_.push_back(packet);
}

void UringIo::finish_receive(int result, std::uint32_t index)
{
    Endpoint& endpoint = endpoints_[index];
    endpoint.armed = false;
    if (!endpoint.ending) {
        counters_.buffers_ended += result == -ENOBUFS ? 1U : 0U;
        counters_.send_refused += result == -ECONNREFUSED ? 1U : 0U;
        const bool failed = result < 0 && result != -ENOBUFS && result != -ECONNREFUSED && !endpoint.renaming;
        counters_.receive_failed += failed ? 1U : 0U;
        arm(index);
        return;
    }
    const LegSlot slot{index / static_cast<std::uint32_t>(kSocketsPerLeg)};
    const Endpoint& rtp = endpoints_[endpoint_index(slot, Socket::Rtp)];
    const Endpoint& rtcp = endpoints_[endpoint_index(slot, Socket::Rtcp)];
    if (!rtp.armed && !rtcp.armed) {
        std::array<int, kSocketsPerLeg> none{-1, -1};
        io_uring_register_files_update(&ring_->uring, endpoint_index(slot, Socket::Rtp), none.data(), kSocketsPerLeg);
        detached_.push_back(slot);
    }
}

void UringIo::attach(const SocketChange& change)
{
    std::array<int, kSocketsPerLeg> fds = change.fds;
    const std::uint32_t first = endpoint_index(change.slot, Socket::Rtp);
    if (io_uring_register_files_update(&ring_->uring, first, fds.data(), kSocketsPerLeg) < 0) {
        ++counters_.receive_failed;  // the leg stays silent and ends by its RTP timeout
        return;
    }
    for (std::uint32_t i = 0; i < kSocketsPerLeg; ++i) {
        endpoints_[first + i] = {.generation = change.generation,
                                 .fd = change.fds[i],
                                 .named = !change.connected || !change.peers[i],
                                 .peer = change.peers[i]};
        if (change.fds[i] >= 0) {
            arm(first + i);
        }
    }
}

void UringIo::follow(const SocketChange& change)
{
    for (std::uint32_t i = 0; i < kSocketsPerLeg; ++i) {
        const std::uint32_t index = endpoint_index(change.slot, static_cast<Socket>(i));
        Endpoint& endpoint = endpoints_[index];
        if (endpoint.named || endpoint.renaming) {
            continue;
        }
        if (change.kind == SocketChange::Kind::Connect) {
            endpoint.peer = change.peers[i] ? change.peers[i] : endpoint.peer;
            continue;
        }
        endpoint.renaming = true;
        if (endpoint.armed) {
            io_uring_sqe* sqe = ring_->sqe();
            io_uring_prep_cancel64(sqe, user_data(Op::Receive, endpoint.generation, index), 0);
            sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
            io_uring_sqe_set_data64(sqe, user_data(Op::Cancel, endpoint.generation, index));
        }
    }
}

void UringIo::arm(std::uint32_t index)
{
    Endpoint& endpoint = endpoints_[index];
    endpoint.named = endpoint.named || std::exchange(endpoint.renaming, false);
    io_uring_sqe* sqe = ring_->sqe();
    if (endpoint.named) {
        io_uring_prep_recvmsg_multishot(sqe, static_cast<int>(index), &ring_->receive_header, 0);
    } else {
        io_uring_prep_recv_multishot(sqe, static_cast<int>(index), nullptr, 0, 0);
    }
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
    sqe->buf_group = kBufferGroup;
    io_uring_sqe_set_data64(sqe, user_data(Op::Receive, endpoint.generation, index));
    endpoint.armed = true;
}

void UringIo::detach(LegSlot slot)
{
    bool waiting = false;
    for (std::uint32_t i = 0; i < kSocketsPerLeg; ++i) {
        const std::uint32_t index = endpoint_index(slot, static_cast<Socket>(i));
        Endpoint& endpoint = endpoints_[index];
        endpoint.ending = true;
        if (endpoint.armed) {
            waiting = true;
            io_uring_sqe* sqe = ring_->sqe();
            io_uring_prep_cancel64(sqe, user_data(Op::Receive, endpoint.generation, index), 0);
            sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
            io_uring_sqe_set_data64(sqe, user_data(Op::Cancel, endpoint.generation, index));
        }
    }
    if (!waiting) {
        detached_.push_back(slot);
    }
}

void UringIo::send(TxBatch& batch)
{
    for (const TxPacket& packet : batch.packets()) {
        const std::uint32_t index = endpoint_index(packet.slot, packet.socket);
        const auto bytes = batch.bytes(packet);
        io_uring_sqe* sqe = ring_->sqe();
        io_uring_prep_send(sqe, static_cast<int>(index), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (packet.destination) {
            names_.emplace_back();
            const auto length = to_sockaddr(packet.destination, names_.back());
            io_uring_prep_send_set_addr(sqe, reinterpret_cast<const sockaddr*>(&names_.back()),
                                        static_cast<std::uint16_t>(length));
        }
        sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
        io_uring_sqe_set_data64(sqe, user_data(Op::Send, 0, index));
    }
    io_uring_submit(&ring_->uring);
    names_.clear();
    batch.clear();
}

void UringIo::wait_until(Nanos deadline)
{
    sleep_until(deadline);
}

}  // namespace rb
