// uring_io.h — packet I/O by io_uring: multishot receive into provided buffers, registered files, one submission a
// slot.
//
// Sends are executed inline by the submission (MSG_DONTWAIT), so that a batch's bytes are free again when send()
// returns; only failed ones produce a completion.
#pragma once

#include "dataplane/base/error.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"

#include <memory>
#include <span>
#include <sys/socket.h>
#include <vector>

struct io_uring_cqe;

namespace rb {

/// Owner: its worker; everything is allocated at creation, which must happen on the worker's own thread.
class UringIo {
public:
    /// legs    most legs attached at a time; slots are below it
    /// returns an Error with cause and remedy where the kernel refuses (version, sysctl, seccomp, memory, files)
    [[nodiscard]] static Result<std::unique_ptr<UringIo>> create(std::size_t legs);
    ~UringIo();
    UringIo(const UringIo&) = delete;
    UringIo& operator=(const UringIo&) = delete;

    std::span<const RxPacket> receive();
    [[nodiscard]] std::span<const LegSlot> detached() const noexcept { return detached_; }
    void attach(const SocketChange& change);
    /// The sockets of a leg have been connected to other peers, or to nobody any more.
    void follow(const SocketChange& change);
    void detach(LegSlot slot);
    void send(TxBatch& batch);
    static void wait_until(Nanos deadline);
    [[nodiscard]] const IoCounters& counters() const noexcept { return counters_; }

private:
    struct Ring;

    /// How the multishot receive of one socket stands.
    struct Endpoint {
        std::uint32_t generation = 0;
        int fd = -1;
        bool armed = false;
        bool ending = false;    ///< a cancel is under way
        bool named = true;      ///< recvmsg, which tells the source; a socket connected before its attach needs none
        bool renaming = false;  ///< it is to be named from its next receive on
        Address peer;           ///< of a socket that is not named
    };

    UringIo(std::unique_ptr<Ring> ring, std::size_t legs);
    [[nodiscard]] Result<void> set_up(std::size_t legs);
    void recycle_buffers() noexcept;
    void complete(const io_uring_cqe& cqe);
    void complete_receive(const io_uring_cqe& cqe, std::uint32_t index);
    void deliver(const io_uring_cqe& cqe, std::uint32_t index, const Endpoint& endpoint);
    void finish_receive(int result, std::uint32_t index);
    void arm(std::uint32_t index);

    std::unique_ptr<Ring> ring_;
    std::vector<Endpoint> endpoints_;  ///< by slot × 2 + socket, which is also the index of the registered file
    std::vector<RxPacket> received_;
    std::vector<std::uint16_t> held_;  ///< provided buffers the last receive() lent out
    std::vector<LegSlot> detached_;
    std::vector<sockaddr_storage> names_;  ///< destinations of a batch; never grows, so addresses stay
    IoCounters counters_;
};

}  // namespace rb
