// call_engine.h — the calls of the node: what SIP reports and what the media reports go in, actions and commands come
// out. No I/O of its own, no thread, no clock: the simulator drives it with arrays, the node with sockets.
#pragma once

#include "bridges/player.h"
#include "control/dialplan/extensions.h"
#include "control/engine/admission.h"
#include "control/engine/application.h"
#include "control/engine/bridge_book.h"
#include "control/engine/channel.h"
#include "control/engine/engine_options.h"
#include "control/engine/environment.h"
#include "control/engine/outgoing.h"
#include "control/engine/port_pool.h"
#include "control/engine/recordings.h"
#include "control/engine/reporter.h"
#include "control/engine/rooms.h"
#include "control/engine/worker_proxy.h"
#include "dataplane/base/rng.h"
#include "dataplane/base/table.h"
#include "dataplane/worker/command.h"
#include "signaling/message.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rb::engine {

/// Every INVITE ends in exactly one final state and returns every leg, port and id.
/// Owner: control.
class CallEngine {
public:
    /// queues   the command queue of each worker
    CallEngine(const EngineOptions& options, Configuration configuration, Environment& environment,
               const std::vector<CommandQueue*>& queues, ApplicationFactory factory);
    ~CallEngine();
    CallEngine(const CallEngine&) = delete;
    CallEngine& operator=(const CallEngine&) = delete;

    // What goes in. `now` is the time of all that follows from it.
    void on(const sip::SipEvent& event, Nanos now);
    void on(std::size_t worker, const Event& event, Nanos now);
    void on(SoundLoaded loaded, Nanos now);
    void on(const RecordingFailed& failed, Nanos now);
    void on(const HandshakeNews& news, Nanos now);
    void on_time(Nanos now);
    /// When on_time wants to be called next; kNever = not before something happens.
    [[nodiscard]] Nanos next_deadline() const;

    /// New calls see this configuration from now on.
    void use(Configuration configuration);
    /// Refuses new calls, all but those to its rooms where drain_rooms says so; those under way go on.
    void drain(bool on) { draining_ = on; }
    [[nodiscard]] bool draining() const { return draining_; }
    /// What a 503 says now.
    [[nodiscard]] unsigned retry_after_s() const;
    [[nodiscard]] const PortPool& ports() const { return ports_; }
    /// Ends every call.
    void hang_up_all(int cause);
    /// The channel of a unique id or name, or nullptr.
    [[nodiscard]] Channel* find_channel(const std::string& id);
    void hang_up(Channel& channel, int cause);

    [[nodiscard]] const Configuration& configuration() const { return configuration_; }
    [[nodiscard]] Table<Channel>& channels() { return channels_; }
    [[nodiscard]] Rooms& rooms() { return rooms_; }
    [[nodiscard]] Recordings& recordings() { return recordings_; }
    [[nodiscard]] Reporter& reports() { return reports_; }
    [[nodiscard]] dialplan::Variables& globals() { return globals_; }
    /// Each step of a plan, and what it says, is a notice of the log.
    void debug_plans(bool on) { plan_debug_ = on; }
    [[nodiscard]] bool debugs_plans() const { return plan_debug_; }
    [[nodiscard]] WorkerProxy& worker(std::size_t index) { return *workers_[index]; }
    [[nodiscard]] std::size_t worker_count() const { return workers_.size(); }
    [[nodiscard]] Admission& admission() { return admission_; }
    /// A worker has been busy for this share of its time: its encoders are told how much they may spend.
    void settle_complexity(std::size_t worker, double busy);
    /// Workers that were told to encode with less complexity.
    [[nodiscard]] std::vector<unsigned> slow_encoders() const;
    /// Whether one more call with this codec would be taken now; to_room: of those welcome though the node drains.
    [[nodiscard]] Refusal admit(codecs::CodecId codec, bool to_room = false) const;
    [[nodiscard]] const EngineCounters& counters() const { return counters_; }
    [[nodiscard]] Nanos now() const { return now_; }
    /// Since 1970.
    [[nodiscard]] Nanos wall_now() const { return now_ + options_.wall_offset; }
    /// A number that was never used before.
    [[nodiscard]] std::uint64_t new_serial() { return next_serial_++; }
    [[nodiscard]] Environment& environment() { return environment_; }
    /// No channel is left and everything lent has come home.
    [[nodiscard]] bool idle() const;

    // What applications do, by way of Call.
    bool answer(Channel& channel);
    void ring(Channel& channel);
    bool progress(Channel& channel);
    void finish(Channel& channel, dialplan::Finished finished);
    bool run_plan_at(Channel& channel, const std::string& place);
    /// Ends what the channel does; its plan goes on there. False, and nothing ends, where there is no such place.
    bool redirect(Channel& channel, const std::string& place);
    void wake_at(Channel& channel, Nanos at);
    /// How sounds are played to a channel.
    struct Playing {
        std::vector<std::string> names;
        bool loop = false;
        bool music = false;       ///< by the common clock of music on hold
        bool background = false;  ///< goes on when the application has finished, which is not told of its end
    };
    void play(Channel& channel, Playing playing);
    /// Plays to everybody in a room, after what plays there already. Of too many that wait the newest are left out.
    void play_to_room(Room& room, RoomSound sound);
    void stop_playing(Channel& channel);
    /// Pauses, moves or ends what plays, or changes how loud it is; false when nothing does.
    bool steer(Channel& channel, const bridges::PlayerStep& step);
    bool steer(Room& room, const bridges::PlayerStep& step);
    /// How one channel listens to another.
    struct Snooping {
        bool received_only = false;  ///< to what it says alone
        bool whispers = false;       ///< and speaks to it
        bool barges = false;         ///< and to whoever hears it
    };
    /// Joins a channel to another as its secret listener, who sits in a bridge of its own. Returns what names it to
    /// stop_snoop, 0 when it cannot be.
    std::uint64_t start_snoop(Channel& spy, Channel& target, const Snooping& how);
    void stop_snoop(std::uint64_t tag);
    void join(Channel& channel, bridges::BridgeRef bridge, const media::PartyOptions& options);
    /// Lends the channel's leg an AudioIn where it is known that one will be needed: a worker that has to ask does not
    /// hear the first packet.
    void listen_to(Channel& channel);
    /// Changes how a channel takes part in its bridge.
    void set_party(Channel& channel, const media::PartyOptions& options);
    void leave(Channel& channel);
    /// Sets a variable or a function of a channel, whatever it is doing; what concerns its bridge takes effect at once.
    /// False when there is no such function to be set.
    bool set_variable(Channel& channel, const std::string& name, const std::string& value);
    /// Has noise taken out of what a channel says, as DENOISE(rx) does.
    void set_denoise(Channel& channel, bool on);
    /// room   that the bridge is a part of, or nullptr
    [[nodiscard]] bridges::BridgeRef make_bridge(std::size_t worker, const bridges::BridgeOptions& options,
                                                 const Room* room = nullptr);
    /// Where a bridge is.
    struct BridgeAt {
        std::size_t worker = 0;
        bridges::BridgeRef bridge;
    };
    /// Joins two parts of one room that lie on different workers, at any rate up to this one; the trunk comes home with
    /// them. False when one of the workers holds too many.
    [[nodiscard]] bool add_trunk(const BridgeAt& one, const BridgeAt& other, std::uint32_t rate_max);
    /// Mixes a room at another rate; everybody stays in it. Not before the last change is over (Room::rate_changes).
    void change_rate(Room& room, std::uint32_t rate);
    /// Has settle_rate asked about a room at this time.
    void wake_room_at(const Room& room, Nanos at);
    void count_member_update() { ++counters_.member_updates; }
    void return_bridge(std::size_t worker, bridges::BridgeRef bridge);
    /// Moves the parties of a bridge into a longer list, so that `parties` fit.
    void grow_bridge(std::size_t worker, bridges::BridgeRef bridge, std::uint32_t parties);
    /// Makes a worker the one whose bridges the channel can join; a leg elsewhere migrates, with its stream. False, and
    /// the channel stays where it is, when that worker is full.
    [[nodiscard]] bool place(Channel& channel, std::size_t worker);
    [[nodiscard]] std::size_t least_loaded() const;
    /// What joins the channel to others at present; None without a bridge.
    [[nodiscard]] Technology technology_of(const Channel& channel) const;
    /// Tells the channel's worker something about its leg; held back while the leg migrates.
    void command(Channel& channel, const Command& body);

    /// Places a call; an Error says why it cannot be.
    [[nodiscard]] Result<ChannelRef> call(const Outgoing& outgoing);
    [[nodiscard]] ChannelRef parent_of(ChannelRef callee) const;
    void forget_parent(ChannelRef callee) { parents_.erase(callee.bits()); }

    void log(int level, const Channel& channel, const std::string& line);

private:
    struct Homecoming;
    struct PendingSound;

    void on(const sip::InviteReceived& invite);
    void on(const sip::Progressed& progressed);
    void on(const sip::Answered& answered);
    void on(const sip::Acknowledged& acknowledged);
    void on(const sip::OfferReceived& offer);
    void on(const sip::OfferAnswered& answered);
    void on(const sip::KeyReceived& key);
    void on(const sip::SessionEnded& ended);

    void on(std::size_t worker, const event::LegReturned& event);
    void on(std::size_t worker, const event::PlanReturned& event);
    void on(std::size_t worker, const event::BridgeReturned& event);
    void on(std::size_t worker, const event::PartyListReturned& event);
    void on(std::size_t worker, const event::AudioInReturned& event);
    void on(std::size_t worker, const event::AdapterReturned& event);
    void on(std::size_t worker, const event::TrunkReturned& event);
    void on(std::size_t worker, const event::RateChanged& event);
    void on(std::size_t worker, const event::PlayerReturned& event);
    void on(std::size_t worker, const event::CleanerReturned& event);
    void on(std::size_t worker, const event::SnoopReturned& event);
    void on(std::size_t worker, const event::DatagramReceived& event);
    void on(std::size_t worker, const event::DatagramSent& event);
    void on(std::size_t worker, const event::KeyPressed& event);
    void on(std::size_t worker, const event::KeyReleased& event);
    void on(std::size_t worker, const event::KeyToSend& event);
    void on(std::size_t worker, const event::FaxHeard& event);
    void on(std::size_t worker, const event::TalkChanged& event);
    void on(std::size_t worker, const event::SpeakerChanged& event);
    void on(std::size_t worker, const event::QualityChanged& event);
    void on(std::size_t worker, const event::RtpTimeout& event);
    void on(std::size_t worker, const event::IceNominated& event);
    void on(std::size_t worker, const event::FormatHeard& event);
    void on(std::size_t worker, const event::AudioInWanted& event);
    void on(std::size_t worker, const event::TechnologyChanged& event);

    [[nodiscard]] Channel* channel_of(sip::SessionId session);
    [[nodiscard]] Channel* channel_of(std::size_t worker, media::LegRef leg);
    Channel& make_channel(const config::Endpoint& endpoint);
    void apply_set_var(Channel& channel);
    void refuse(const sip::InviteReceived& invite, int code);
    void run_plan(Channel& channel);
    void start_application(Channel& channel, const dialplan::Invocation& invocation);
    void end_of_plan(Channel& channel, const dialplan::End& end);
    void stop_applications(Channel& channel);
    void stop_all(Channel& channel);
    void time_over(Channel& channel);
    void release(Channel& channel);
    void tell_parent(Channel& channel, CalleeNews news);
    void tell_of_media(Channel& channel);
    void take_key(Channel& channel, char digit, Nanos held);
    void set_state(Channel& channel, ChannelState state);
    void apply_own_options(Channel& channel);
    void flush_reports(Channel& channel);
    void report_quality(const Departure& departure, const media::Leg& leg);

    // Media, in call_engine_media.cpp.
    [[nodiscard]] bool open_media(Channel& channel);
    [[nodiscard]] bool reserve_media(Channel& channel);
    [[nodiscard]] bool adopt_leg(Channel& channel, const sip::NegotiatedMedia& media);
    void change_media(Channel& channel, const sip::NegotiatedMedia& media, bool answering);
    void change_plan(Channel& channel, std::unique_ptr<media::MediaPlan> plan);
    void accept_offer(Channel& channel, sip::LocalMedia local);
    [[nodiscard]] std::unique_ptr<media::MediaPlan> next_plan(const Channel& channel,
                                                              const sip::NegotiatedMedia& agreed) const;
    void note_agreed(Channel& channel, const sip::NegotiatedMedia& agreed, const media::MediaPlan& plan);
    void close_media(Channel& channel);
    void take_back(std::size_t worker, const Command& command);
    void lend_cleaners(Channel& channel, bool none_too);
    // Fax, in call_engine_fax.cpp.
    [[nodiscard]] Channel* fax_partner(const Channel& channel);
    void take_fax_offer(Channel& channel, const sip::NegotiatedMedia& offered);
    void take_fax_answer(Channel& channel, const std::optional<sip::NegotiatedMedia>& answered);
    void settle_fax(Channel& channel, const std::optional<sip::NegotiatedMedia>& answered);
    void begin_fax(Channel& channel, const sip::NegotiatedMedia& fax);
    void end_fax(Channel& channel);
    void leave_fax(Channel& channel);
    void return_to_audio(Channel& channel);
    // Keys, in call_engine_keys.cpp.
    [[nodiscard]] bool make_own_keys(Channel& channel);
    [[nodiscard]] bool secure(Channel& channel, const sip::NegotiatedMedia& agreed, media::MediaPlan& plan,
                              bool answering);
    [[nodiscard]] bool secure_by_dtls(Channel& channel, const sip::NegotiatedMedia& agreed, media::MediaPlan& plan);
    void end_dtls(Channel& channel);
    void use_protection(Channel& channel, media::Protection protection);
    void take_news(Channel& channel, const HandshakeNews& news);
    void take_dtls_keys(Channel& channel, const dtls::SrtpKeys& keys);
    void trunk_end_returned(bridges::TrunkEnd& end);
    // Rooms, in call_engine_rooms.cpp.
    [[nodiscard]] Room* find_room(const RoomKey& key);
    void settle_speaker(Room& room);
    void play_next(Room& room);
    void room_sound_loaded(const PendingSound& sound, std::vector<std::shared_ptr<const bridges::Clip>> clips);
    void room_sound_over(const std::string& name, std::uint64_t serial);
    [[nodiscard]] bool sound_awaited(const Channel& channel) const;
    void forget_sounds(const Channel& channel);
    void load_sound(Channel& channel, ChannelSound sound);
    void resume_sound(Channel& channel);
    void start_player(Channel& channel, bridges::Player::Clips clips, ChannelSound sound);
    void lend_player(Channel& channel, bool succeeds);
    // Rates, in call_engine_rates.cpp.
    [[nodiscard]] BridgeBook& book_of(std::size_t worker, bridges::BridgeRef bridge)
    {
        return bridge_books_[std::uint64_t{worker} << 32U | bridge.index];
    }
    [[nodiscard]] static std::unique_ptr<bridges::RateAdapter> adapter_for(const Channel& channel,
                                                                           std::uint32_t mix_rate);
    /// What listeners with the channel's codec share, unless it has been lent or is not needed.
    [[nodiscard]] static std::unique_ptr<bridges::GroupEncoder> group_for(BridgeBook& book, const Channel& channel,
                                                                          std::uint8_t kind);
    void add_to_change(bridges::RateChange& change, BridgeBook& book, Channel& channel);
    void wake_rooms();

    EngineOptions options_;
    Configuration configuration_;
    Environment& environment_;
    ApplicationFactory factory_;
    std::vector<std::unique_ptr<WorkerProxy>> workers_;
    PortPool ports_;
    Admission admission_;
    Rng rng_;
    Reporter reports_;
    Table<Channel> channels_;
    std::unordered_map<std::uint64_t, ChannelRef> sessions_;
    std::unordered_map<std::uint64_t, ChannelRef> parents_;  // callee → who dialled it
    Rooms rooms_;
    Recordings recordings_{*this};
    dialplan::Variables globals_;
    std::uint64_t next_session_ = 2;
    std::uint64_t next_serial_ = 1;

    using Wake = std::pair<Nanos, std::uint64_t>;  // when, and which channel
    std::priority_queue<Wake, std::vector<Wake>, std::greater<>> wakes_;

    /// A sound on its way for a channel's application.
    struct PendingSound {
        ChannelRef channel;
        ChannelSound sound;
        std::string room;  // played to this room instead …
        std::uint64_t room_serial = 0;
    };
    std::unordered_map<std::uint64_t, PendingSound> sounds_;

    /// What becomes of a leg that is on its way home: its sockets are closed, or it goes on to another worker.
    struct Homecoming {
        SocketPair sockets{-1, -1};
        std::uint16_t port = 0;
        ChannelRef migrates;
        Departure departure;  ///< of its channel, where that has gone
    };
    std::unordered_map<std::uint64_t, Homecoming> homecoming_;  // by worker and place

    std::vector<std::unique_ptr<bridges::Trunk>> trunks_;         // lent, until both ends are home
    std::vector<std::size_t> trunk_ends_;                         // by worker
    std::vector<std::uint8_t> complexity_max_;                    // by worker, as told last
    std::unordered_map<std::uint64_t, BridgeBook> bridge_books_;  // by worker and bridge

    struct Snooper {
        ChannelRef spy;
        std::uint64_t application_serial = 0;
        ChannelRef target;
        BridgeAt at{};  ///< where the spy sits
    };
    std::unordered_map<std::uint64_t, Snooper> snoopers_;  // by tag

    std::unordered_map<std::uint64_t, ChannelRef> handshakes_;
    std::unordered_map<const bridges::Player*, RoomKey> room_players_;
    std::unordered_map<const bridges::RateChange*, RoomKey> changing_rooms_;
    std::multimap<Nanos, RoomKey> room_wakes_;

    std::vector<std::unique_ptr<Application>> retired_;  // finished further up the stack; freed at the next input
    EngineCounters counters_;
    bool draining_ = false;
    bool plan_debug_ = false;
    Nanos now_ = 0ns;
};

}  // namespace rb::engine
