// sim_worker.h — one MediaCore with everything around it: queues, sockets that are only arrays, and control's books.
//
// The books know each object that is lent; RB_ASSERT stops the run when one comes home twice, or never was lent.
#pragma once

#include "bridges/bridge.h"
#include "bridges/monitor.h"
#include "bridges/player.h"
#include "bridges/rate_adapter.h"
#include "bridges/rate_change.h"
#include "bridges/recorder.h"
#include "bridges/track_recorder.h"
#include "dataplane/worker/media_core.h"
#include "sim/kernel.h"

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rb::sim {

/// A datagram as the worker sent it, and to whom it really goes.
struct Sent {
    LegSlot slot{};
    std::uint32_t generation = 0;
    Socket socket = Socket::Rtp;
    Address destination;
    std::vector<std::uint8_t> bytes;
};

class SimWorker {
public:
    SimWorker(const CoreLimits& limits, Kernel& kernel);
    ~SimWorker();
    SimWorker(const SimWorker&) = delete;
    SimWorker& operator=(const SimWorker&) = delete;

    // Lending: the object is in the books until its event brings it home.
    [[nodiscard]] media::LegRef reserve_leg();
    void adopt(std::unique_ptr<media::Leg> leg);
    void change_media(media::LegRef leg, std::unique_ptr<media::MediaPlan> plan);
    [[nodiscard]] bridges::BridgeRef adopt(const bridges::BridgeOptions& options);
    void add_trunk(bridges::BridgeRef bridge, bridges::TrunkEnd& end);
    void grow(bridges::BridgeRef bridge, std::uint32_t parties);
    void change_rate(bridges::BridgeRef bridge, std::unique_ptr<bridges::RateChange> change);
    void join(media::LegRef leg, bridges::BridgeRef bridge, const media::PartyOptions& options,
              std::unique_ptr<bridges::RateAdapter> adapter);
    void play(media::LegRef leg, std::unique_ptr<bridges::Player> player, bool succeeds = false);
    void play(bridges::BridgeRef bridge, std::unique_ptr<bridges::Player> player);
    void record(media::LegRef leg, std::unique_ptr<bridges::Recorder> recorder);
    void record(bridges::BridgeRef bridge, std::unique_ptr<bridges::Recorder> recorder);
    void record_tracks(bridges::BridgeRef bridge, std::unique_ptr<bridges::TrackRecorder> recorder);
    void monitor(media::LegRef leg, std::unique_ptr<bridges::Monitor> monitor);
    void send_datagram(media::LegRef leg, const Address& to, std::span<const std::uint8_t> bytes);
    void post(const Command& command);

    /// A datagram reaches a socket of the leg that is, or was last, in this slot.
    void deliver(LegSlot slot, InSocket datagram);
    /// One slot: commands, packets in, media, packets out.
    [[nodiscard]] std::vector<Sent> step(Nanos now);
    /// Control reads its events: books first, then `inform` for each that informs.
    void drain_events(const std::function<void(const Event&)>& inform);
    /// Fills the event queue up to its last place but `places`, as if control had stalled for long.
    void stall_events(std::size_t places);

    [[nodiscard]] MediaCore& core() noexcept { return core_; }
    // For a call engine, which keeps the books itself: its end of both queues.
    [[nodiscard]] CommandQueue& commands() noexcept { return commands_; }
    [[nodiscard]] EventQueue& events() noexcept { return events_; }
    /// A leg that has come home, or nullptr while it has not.
    [[nodiscard]] std::unique_ptr<media::Leg> take_home(media::LegRef ref);
    /// Whether everything lent is back, legs and bridges included.
    [[nodiscard]] bool books_closed() const noexcept;
    /// Empty while each datagram received has one fate.
    [[nodiscard]] std::string imbalance() const;

private:
    struct Endpoint {
        std::uint32_t generation = 0;
        bool attached = false;
        std::array<int, kSocketsPerLeg> fds{-1, -1};
    };

    [[nodiscard]] Address peer_of(LegSlot slot, Socket socket) const;
    void apply(const SocketChange& change);
    void receive();
    void home(const Event& event);
    void lend_audio_in(media::LegRef ref);
    template <typename T>
    T* lend(std::unique_ptr<T> object, std::map<T*, std::unique_ptr<T>>& book);
    template <typename T>
    static std::unique_ptr<T> take(T* object, std::map<T*, std::unique_ptr<T>>& book);

    Kernel& kernel_;
    CommandQueue commands_;
    EventQueue events_;
    std::array<Counters::Word, kWorkerCounterCount> words_{};
    MediaCore core_;
    std::deque<Command> overflow_;
    std::vector<Endpoint> endpoints_;
    std::vector<LegSlot> detached_;
    std::vector<LegSlot> detaching_;
    std::vector<std::vector<std::uint8_t>> buffers_;
    std::vector<RxPacket> received_;

    std::vector<std::uint32_t> generations_;
    std::vector<std::uint32_t> free_slots_;
    std::uint32_t next_bridge_ = 0;
    std::map<media::Leg*, std::unique_ptr<media::Leg>> legs_;
    std::map<std::uint64_t, std::unique_ptr<media::Leg>> homecomers_;  // by reference
    std::map<bridges::Bridge*, std::unique_ptr<bridges::Bridge>> bridges_;
    // Plans and party lists change hands inside a leg or bridge, so only what comes home is counted.
    int plans_lent_ = 0;
    int lists_lent_ = 0;
    int trunk_ends_lent_ = 0;
    int rate_changes_lent_ = 0;
    std::map<bridges::RateAdapter*, std::unique_ptr<bridges::RateAdapter>> adapters_;
    std::map<bridges::Player*, std::unique_ptr<bridges::Player>> players_;
    std::map<bridges::Recorder*, std::unique_ptr<bridges::Recorder>> recorders_;
    std::map<bridges::TrackRecorder*, std::unique_ptr<bridges::TrackRecorder>> track_recorders_;
    std::map<bridges::Monitor*, std::unique_ptr<bridges::Monitor>> monitors_;
    std::map<media::SideDatagram*, std::unique_ptr<media::SideDatagram>> datagrams_;
};

}  // namespace rb::sim
