// floor_core.h — the least a media server could do: the stand-in for MediaCore whose cost density compares against.
//
// The sockets, the loop and the packet I/O are those of the node; in between there is a 12-byte header rewrite, or one
// header and a copy for a packet of its own, and nothing else.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rb::bench {

enum class FloorMode : std::uint8_t {
    Forward,  ///< what leg 2k receives leaves by leg 2k+1, and back
    Receive,  ///< what is received is counted and dropped
    Send,     ///< each leg that has heard a packet is sent 50 a second
    Duplex,   ///< Receive and Send together: a listener of a room, or a caller of a prompt, with nothing to hear
};

/// Has the interface that worker.h asks of a core. Owner: its worker.
class FloorCore {
public:
    /// fds   RTP and RTCP socket of each leg, bound; attached with the first slot
    FloorCore(FloorMode mode, std::span<const std::array<int, kSocketsPerLeg>> fds);

    void begin_slot(Nanos now) noexcept;
    void on_commands() noexcept {}
    void on_detached(std::span<const LegSlot> /*slots*/) noexcept {}
    void on_packets(std::span<const RxPacket> packets) noexcept;
    void run_slot() noexcept;
    [[nodiscard]] std::span<const SocketChange> socket_changes() const noexcept { return changes_; }
    [[nodiscard]] TxBatch& tx() noexcept { return tx_; }
    void end_slot(Nanos /*now*/) noexcept {}
    [[nodiscard]] Nanos next_slot_at() const noexcept { return kSlot * (slot_ + 1); }

    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }

private:
    struct Leg {
        std::array<int, kSocketsPerLeg> fds{-1, -1};
        bool latched = false;  ///< its peer is known and the socket connected to it
        std::uint16_t sequence = 0;
        std::uint32_t timestamp = 0;
    };

    void latch(LegSlot slot, const Address& source);
    void forward(const RxPacket& packet) noexcept;
    void send_own(std::uint32_t index) noexcept;
    void write_header(std::span<std::uint8_t> bytes, std::uint32_t index) noexcept;

    FloorMode mode_;
    std::vector<Leg> legs_;
    std::vector<SocketChange> changes_;
    TxBatch tx_;
    std::int64_t slot_ = 0;
    bool attached_ = false;
    std::uint64_t received_ = 0;
    std::uint64_t sent_ = 0;
};

}  // namespace rb::bench
