// event.h — what a worker tells control, as values of at most 64 bytes.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/media/leg.h"
#include "dataplane/media/side_datagram.h"
#include "dataplane/wire/demux.h"

#include <cstdint>
#include <type_traits>
#include <variant>

namespace rb {

namespace bridges {
class PartyList;
class Snoop;
class TrackRecorder;
struct RateChange;
struct TrunkEnd;
}  // namespace bridges

/// Which kind of bridging is in force, by the names users know: native_rtp, simple_bridge, softmix, holding_bridge.
enum class Technology : std::uint8_t {
    None,
    NativeRtp,
    Simple,
    Softmix,
    Holding
};

namespace event {

// Ownership comes home with these; they are never dropped.
struct LegReturned {
    media::Leg* leg = nullptr;
};
/// The leg goes by another plan now.
struct PlanReturned {
    media::LegRef leg;
    media::MediaPlan* plan = nullptr;
};
struct AudioInReturned {
    media::AudioIn* in = nullptr;
};
struct BridgeReturned {
    bridges::Bridge* bridge = nullptr;
};
struct PartyListReturned {
    bridges::PartyList* list = nullptr;
};
struct AdapterReturned {
    bridges::RateAdapter* adapter = nullptr;
};
struct TrunkReturned {
    bridges::TrunkEnd* end = nullptr;
};
/// The bridge is mixed at the new rate; what it needed for the old one comes home.
struct RateChanged {
    Handle<bridges::Bridge> bridge;
    bridges::RateChange* change = nullptr;
};

/// Why a player or a recorder has come home.
enum class Ending : std::uint8_t {
    Finished,
    Stopped,
    Key,
    Silence,
    MaxDuration,
    Failed
};

struct PlayerReturned {
    bridges::Player* player = nullptr;
    Ending ending = Ending::Finished;
};
struct RecorderReturned {
    bridges::Recorder* recorder = nullptr;
    Ending ending = Ending::Finished;
};
struct MonitorReturned {
    bridges::Monitor* monitor = nullptr;
};
struct CleanerReturned {
    codecs::Cleaner* cleaner = nullptr;
};
struct SnoopReturned {
    bridges::Snoop* snoop = nullptr;
};
/// A full block of recorded samples, to be written and given back.
struct RecordBlock {
    bridges::Recorder* recorder = nullptr;
    std::uint8_t block = 0;
};

/// DTLS or STUN for control, which gives the buffer back with DatagramRead.
struct DatagramReceived {
    media::LegRef leg;
    wire::Protocol protocol = wire::Protocol::Unknown;
    Socket socket = Socket::Rtp;
    Address source;
    media::SideDatagram* datagram = nullptr;
};
/// The buffer of a SendDatagram comes home.
struct DatagramSent {
    media::SideDatagram* datagram = nullptr;
};

/// A block of what participants said, to be written and given back.
struct TrackBlock {
    bridges::TrackRecorder* recorder = nullptr;
    std::uint8_t block = 0;
};
struct TracksReturned {
    bridges::TrackRecorder* recorder = nullptr;
};

// These inform; a full queue drops and counts them.
struct KeyPressed {
    media::LegRef leg;
    char digit = '0';
};
struct KeyReleased {
    media::LegRef leg;
    char digit = '0';
    Nanos duration = 0ns;
};
/// A key for a peer that takes them by SIP INFO.
struct KeyToSend {
    media::LegRef leg;
    char digit = '0';
    Nanos held = 0ns;
};
/// The leg's peer has proved to be a calling fax machine, whose plan was to notice that.
struct FaxHeard {
    media::LegRef leg;
};
struct TalkChanged {
    media::LegRef leg;
    bool talking = false;
};
/// Who leads the conversation in a room, or in one part of it; nobody before the first, and when that one has left.
struct SpeakerChanged {
    Handle<bridges::Bridge> bridge;
    media::LegRef leg;
};
/// How a leg's caller is heard has got bad, or well again.
struct QualityChanged {
    media::LegRef leg;
    media::QualityAlert alert;
};
/// Nothing was received for the leg's rtp_timeout.
struct RtpTimeout {
    media::LegRef leg;
    bool consent_lost = false;  ///< the peer has stopped its checks of ICE (RFC 7675)
};
/// The peer has nominated a pair: its end of it is where media go from now on.
struct IceNominated {
    media::LegRef leg;
    Address peer;
};
/// The peer has changed over to another of the formats agreed. Repeated while it goes on sending that.
struct FormatHeard {
    media::LegRef leg;
    std::uint8_t payload_type = 0;
};
/// Somebody listens to the leg, which has no AudioIn yet. Repeated while it gets none.
struct AudioInWanted {
    media::LegRef leg;
};
struct TechnologyChanged {
    Handle<bridges::Bridge> bridge;
    Technology technology = Technology::None;
};

}  // namespace event

using Event =
    std::variant<event::LegReturned, event::PlanReturned, event::AudioInReturned, event::BridgeReturned,
                 event::PartyListReturned, event::AdapterReturned, event::TrunkReturned, event::RateChanged,
                 event::PlayerReturned, event::RecorderReturned, event::MonitorReturned, event::SnoopReturned,
                 event::CleanerReturned, event::RecordBlock, event::DatagramReceived, event::DatagramSent,
                 event::TrackBlock, event::TracksReturned, event::KeyPressed, event::KeyReleased, event::KeyToSend,
                 event::FaxHeard, event::TalkChanged, event::SpeakerChanged, event::QualityChanged, event::RtpTimeout,
                 event::IceNominated, event::FormatHeard, event::AudioInWanted, event::TechnologyChanged>;
static_assert(std::is_trivially_copyable_v<Event>);
static_assert(sizeof(Event) <= 64);

}  // namespace rb
