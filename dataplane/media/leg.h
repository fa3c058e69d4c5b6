// leg.h — the media of one call session: its sockets, what was agreed, and the state machines of its streams.
#pragma once

#include "codecs/cleaner.h"
#include "dataplane/base/handle.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/media/dtmf_receiver.h"
#include "dataplane/media/dtmf_sender.h"
#include "dataplane/media/hearing.h"
#include "dataplane/media/key_ways.h"
#include "dataplane/media/limiter_state.h"
#include "dataplane/media/media_plan.h"
#include "dataplane/media/quality.h"
#include "dataplane/media/rtcp_reporter.h"
#include "dataplane/media/rtp_receiver.h"
#include "dataplane/media/rtp_sender.h"
#include "dataplane/media/side_datagram.h"
#include "dataplane/media/source_lock.h"
#include "dataplane/media/speech_activity.h"
#include "dataplane/media/talk_detector.h"
#include "dataplane/media/voice_level.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace rb::bridges {
class Bridge;
class Monitor;
class Player;
class Recorder;
class Snoop;
class TrackRecorder;
struct RateAdapter;
}  // namespace rb::bridges

namespace rb::media {

class Leg;
using LegRef = Handle<Leg>;

/// Who may touch a leg at this moment; asserted at both ends of every hand-over.
enum class Holder : std::uint8_t {
    Control,
    Queue,
    Worker
};

/// What one leg has counted; control reads it when it has the leg back, rbctl from the counter file.
struct LegCounters {
    std::uint64_t received = 0;  ///< datagrams, RTP and RTCP
    std::uint64_t sent = 0;
    std::uint64_t forwarded = 0;  ///< of those received: passed on as they were
    std::uint64_t buffered = 0;   ///< put into the jitter buffer
    std::uint64_t consumed = 0;   ///< telephone-events, comfort noise, RTCP, and audio nobody takes
    std::uint64_t dropped = 0;
};

/// How a party takes part in its bridge.
struct PartyOptions {
    bool muted = false;           ///< is not heard
    bool deaf = false;            ///< hears silence
    bool announcer = false;       ///< heard by all participants of a holding bridge
    bool report_talk = false;     ///< talk changes become events
    bool pass_dtmf = true;        ///< its keys go on to the other parties
    bool drop_silence = false;    ///< in a mix, is heard only while it counts as talking
    std::int8_t gain_in_db = 0;   ///< of what it says
    std::int8_t gain_out_db = 0;  ///< of what it hears of the others
    TalkThresholds talk;          ///< when it counts as talking
};

/// Owner: `holder`. Control allocates it in full and lends it to one worker.
class Leg {
public:
    Leg(LegRef own_ref, std::array<int, kSocketsPerLeg> own_fds, std::unique_ptr<MediaPlan> own_plan, Rng& rng,
        Nanos wall_offset)
        : ref{own_ref},
          fds{own_fds},
          plan{std::move(own_plan)},
          lock{plan->source, plan->remote_rtp},
          sender{rng},
          rtcp{rng, {.interval = plan->rtcp_interval, .wall_offset = wall_offset}}
    {
    }

    [[nodiscard]] LegSlot slot() const noexcept { return LegSlot{ref.index}; }
    /// The plan's encoder, for the next frame. What the peer heard last may have been encoded elsewhere: then it begins
    /// anew, and the peer's decoder copes.
    [[nodiscard]] codecs::Encoder& take_encoder() noexcept
    {
        if (!std::exchange(encoder_in_use, true)) {
            plan->encoder->reset();
        }
        return *plan->encoder;
    }
    [[nodiscard]] bool can_send() const noexcept
    {
        return plan->send && plan->protection.can_send() && !destination().is_unspecified();
    }
    /// Where RTP goes: none = nowhere yet.
    [[nodiscard]] Address destination() const noexcept
    {
        return plan->ice ? plan->ice->destination(Socket::Rtp) : lock.destination();
    }
    /// Whether RTP that came by the RTP socket may be heard: nothing, or SourceLock's reason, or Drop::IceUnchecked.
    [[nodiscard]] tl::expected<void, Drop> hear(const SourceLock::Sight& sight, Nanos now) noexcept;
    /// Whether a handshake may begin at an address that speaks to the RTP socket: a check has shown that the peer is
    /// there, or, without ICE, signalling vouches for it.
    [[nodiscard]] bool knows(const Address& source, Nanos now) const noexcept
    {
        return plan->ice ? plan->ice->validated(source, Socket::Rtp, now) : lock.credible(source);
    }

    LegRef ref;
    Holder holder = Holder::Control;
    std::array<int, kSocketsPerLeg> fds;
    std::unique_ptr<MediaPlan> plan;

    SourceLock lock;
    RtpReceiver receiver;
    RtpSender sender;
    RtcpReporter rtcp;
    DtmfReceiver dtmf_in;
    DtmfSender dtmf_out;
    KeyWays keys;
    std::optional<std::uint32_t> doubled_event;  ///< timestamp of the newest event whose press came in another way
    TalkDetector talk;
    SpeechActivity speech;  ///< in its bridge
    VoiceLevel voice;       ///< while it speaks
    Quality quality;        ///< of what it receives
    LegCounters counters;
    SideBudget dtls_budget;
    SideBudget stun_budget;  ///< for errors to strangers: a check in another's name is not to make us flood him

    bool connected = false;       ///< the RTP socket is, as far as this side knows
    bool rtcp_connected = false;  ///< the RTCP socket is
    bool echo = false;            ///< what is received goes back
    bool reported_timeout = false;
    Nanos agreed_at = 0ns;       ///< when this worker took the leg or its newest plan
    Nanos sent_at = 0ns;         ///< newest packet sent
    Nanos format_told_at = 0ns;  ///< when control was told last of another format heard …
    Nanos in_wanted_at = 0ns;    ///< … and asked last for an AudioIn
    bridges::Bridge* bridge = nullptr;
    PartyOptions party;
    std::uint32_t party_index = 0;            ///< in its bridge
    std::uint8_t opus_kind = 0;               ///< of those its bridge tells apart
    bool encoder_in_use = false;              ///< the plan's encoder made what was sent last
    std::uint32_t silent_frames = 0;          ///< that it was to be sent in a row
    bridges::RateAdapter* adapter = nullptr;  ///< to the rate of its bridge, where that differs
    /// To the rate its bridge is about to change to; where the one in use goes then.
    std::unique_ptr<bridges::RateAdapter>* next_adapter = nullptr;
    std::uint32_t track = 0;  ///< of its bridge's TrackRecorder; 0 = none
    Hearing hearing;          ///< in its bridge
    std::int32_t talker =
        -1;  ///< place among the talkers of the present mix, −1 = listens only, −2 = is served already
    LimiterState limiter;  ///< of the mix this leg hears while it talks
    /// Of what it says, and of what it hears of others; control builds them, and has each back for the next.
    std::unique_ptr<codecs::Cleaner> cleaner_in;
    std::unique_ptr<codecs::Cleaner> cleaner_out;
    bridges::Player* player = nullptr;
    bridges::Recorder* recorder = nullptr;
    bridges::Snoop* snoop = nullptr;      ///< the first of those who listen in; they go along, too
    bridges::Monitor* monitor = nullptr;  ///< goes along to another worker
    std::uint8_t home_slot = 0;           ///< 0 to 19: when its frame of 20 ms is due
    bool ticking = false;                 ///< is in its slot's list
};

}  // namespace rb::media
