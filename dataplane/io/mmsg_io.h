// mmsg_io.h — packet I/O by epoll, recvmmsg and sendmmsg: for kernels and containers without io_uring.
#pragma once

#include "dataplane/base/error.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"

#include <memory>
#include <span>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace rb {

/// Owner: its worker; everything is allocated at creation.
class MmsgIo {
public:
    /// legs    most legs attached at a time; slots are below it
    [[nodiscard]] static Result<std::unique_ptr<MmsgIo>> create(std::size_t legs);
    ~MmsgIo();
    MmsgIo(const MmsgIo&) = delete;
    MmsgIo& operator=(const MmsgIo&) = delete;

    std::span<const RxPacket> receive();
    [[nodiscard]] std::span<const LegSlot> detached() const noexcept { return detached_; }
    void attach(const SocketChange& change);
    /// Each datagram tells its source, whoever its socket is connected to.
    static void follow(const SocketChange& /*change*/) {}
    void detach(LegSlot slot);
    void send(TxBatch& batch);
    static void wait_until(Nanos deadline);
    [[nodiscard]] const IoCounters& counters() const noexcept { return counters_; }

private:
    /// Datagrams taken from one socket at a time; more would seldom be there within a slot.
    static constexpr std::size_t kBurst = 8;

    struct Endpoint {
        int fd = -1;
        std::uint32_t generation = 0;
    };

    MmsgIo(int epoll, std::size_t legs);
    void drain(std::uint64_t tag);
    void send_run(const TxBatch& batch, std::span<const TxPacket> run);

    int epoll_;
    std::vector<Endpoint> endpoints_;  ///< by slot × 2 + socket
    std::vector<epoll_event> ready_;
    std::unique_ptr<std::uint8_t[]> buffers_;
    std::vector<sockaddr_storage> names_;
    std::size_t buffers_used_ = 0;
    std::vector<RxPacket> received_;
    std::vector<LegSlot> detached_;
    std::vector<LegSlot> detaching_;
    IoCounters counters_;
};

}  // namespace rb
