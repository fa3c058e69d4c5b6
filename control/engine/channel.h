// channel.h — one call leg as the dialplan and its applications see it: state, variables, media, and what runs.
#pragma once

#include "bridges/monitor.h"
#include "bridges/player.h"
#include "control/config/objects.h"
#include "control/dialplan/interpreter.h"
#include "control/dialplan/variables.h"
#include "control/dtls/context.h"
#include "control/engine/application.h"
#include "control/engine/header_lines.h"
#include "control/engine/timeouts.h"
#include "dataplane/base/handle.h"
#include "dataplane/base/time.h"
#include "dataplane/media/leg.h"
#include "dataplane/worker/command.h"
#include "signaling/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rb::engine {

class CallEngine;
class Channel;
class Rooms;
using ChannelRef = Handle<Channel>;

/// What Asterisk calls the state of a channel.
enum class ChannelState : std::uint8_t {
    Down,     ///< outgoing, nothing heard yet
    Ring,     ///< incoming, not answered
    Ringing,  ///< outgoing, the far side rings
    Up,
};
/// As Asterisk names it; a literal.
[[nodiscard]] std::string_view to_string(ChannelState state);

/// Where both directions of a channel are recorded.
struct MonitorFiles {
    std::array<std::string, bridges::Monitor::kTracks> paths;  ///< by Monitor::Track; empty = not wanted
    bool append = false;
    bool bridged_only = false;
    bool begun = false;    ///< they exist: another codec has them go on …
    Nanos recorded = 0ns;  ///< … after so much
};

/// What plays to a channel, or is being read for it.
struct ChannelSound {
    std::vector<std::string> names;
    bool loop = false;
    bool music = false;                    ///< by the common clock of music on hold
    std::uint64_t application_serial = 0;  ///< of who is told of its end; 0 = nobody, it plays on without
    std::uint64_t from = 0;                ///< frames that have been played already
    bool paused = false;
    int gain_db = 0;  ///< louder or quieter than its files are
};

/// The keys a leg's sessions were made from. Secret.
struct SrtpKeysInUse {
    SrtpKey receive;  ///< the peer's
    SrtpKey send;     ///< ours
};

/// A DTLS handshake for the keys of a leg, under way or done.
struct ChannelDtls {
    std::uint64_t id = 0;  ///< by which the environment knows it
    sip::DtlsAgreement agreement;
    std::optional<SrtpKeysInUse> keys;  ///< it has come to; none = nothing is sent or heard
};

/// A fax by T.38 that a channel has begun, or is about to begin, with another in its bridge.
struct ChannelFax {
    enum class State : std::uint8_t {
        Offered,    ///< by its peer, whom we owe the answer that the other's gives
        Asked,      ///< its peer has been offered what the other's has
        On,         ///< its media are fax
        Returning,  ///< its peer has been offered audio again
    };
    State state = State::Offered;
    Handle<Channel> other;
    sip::NegotiatedMedia offer;     ///< of its peer, while Offered
    std::optional<sip::T38> local;  ///< what its peer has been told in our answer
};

/// What a channel has of a worker's: nothing, or a place, and perhaps a leg in it.
struct ChannelMedia {
    std::size_t worker = 0;
    media::LegRef leg;              ///< none = no media yet
    std::size_t worker_before = 0;  ///< where a migrating leg comes from …
    media::LegRef leg_before;       ///< … and its place there
    std::vector<Command> held;      ///< commands that wait for a migrating leg
    std::array<int, kSocketsPerLeg> sockets{-1, -1};
    std::uint16_t port = 0;
    bool adopted = false;        ///< the leg has been lent; else only its place is reserved
    bool migrating = false;      ///< the leg is on its way from another worker
    bool listened = false;       ///< the leg has, or is to have, an AudioIn
    bool audible = false;        ///< the peer has spoken of a codec that is not only passed on
    bool audio_wanted = false;   ///< by somebody here, while the leg has one that is …
    bool audio_awaited = false;  ///< … and its peer has been asked for another
    std::uint32_t ptime_ms = 20;
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    codecs::OpusOptions opus;  ///< how it is sent Opus
    sip::LocalMedia local;
    std::optional<sip::NegotiatedMedia> agreed;
    bool followed = false;                              ///< its codec is by the choice of who has answered it
    std::optional<SrtpKeysInUse> keys;                  ///< from SDP
    std::shared_ptr<const dtls::Context> dtls_context;  ///< whose fingerprint SDP has been given
    std::optional<ChannelDtls> dtls;                    ///< where keys come from a handshake; neither = in the clear
    std::unique_ptr<ChannelFax> fax;                    ///< in place of audio
    Address ice_peer;                                   ///< that the peer has nominated; none = not yet, or no ICE
    std::uint32_t ssrc = 0;                             ///< of what the leg sends
    std::uint32_t plans_awaited = 0;                    ///< to come home: the leg does not go by the newest yet
    std::unique_ptr<sip::LocalMedia> answer;            ///< to the peer's offer, once it does
    bridges::BridgeRef bridge;                          ///< it takes part in …
    media::PartyOptions party;                          ///< … like this
    std::uint64_t tracks = 0;                           ///< tag of the recording that keeps its participants apart …
    std::uint32_t track = 0;                            ///< … and its own in that; 0 = none
    bridges::Player* player = nullptr;                  ///< lent, playing to it
    ChannelSound sound;                                 ///< that it plays
    bridges::Player::Clips clips;                       ///< of it
    bool sounds_missing = false;                        ///< not all that it was to play could be had
    bridges::Recorder* recorder = nullptr;              ///< lent, recording it
    bridges::Monitor* monitor = nullptr;                ///< lent, recording both its directions …
    std::optional<MonitorFiles> monitored;              ///< … into these, which are wanted until the end
};

/// An application that waits while the plan runs elsewhere on its channel (Call::run_plan_at).
struct WaitingApplication {
    std::unique_ptr<Application> application;
    std::string name;
    std::string data;
    dialplan::Interpreter plan;  ///< where it stands
};

/// Owner: control. One per SIP session.
class Channel final : public dialplan::Channel {
public:
    Channel(config::SnapshotPtr configuration, const config::Endpoint& its_endpoint, dialplan::Variables& globals)
        : config{std::move(configuration)}, endpoint{its_endpoint}, globals_{globals}
    {
    }

    // What the plan asks (dialplan::Channel).
    dialplan::Variables& variables() override { return variables_; }
    dialplan::Variables& globals() override { return globals_; }
    [[nodiscard]] std::string caller_id() const override { return caller_number; }
    [[nodiscard]] std::optional<std::string> builtin(std::string_view name) const override;
    [[nodiscard]] std::optional<std::string> read_function(std::string_view name, std::string_view args) override;
    bool write_function(std::string_view name, std::string_view args, std::string_view value) override;
    [[nodiscard]] std::chrono::seconds wall_time() const override;
    void report(config::Severity severity, const config::Place& place, std::string message) override;
    void on_step(const dialplan::Scope& at, std::string_view step, std::string_view arguments) override;

    /// The value of a variable, empty when there is none.
    [[nodiscard]] std::string variable(std::string_view variable_name) const
    {
        const std::string* value = variables_.find(variable_name);
        return value == nullptr ? std::string{} : *value;
    }

    ChannelRef ref;
    sip::SessionId session{};
    config::SnapshotPtr config;        ///< the configuration the call began with
    const config::Endpoint& endpoint;  ///< in it
    std::string unique_id;
    std::string name;  ///< "PJSIP/anonymous-00000001"
    std::string call_id;
    std::string caller_name;
    std::string caller_number;
    std::string dialled;
    sip::Diversion diverted;                           ///< who sent the call on to here: CALLERID(rdnis)
    std::string language;                              ///< of prompts; empty = its endpoint's
    std::string music_class;                           ///< CHANNEL(musicclass), of music on hold that it hears
    int gain_in_db = 0;                                ///< VOLUME(RX), in bridges
    int gain_out_db = 0;                               ///< VOLUME(TX)
    std::optional<media::TalkThresholds> talk_detect;  ///< TALK_DETECT, in bridges
    bool party_changed = false;                        ///< one of these three has been set
    /// AGC and DENOISE, of what it says and of what it hears of others.
    codecs::CleanerOptions clean_in;
    codecs::CleanerOptions clean_out;
    bool cleaning_changed = false;  ///< one of these has been set
    media::JitterOptions jitter;    ///< JITTERBUFFER
    bool jitter_changed = false;    ///< it has been set
    /// CONFBRIDGE(type,option)=value, in the order they were set.
    struct ConfbridgeOption {
        std::string type;
        std::string option;
        std::string value;
    };
    std::vector<ConfbridgeOption> confbridge_options;
    const Rooms* rooms = nullptr;        ///< of its engine
    const CallEngine* engine = nullptr;  ///< to which it belongs
    bool talking = false;
    Nanos talk_told_at = kNever;  ///< when subscribers were told that it has begun to talk; kNever = of its end, too
    bool holds = false;           ///< its peer holds the call
    std::string far_address;      ///< of the SIP peer
    std::string transport;        ///< name of the transport it speaks by
    ChannelState state = ChannelState::Ring;
    bool incoming = true;
    bool reliable_progress = false;  ///< early media may carry our offer, which the caller answers before the ACK
    bool offer_came = false;         ///< the INVITE had SDP
    bool answer_sent = false;
    bool early_media_sent = false;
    bool in_plan = false;          ///< the plan is being run further up the stack
    bool hanging_up = false;       ///< EndSession has been posted
    bool gone = false;             ///< its session has ended; what the worker holds is on its way home
    int cause = 16;                ///< Q.850, of the hangup
    Address source;                ///< of the peer's SIP
    Address local;                 ///< of the transport
    HeaderLines received_headers;  ///< of the newest message that brought any
    sip::Headers headers_to_send;  ///< added to the next message that may carry them
    Nanos created_at = 0ns;
    Nanos answered_at = 0ns;

    ChannelMedia media;
    std::optional<dialplan::Interpreter> plan;  ///< none on channels that Dial made
    std::unique_ptr<Application> application;
    std::string application_name;
    std::string application_data;          ///< what the plan gave it
    std::uint64_t application_serial = 0;  ///< tells late answers from those meant for the one that runs
    std::unique_ptr<WaitingApplication> waiting;
    std::string keys;  ///< pressed and not read yet
    Nanos wake_at = kNever;
    Timeouts timeouts;
    std::optional<dialplan::Finished> finished;  ///< how the application ended, until the plan goes on

    /// Lines the plan reported, for the engine to log.
    std::vector<std::pair<config::Severity, std::string>> reports;

private:
    dialplan::Variables variables_;
    dialplan::Variables& globals_;
};

}  // namespace rb::engine
