// command.h — what control tells a worker, as values of at most 64 bytes. Each is paired by name with a
// WorkerProxy function that posts it and a MediaCore::on() that carries it out.
#pragma once

#include "bridges/bridge.h"
#include "bridges/player.h"
#include "bridges/recorder.h"
#include "dataplane/base/spsc.h"
#include "dataplane/media/leg.h"

#include <cstdint>
#include <type_traits>
#include <variant>

namespace rb::command {

using bridges::BridgeRef;
using media::LegRef;

// Lending. What is lent comes home by the Returned event of the same noun.
struct AdoptLeg {
    media::Leg* leg = nullptr;
};
struct ReturnLeg {
    LegRef leg;
    bool migrating = false;  ///< it goes on to another worker: the peer is not told BYE
};
struct ChangeMedia {
    LegRef leg;
    media::MediaPlan* plan = nullptr;
};
/// What hears the leg, as AudioInWanted asks for it; of the codec that its newest plan has.
struct LendAudioIn {
    LegRef leg;
    media::AudioIn* in = nullptr;
};
struct AdoptBridge {
    bridges::Bridge* bridge = nullptr;
};
/// The bridge must be empty: its parties leave first.
struct ReturnBridge {
    BridgeRef bridge;
};
struct GrowBridge {
    BridgeRef bridge;
    bridges::PartyList* list = nullptr;
};
struct AddGroup {
    BridgeRef bridge;
    bridges::GroupEncoder* group = nullptr;
};
/// One end of a trunk to another part of the same room; it comes home with the bridge.
struct AddTrunk {
    BridgeRef bridge;
    bridges::TrunkEnd* end = nullptr;
};

/// Mixes at another rate from a coming tick on; comes home with RateChanged. One at a time.
struct ChangeRate {
    BridgeRef bridge;
    bridges::RateChange* change = nullptr;
};

struct JoinBridge {
    LegRef leg;
    BridgeRef bridge;
    bridges::RateAdapter* adapter = nullptr;  ///< where the party's rate may differ from the mix's
    std::uint8_t kind = 0;                    ///< of Opus, among those of the bridge
    media::PartyOptions options;
};
struct LeaveBridge {
    LegRef leg;
};
struct SetParty {
    LegRef leg;
    media::PartyOptions options;
};

/// Of all in the bridge, the listener alone does not hear the talker; or alone does, where that whispers.
struct SetException {
    LegRef listener;
    LegRef talker;
    bool on = false;
};
/// Nobody hears the leg but those who make an exception of it.
struct SetWhisper {
    LegRef leg;
    bool on = false;
};

/// Cleans what a leg says, or what it hears of others, from now on; none = no more. The one before comes home.
struct SetCleaner {
    LegRef leg;
    codecs::Cleaner* cleaner = nullptr;
    bool outward = false;  ///< of what it hears
};

struct SetJitter {
    LegRef leg;
    media::JitterOptions options;
};

/// What is received goes back to the sender.
struct SetEcho {
    LegRef leg;
    bool on = false;
};

/// Plays to one leg; what played before comes home as Stopped.
struct Play {
    LegRef leg;
    bridges::Player* player = nullptr;
    bool succeeds = false;  ///< goes on where the one before is; where that has ended, it is over, too
};
struct StopPlaying {
    LegRef leg;
};
/// Plays to everybody in a softmix; the clips are in L16 at the rate of the mix.
struct PlayToBridge {
    BridgeRef bridge;
    bridges::Player* player = nullptr;
};
struct StopPlayingToBridge {
    BridgeRef bridge;
};

/// Does something to what plays, if anything does.
struct SteerPlayer {
    LegRef leg;        ///< either to whom it plays …
    BridgeRef bridge;  ///< … or where
    bridges::PlayerStep step;
};

struct Record {
    LegRef leg;
    bridges::Recorder* recorder = nullptr;
};
struct StopRecording {
    LegRef leg;
};
/// Records both directions of a leg until it goes or StopMonitor comes.
struct StartMonitor {
    LegRef leg;
    bridges::Monitor* monitor = nullptr;
};
struct StopMonitor {
    LegRef leg;
};
/// Listens in on a leg until it goes or StopSnoop comes.
struct StartSnoop {
    LegRef leg;
    bridges::Snoop* snoop = nullptr;
};
struct StopSnoop {
    LegRef leg;
    std::uint64_t tag = 0;
};
struct RecordBridge {
    BridgeRef bridge;
    bridges::Recorder* recorder = nullptr;
};
struct StopRecordingBridge {
    BridgeRef bridge;
};
/// Keeps apart what each party of a mix says, whose legs have tracks.
struct RecordTracks {
    BridgeRef bridge;
    bridges::TrackRecorder* recorder = nullptr;
};
struct StopTracks {
    BridgeRef bridge;
};
/// The track of a leg, until it leaves its bridge.
struct SetTrack {
    LegRef leg;
    std::uint32_t track = 0;
};
/// Pauses, mutes or resumes a recording.
struct SetRecording {
    LegRef leg;        ///< either who is recorded …
    BridgeRef bridge;  ///< … or where
    std::uint64_t tag = 0;
    bridges::Recorder::Flow flow = bridges::Recorder::Flow::Record;
};
/// A block has been written and may be filled again. The recorder may have left in the meantime, so it is named by its
/// tag and by who was recorded, never by address.
struct BlockWritten {
    LegRef leg;        ///< either who was recorded …
    BridgeRef bridge;  ///< … or where
    std::uint64_t tag = 0;
    std::uint8_t block = 0;
};

/// DTLS or STUN of control's making leaves by a socket of the leg; the buffer comes home with DatagramSent.
struct SendDatagram {
    LegRef leg;
    Socket socket = Socket::Rtp;
    Address to;
    media::SideDatagram* datagram = nullptr;
};
/// The buffer of a DatagramReceived comes home.
struct DatagramRead {
    media::SideDatagram* datagram = nullptr;
};

/// Encoders spend no more than this, 0 to 10, where their codec has a choice: the worker has much to do.
struct LimitComplexity {
    std::uint8_t most = 10;
};

struct SendDtmf {
    LegRef leg;
    char digit = '0';
    media::DtmfTiming timing;
};

/// A key of the peer that came by SIP INFO.
struct ReceiveKey {
    LegRef leg;
    char digit = '0';
    Nanos held = 100ms;
};

}  // namespace rb::command

namespace rb {

using Command =
    std::variant<command::AdoptLeg, command::ReturnLeg, command::ChangeMedia, command::LendAudioIn,
                 command::AdoptBridge, command::ReturnBridge, command::GrowBridge, command::AddGroup, command::AddTrunk,
                 command::ChangeRate, command::JoinBridge, command::LeaveBridge, command::SetParty,
                 command::SetException, command::SetWhisper, command::SetCleaner, command::SetJitter, command::SetEcho,
                 command::Play, command::StopPlaying, command::PlayToBridge, command::StopPlayingToBridge,
                 command::SteerPlayer, command::Record, command::StopRecording, command::StartMonitor,
                 command::StopMonitor, command::StartSnoop, command::StopSnoop, command::RecordBridge,
                 command::StopRecordingBridge, command::RecordTracks, command::StopTracks, command::SetTrack,
                 command::SetRecording, command::BlockWritten, command::SendDatagram, command::DatagramRead,
                 command::LimitComplexity, command::SendDtmf, command::ReceiveKey>;
static_assert(std::is_trivially_copyable_v<Command>);
static_assert(sizeof(Command) <= 64);

using CommandQueue = SpscQueue<Command, 4096>;
using EventQueue = SpscQueue<Event, 8192>;

}  // namespace rb
