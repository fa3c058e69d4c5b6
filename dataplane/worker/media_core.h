// media_core.h — everything a worker does between its packets in and its packets out, as a function of its inputs: the
// same commands, packets and times yield the same bytes. It knows no socket, no clock and no thread.
#pragma once

#include "bridges/tick.h"
#include "dataplane/base/counters.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event_outbox.h"
#include "dataplane/media/leg.h"
#include "dataplane/media/transmit.h"
#include "dataplane/worker/command.h"
#include "dataplane/worker/leg_rows.h"
#include "dataplane/worker/slot_schedule.h"
#include "dataplane/worker/worker_counters.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rb {

/// Bounds of one worker; memory for all of them is taken at the start.
struct CoreLimits {
    std::size_t legs = 4096;
    std::size_t bridges = 4096;
};

/// Owner: its worker.
class MediaCore {
public:
    /// counters   kWorkerCounterCount words, written by this core alone
    /// rows       where the state of each leg goes about once a second; none = nowhere
    MediaCore(const CoreLimits& limits, CommandQueue& commands, EventQueue& events, Counters counters,
              LegRows rows = {});

    // The steps of one slot, in the order worker.h calls them.
    void begin_slot(Nanos now) noexcept;
    void on_commands() noexcept;
    void on_detached(std::span<const LegSlot> slots) noexcept;
    void on_packets(std::span<const RxPacket> packets) noexcept;
    void run_slot() noexcept;
    [[nodiscard]] std::span<const SocketChange> socket_changes() const noexcept { return changes_; }
    [[nodiscard]] TxBatch& tx() noexcept { return tx_; }
    void end_slot(Nanos now) noexcept;
    /// When the next slot is due; a core with nothing to do in any slot asks for longer sleep.
    [[nodiscard]] Nanos next_slot_at() const noexcept { return next_slot_at_; }

    [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

private:
    /// A resting core looks for commands and packets this often.
    static constexpr Nanos kRest = 10ms;
    /// One with legs rests once none was heard for so long: longer than a comfort noise packet keeps anybody waiting.
    static constexpr Nanos kRestAfter = 1s;
    /// Slots made up for after a stall; older ones are skipped, for everybody has given those frames up.
    static constexpr std::int64_t kCatchUpMax = 40;

    void on(const command::AdoptLeg& command) noexcept;
    void on(const command::ReturnLeg& command) noexcept;
    void on(const command::ChangeMedia& command) noexcept;
    void on(const command::LendAudioIn& command) noexcept;
    void on(const command::AdoptBridge& command) noexcept;
    void on(const command::ReturnBridge& command) noexcept;
    void on(const command::GrowBridge& command) noexcept;
    void on(const command::AddGroup& command) noexcept;
    void on(const command::AddTrunk& command) noexcept;
    void on(const command::ChangeRate& command) noexcept;
    void on(const command::JoinBridge& command) noexcept;
    void on(const command::LeaveBridge& command) noexcept;
    void on(const command::SetParty& command) noexcept;
    void on(const command::SetException& command) noexcept;
    void on(const command::SetWhisper& command) noexcept;
    void on(const command::SetCleaner& command) noexcept;
    void on(const command::SetJitter& command) noexcept;
    void on(const command::SetEcho& command) noexcept;
    void on(const command::Play& command) noexcept;
    void on(const command::StopPlaying& command) noexcept;
    void on(const command::PlayToBridge& command) noexcept;
    void on(const command::StopPlayingToBridge& command) noexcept;
    void on(const command::SteerPlayer& command) noexcept;
    void on(const command::Record& command) noexcept;
    void on(const command::StopRecording& command) noexcept;
    void on(const command::StartMonitor& command) noexcept;
    void on(const command::StopMonitor& command) noexcept;
    void on(const command::StartSnoop& command) noexcept;
    void on(const command::StopSnoop& command) noexcept;
    void on(const command::RecordBridge& command) noexcept;
    void on(const command::StopRecordingBridge& command) noexcept;
    void on(const command::RecordTracks& command) noexcept;
    void on(const command::StopTracks& command) noexcept;
    void on(const command::SetTrack& command) noexcept;
    void on(const command::SetRecording& command) noexcept;
    void on(const command::BlockWritten& command) noexcept;
    void on(const command::SendDatagram& command) noexcept;
    void on(const command::DatagramRead& command) noexcept;
    void on(const command::LimitComplexity& command) noexcept;
    void on(const command::SendDtmf& command) noexcept;
    void on(const command::ReceiveKey& command) noexcept;

    /// Nothing is due in any slot: an empty part of a room ticks on for what the other parts hear through it.
    [[nodiscard]] bool idle() const noexcept { return leg_count_ == 0 && bridge_schedule_.empty(); }
    /// Nothing is due in any slot, nor will packets need one soon. Thousands of legs on hold then cost 100 wake-ups a
    /// second instead of 1,000.
    [[nodiscard]] bool resting() const noexcept
    {
        return bridge_schedule_.empty() && leg_schedule_.empty() && (leg_count_ == 0 || now_ - heard_at_ > kRestAfter);
    }
    [[nodiscard]] media::Leg* find(media::LegRef ref) noexcept;
    [[nodiscard]] bridges::Bridge* find(bridges::BridgeRef ref) noexcept;
    [[nodiscard]] bridges::Recorder* find_recorder(media::LegRef of, bridges::BridgeRef or_of,
                                                   std::uint64_t tag) noexcept;
    void attach(media::Leg& leg) noexcept;
    void leave(media::Leg& leg) noexcept;
    void give_back(media::Leg& leg) noexcept;
    void return_monitor(media::Leg& leg) noexcept;
    void return_snoops(media::Leg& leg) noexcept;
    void return_tracks(bridges::Bridge& bridge) noexcept;
    void choose(bridges::Bridge& bridge) noexcept;
    void change_technology(bridges::Bridge& bridge, Technology technology) noexcept;
    void schedule(media::Leg& leg) noexcept;

    void on_packet(const RxPacket& packet) noexcept;
    void on_rtp(media::Leg& leg, const RxPacket& packet) noexcept;
    void on_udptl(media::Leg& leg, const RxPacket& packet) noexcept;
    void on_rtcp(media::Leg& leg, const RxPacket& packet) noexcept;
    void on_dtls(media::Leg& leg, const RxPacket& packet) noexcept;
    void on_stun(media::Leg& leg, const RxPacket& packet) noexcept;
    void hand_up(media::Leg& leg, media::SideBudget& budget, const RxPacket& packet, wire::Protocol protocol) noexcept;
    void on_valid_rtp(media::Leg& leg, const wire::RtpView& view) noexcept;
    void on_noise(media::Leg& leg, const wire::RtpView& view, std::uint32_t sequence) noexcept;
    void on_dtmf(media::Leg& leg, const media::DtmfFormat& events, const wire::RtpView& view,
                 std::uint32_t sequence) noexcept;
    void on_other_format(media::Leg& leg, std::uint8_t payload_type) noexcept;
    [[nodiscard]] media::AudioIn* audio_in(media::Leg& leg) noexcept;
    void want_audio_in(media::Leg& leg) noexcept;
    void keep_place(media::Leg& leg, const media::AudioIn::Packet& packet) noexcept;
    void on_audio(media::Leg& leg, const wire::RtpView& view, std::uint32_t sequence) noexcept;
    void pass_on(media::Leg& from, media::Leg& to, const media::PassingPacket& packet) noexcept;
    bool key_changed(media::Leg& leg, const media::KeyChange& change, media::KeyWay way) noexcept;
    void take_inband_keys(media::Leg& leg) noexcept;
    void pass_key_on(const media::Leg& leg, char digit, Nanos held) noexcept;
    void send_key(media::Leg& leg, char digit, const media::DtmfTiming& timing) noexcept;
    void drop(media::Leg& leg, Drop reason) noexcept;
    void consume(media::Leg& leg) noexcept;

    void run_one_slot(unsigned slot, Nanos at) noexcept;
    void tick(bridges::Bridge& bridge, bridges::TickContext& tick) noexcept;
    void tick(media::Leg& leg, bridges::TickContext& tick) noexcept;
    void keep_house() noexcept;
    void keep_house(media::Leg& leg) noexcept;
    [[nodiscard]] Nanos unheard(const media::Leg& leg) const noexcept;
    void watch_silence(media::Leg& leg) noexcept;
    void watch_source(media::Leg& leg) noexcept;
    void watch_consent(media::Leg& leg) noexcept;
    void send_rtcp(media::Leg& leg, bool bye) noexcept;
    void publish(const media::Leg& leg) noexcept;

    CoreLimits limits_;
    CommandQueue& commands_;
    EventQueue& events_;
    Counters counters_;
    LegRows rows_;
    EventOutbox outbox_;
    TxBatch tx_;
    std::unique_ptr<bridges::MixScratch> scratch_;
    std::vector<media::Leg*> legs_;          // by slot
    std::vector<bridges::Bridge*> bridges_;  // by index
    std::vector<media::Leg*> leaving_;       // waiting for detached(), by slot
    SlotSchedule<media::Leg> leg_schedule_;
    SlotSchedule<bridges::Bridge> bridge_schedule_;
    std::vector<bridges::Bridge*> fan_outs_;  // that go on in the next slot
    std::vector<SocketChange> changes_;
    std::unique_ptr<media::SideDatagram[]> side_datagrams_;
    std::vector<media::SideDatagram*> free_datagrams_;  // of them; the last used first, so that few cost memory
    std::size_t leg_count_ = 0;
    std::size_t slots_used_ = 0;  // all legs lie below
    Nanos now_ = 0ns;
    Nanos slot_began_ = 0ns;
    Nanos next_slot_at_ = 0ns;
    Nanos heard_at_ = 0ns;  // the last RTP packet of any leg
    std::uint8_t complexity_max_ = 10;
    std::int64_t slot_index_ = 0;  // since time zero; modulo 20 it is the home slot
};

}  // namespace rb
